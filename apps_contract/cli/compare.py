"""``apps-contract compare``: what became better and worse between two runs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from apps_contract.cli.errors import one_line_errors
from apps_contract.run.outcomes import ExitCode

_EPILOG = """\b
Examples:
  apps-contract compare reports/main/report.json reports/latest/report.json
  apps-contract compare reports/main reports/latest --format json

\b
Exit codes: 0 nothing became worse, 1 a regression, 2 wrong use, 4 our own error."""


@click.command(epilog=_EPILOG)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def compare(old: Path, new: Path, form: str) -> int:
    """Compare two runs: OLD and NEW are report.json files, or the folders that hold them.

    A regression is a requirement that came out worse (a pass that became "not tested" is one), or a new finding on one
    that was broken before.
    """
    with one_line_errors():
        from apps_contract.report.comparison import compare as compared  # noqa: PLC0415 - --help needs none of it
        from apps_contract.report.reading import read_report  # noqa: PLC0415

        found = compared(read_report(old), read_report(new))
        if form == "json":
            click.echo(json.dumps(found.to_json(), indent=2))
        else:
            for word, changes in (("worse ", found.worse), ("better", found.better)):
                for change in changes:
                    click.echo(f"{word}  {change.requirement:<13} {change.text}")
            click.echo(f"{len(found.worse)} worse, {len(found.better)} better, {found.same} requirements as before")
        return int(ExitCode.VIOLATION if found.worse else ExitCode.CONFORMS)
