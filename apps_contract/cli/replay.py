"""``apps-contract replay``: repeats findings of the last report, each with what found it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps_contract._options import ADAPTER, AUTH, OPTIONS, TARGET
from apps_contract.cli.errors import ends_like_ctrl_c, one_line_errors
from apps_contract.cli.options import run_options
from apps_contract.run.options import client_settings_of, report_dir_of, settings_of
from apps_contract.run.outcomes import ExitCode
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.run.repetition import Repetition, Wanted
    from apps_contract.run.settings import Settings

_EPILOG = """\b
Examples:
  apps-contract replay f1
  apps-contract replay SRV-STATE-7 --report-dir reports/nightly
  APPS_KEY_SECRET=… apps-contract replay f1 --target http://127.0.0.1:8080
  apps-contract replay CLI-ANS-4 --adapter 'node adapter.mjs'
  apps-contract replay f1 --export-pytest test_mask.py

\b
Exit codes: 0 does not happen any more (or the file was written), 1 still happens, 2 wrong use, 3 could not test,
4 our own error."""

_TARGETS = (TARGET.key, "asgi", "wsgi")
_KEYS = (("project", "key_id", "key_secret"), ("other_project", "other_key_id", "other_key_secret"))
_WORST = (ExitCode.CONFORMS, ExitCode.COULD_NOT_TEST, ExitCode.VIOLATION)


@click.command(epilog=_EPILOG)
@click.argument("name", metavar="ID")
@click.option("--target", metavar="URL", help="Another server than the report's.")
@click.option("--adapter", metavar=ADAPTER.metavar, help="Another client than the report's: command of its adapter.")
@click.option("--auth", metavar=AUTH.metavar, help="Other kinds of authentication of the client than the report's.")
@click.option(
    "--export-pytest",
    "export",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Send nothing: write the finding as a test file that needs pytest and requests only.",
)
@run_options
def replay(name: str, export: Path | None, **given: Any) -> int:
    """Repeat a finding of the last report (f1), or all on a requirement (SRV-STATE-7).

    What found it is tried again: the case of its test, the client's scenario, or the requests of a fuzz campaign. Seed,
    edition, examples, mode, and target or adapter are the report's, where no option says otherwise. Secrets are never
    in a report: give them as for check. A case of the server suite that shows nothing now may hang on others before it:
    so the whole run is repeated before it is said to be gone.
    """
    with one_line_errors(), ends_like_ctrl_c():
        from apps_contract.report.reading import findings_named, last_report  # noqa: PLC0415 - after wrong use was told

        report_dir = report_dir_of(given.get)
        document = last_report(report_dir)
        found = findings_named(document, name)
        if export:
            return _export(found, document, export)
        codes = [_repeat(finding, document, {**given, "report_dir": report_dir}) for finding in found]
        return int(max(codes, key=_WORST.index))


def _export(found: list[dict[str, Any]], document: dict[str, Any], path: Path) -> int:
    from apps_contract.report.regression import regression_test  # noqa: PLC0415 - only for this

    if len(found) > 1:
        named = ", ".join(one["id"] for one in found)
        raise WrongUseError(f"{found[0]['requirement']} has several findings, and a file holds one: name {named}")
    text = regression_test(found[0], document)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WrongUseError(f"cannot write {path}: {error.strerror}") from None
    click.echo(f"{path}: run it with APPS_TARGET, APPS_PROJECT, APPS_KEY_ID and APPS_KEY_SECRET set: pytest {path}")
    return int(ExitCode.CONFORMS)


def _repeat(finding: dict[str, Any], document: dict[str, Any], given: dict[str, Any]) -> ExitCode:
    from apps_contract.report.document import finding_document  # noqa: PLC0415 - only now is anything sent
    from apps_contract.report.text import finding_text  # noqa: PLC0415

    label = f"{finding['id']} {finding['requirement']}"
    repeat = _way(finding["test"])
    if repeat is None:
        click.echo(
            f"{label}: cannot be repeated, since it passed by in traffic; let it pass again: {finding['replay']}"
        )
        return ExitCode.COULD_NOT_TEST
    repetition = repeat(finding, document, given)
    same = repetition.found
    if same is not None:
        shown = finding_document(same, repetition.base_url)
        click.echo(finding_text({**shown, "id": finding["id"]}, replay=finding["replay"]))
        click.echo(f"\n{label}: still happens")
        return ExitCode.VIOLATION
    if repetition.why_not:
        click.echo(f"{label}: could not be repeated: {repetition.why_not}")
        return ExitCode.COULD_NOT_TEST
    click.echo(f"{label}: does not happen any more")
    return ExitCode.CONFORMS


def _way(test: str) -> Callable[[dict[str, Any], dict[str, Any], dict[str, Any]], Repetition] | None:
    """Return how a finding is repeated, by what found it; None for traffic that passed by."""
    ways = {"server/": _in_server, "client/": _in_client, "fuzz::": _in_fuzz}
    return next((way for start, way in ways.items() if test.startswith(start)), None)


def _in_server(finding: dict[str, Any], document: dict[str, Any], given: dict[str, Any]) -> Repetition:
    from apps_contract.run.repetition import repeat_in_server  # noqa: PLC0415

    return repeat_in_server(_settings(document["options"], given), _wanted(finding, document))


def _in_fuzz(finding: dict[str, Any], document: dict[str, Any], given: dict[str, Any]) -> Repetition:
    from apps_contract.run.repetition import repeat_in_fuzz  # noqa: PLC0415

    return repeat_in_fuzz(_settings(document["options"], given), _wanted(finding, document))


def _in_client(finding: dict[str, Any], document: dict[str, Any], given: dict[str, Any]) -> Repetition:
    from apps_contract.clients.command import is_masked  # noqa: PLC0415
    from apps_contract.run.repetition import repeat_in_client  # noqa: PLC0415

    recorded = document["options"]
    adapter = given[ADAPTER.key] or recorded.get(ADAPTER.key)
    if not adapter or is_masked(adapter):
        adapter = os.environ.get(ADAPTER.variable)
    if not adapter:
        raise WrongUseError(
            "the adapter's command is not in the report, or held a secret, which no report keeps: give it by --adapter"
            f" (or {ADAPTER.variable})"
        )
    known = {**recorded, ADAPTER.key: adapter}
    settings = client_settings_of(lambda key: given.get(key) or known.get(key), environment={})
    return repeat_in_client(settings, _wanted(finding, document))


def _wanted(finding: dict[str, Any], document: dict[str, Any]) -> Wanted:
    from apps_contract.http.json_view import exchange_from_json  # noqa: PLC0415
    from apps_contract.run.findings import Fuzzed  # noqa: PLC0415
    from apps_contract.run.repetition import Wanted  # noqa: PLC0415

    steps = [exchange for exchange in finding["exchanges"] if exchange["request"]["raw"] is None]
    return Wanted(
        finding["requirement"],
        finding["level"],
        finding["title"],
        finding["test"],
        finding["case"] or "",
        finding.get("seen_in") or "",
        tuple(exchange_from_json(exchange) for exchange in steps),
        Fuzzed(**finding["fuzz"]) if finding.get("fuzz") else None,
        tuple(one["id"] for one in document["requirements"]),
    )


def _settings(recorded: dict[str, str], given: dict[str, Any]) -> Settings:
    """Return the settings of the report's run, but for what is given now, and with the secrets of the environment."""
    if any(given[key] for key in _TARGETS):
        # What may be touched there is another question, which the report does not answer.
        recorded = {key: value for key, value in recorded.items() if key not in {*_TARGETS, "mode"}}
    variables = {option.key: option.variable for option in OPTIONS}
    environment = {variables[part]: os.environ.get(variables[part], "") for parts in _KEYS for part in parts}
    # A secret of the environment belongs to the key that the environment names.
    of_environment = {part for parts in _KEYS if not given[parts[-1]] for part in parts if environment[variables[part]]}

    def value(key: str) -> Any:
        return given.get(key) or (None if key in of_environment else recorded.get(key))

    return settings_of(value(TARGET.key), value, environment=environment)
