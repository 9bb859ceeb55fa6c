"""``apps-contract replay``: repeats findings of the last report, each with what found it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from apps_contract._options import OPTIONS, TARGET
from apps_contract.cli.check import run_options
from apps_contract.cli.errors import ends_like_ctrl_c, one_line_errors
from apps_contract.run.findings import TRAFFIC
from apps_contract.run.options import report_dir_of, settings_of
from apps_contract.run.outcomes import ExitCode
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from apps_contract.run.events import RunEnded
    from apps_contract.run.findings import Finding
    from apps_contract.run.settings import Settings

_EPILOG = """\b
Examples:
  apps-contract replay f1
  apps-contract replay SRV-STATE-7
  APPS_KEY_SECRET=… apps-contract replay f1 --target http://127.0.0.1:8080

\b
Exit codes: 0 does not happen any more, 1 still happens, 2 wrong use, 3 could not test, 4 our own error."""

_TARGETS = (TARGET.key, "asgi", "wsgi")
_WORST = (ExitCode.CONFORMS, ExitCode.COULD_NOT_TEST, ExitCode.VIOLATION)


@click.command(epilog=_EPILOG)
@click.argument("name", metavar="ID")
@click.option("--target", metavar="URL", help="Another server than the report's.  [APPS_TARGET]")
@run_options
def replay(name: str, target: str | None, **values: Any) -> int:
    """Repeat a finding of the last report (f1), or all on a requirement (SRV-STATE-7).

    Its test is run again with the seed, edition, examples, mode and target of the report, where no option says
    otherwise, and only with the case that broke the rule. Secrets are never in a report: give them as for check.
    """
    with one_line_errors(), ends_like_ctrl_c():
        from apps_contract.report.reading import findings_named, last_report  # noqa: PLC0415 - after wrong use was told

        given = {**values, TARGET.key: target}
        document = last_report(report_dir_of(values.get))
        found = findings_named(document, name)
        if any(finding["test"] == TRAFFIC for finding in found):
            raise WrongUseError("it was found in traffic that passed by: let the client send it again, or try its curl")
        settings = _settings(document["options"], given)
        codes = [_repeat(finding, settings) for finding in found]
        return int(max(codes, key=_WORST.index))


def _repeat(finding: dict[str, Any], settings: Settings) -> ExitCode:
    from apps_contract.http.json_view import exchange_from_json  # noqa: PLC0415 - only now is anything sent
    from apps_contract.report.document import finding_document  # noqa: PLC0415
    from apps_contract.report.text import finding_text  # noqa: PLC0415
    from apps_contract.run.runner import run_suite  # noqa: PLC0415
    from apps_contract.run.scenario import Again  # noqa: PLC0415

    judged = [exchange for exchange in finding["exchanges"] if exchange["request"]["raw"] is None]
    again = Again(finding["case"] or "", tuple(exchange_from_json(exchange) for exchange in judged))
    ended = run_suite(settings, tests=[finding["test"]], again=again)
    label = f"{finding['id']} {finding['requirement']}"
    same = _same(finding, ended.findings)
    if same is not None:
        click.echo(
            finding_text(
                {**finding_document(same, ended.base_url), "id": finding["id"]},
                replay=f"apps-contract replay {finding['id']}",
            )
        )
        click.echo(f"\n{label}: still happens")
        return ExitCode.VIOLATION
    if reason := _why_not(ended, finding["test"]):
        click.echo(f"{label}: could not be repeated: {reason}")
        return ExitCode.COULD_NOT_TEST
    click.echo(f"{label}: does not happen any more")
    return ExitCode.CONFORMS


def _same(finding: dict[str, Any], found: tuple[Finding, ...]) -> Finding | None:
    """Return what was found again: the same broken rule, at the same level."""
    wanted = (finding["requirement"], finding["level"])
    return next((one for one in found if (one.breach.requirement, one.level.value) == wanted), None)


def _why_not(ended: RunEnded, test: str) -> str:
    """Tell why the test said nothing; empty when it did."""
    if ended.ended_early:
        return ended.ended_early
    proven = test.rpartition("[")[2].rstrip("]")
    outcome = next(one for one in ended.outcomes if one.requirement.id == proven)
    return outcome.reason if outcome.outcome in {"not_tested", "not_applicable"} else ""


def _settings(recorded: dict[str, str], given: dict[str, Any]) -> Settings:
    """Return the settings of the report's run, but for what is given now, as an option or in the environment."""
    if any(given[key] for key in _TARGETS):
        # What may be touched there is another question, which the report does not answer.
        recorded = {key: value for key, value in recorded.items() if key not in {*_TARGETS, "mode"}}
    variables = {option.key: option.variable for option in (TARGET, *OPTIONS)}

    def value(key: str) -> Any:
        return given[key] or (None if os.environ.get(variables[key]) else recorded.get(key))

    return settings_of(value(TARGET.key), value)
