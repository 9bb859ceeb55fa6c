"""``apps-contract baseline``: the file of known findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps_contract.cli.errors import one_line_errors
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from datetime import date, datetime

    from apps_contract.run.baseline import Baseline, Known

_EPILOG = """\b
Examples:
  apps-contract baseline update baseline.json --reason "issue 17" --expires 2027-03-31
  apps-contract baseline update baseline.json --report reports/nightly
  apps-contract check http://127.0.0.1:8080 --baseline baseline.json
  apps-contract fuzz http://127.0.0.1:8080 --baseline baseline.json --budget 0requests"""


@click.group(epilog=_EPILOG)
def baseline() -> None:
    """Keep the file of known findings, for --baseline."""


@baseline.command(epilog=_EPILOG)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--report",
    "source",
    type=click.Path(path_type=Path),
    default=Path("reports/latest"),
    show_default=True,
    help="The run whose findings are taken: its report.json, or the folder of it.",
)
@click.option("--reason", metavar="TEXT", help="Why findings that are new in the file are not mended yet.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Last day of the new entries.")
def update(file: Path, source: Path, reason: str | None, expires: datetime | None) -> None:
    """Bring FILE in line with a run.

    Entries that still happen stay as they are, those that no longer do are dropped, and new findings are added with
    --reason. Entries that the run did not judge stay: on other requirements, of the other kinds of runs, and, after a
    fuzz campaign, those that it did not try again (--baseline makes it try them first).
    """
    with one_line_errors():
        from apps_contract.report.reading import read_report  # noqa: PLC0415 - --help needs none of it
        from apps_contract.run.baseline import Baseline, read_baseline, write_baseline  # noqa: PLC0415

        document = read_report(source)
        edition = document["contract"]["edition"]
        old = read_baseline(file, edition) if file.exists() else Baseline(edition, ())
        kept = _kept(old, document)
        added = _added(kept, document, reason, expires.date() if expires else None)
        write_baseline(file, Baseline(edition, (*kept, *added)))
        _tell(file, old, kept, added)


def _kept(old: Baseline, document: dict[str, Any]) -> tuple[Known, ...]:
    judged = {one["id"] for one in document["requirements"] if one["outcome"] not in {"not_tested", "not_applicable"}}
    stale = [_name(entry) for entry in (document.get("baseline") or {}).get("stale", ())]

    def is_gone(entry: Known) -> bool:
        if document.get("kind") == "fuzz":
            return _name(entry.to_json()) in stale
        return entry.fuzzed is None and entry.requirement in judged

    return tuple(
        entry
        for entry in old.entries
        if not is_gone(entry) or any(_is_about(entry, one) for one in document["findings"])
    )


def _name(entry: dict[str, Any]) -> tuple[Any, ...]:
    return (entry["requirement"], entry["level"], entry["title"], (entry.get("fuzz") or {}).get("operator"))


def _added(
    kept: tuple[Known, ...], document: dict[str, Any], reason: str | None, expires: date | None
) -> tuple[Known, ...]:
    from apps_contract.run.baseline import Known  # noqa: PLC0415
    from apps_contract.run.findings import Fuzzed  # noqa: PLC0415

    levels = {"MUST", "SHOULD"} if document.get("level") == "SHOULD" else {"MUST"}
    new = [
        one
        for one in document["findings"]
        if one["level"] in levels and not any(_is_about(entry, one) for entry in kept)
    ]
    if new and not (reason and reason.strip()):
        named = ", ".join(f"{one['id']} ({one['requirement']})" for one in new)
        raise WrongUseError(f"{named} would be new in the baseline: say why by --reason")
    return tuple(
        Known(
            one["requirement"],
            one["level"],
            one["title"],
            str(reason).strip(),
            expires,
            Fuzzed(**one["fuzz"]) if one.get("fuzz") else None,
        )
        for one in new
    )


def _is_about(entry: Known, finding: dict[str, Any]) -> bool:
    operator = (finding.get("fuzz") or {}).get("operator", "")
    return entry.is_about(finding["requirement"], finding["level"], finding["title"], operator)


def _tell(file: Path, old: Baseline, kept: tuple[Known, ...], added: tuple[Known, ...]) -> None:
    for entry in old.entries:
        if entry not in kept:
            click.echo(f"dropped  {entry.requirement:<13} {entry.title}")
    for entry in added:
        click.echo(f"added    {entry.requirement:<13} {entry.title}")
    count = len(kept) + len(added)
    click.echo(f"{file}: {count} known finding{'' if count == 1 else 's'}")
