"""``apps-contract explain``: what a requirement means, or what a finding of the last report says."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from apps_contract._options import OPTIONS
from apps_contract.cli.errors import one_line_errors
from apps_contract.contract import DEFAULT_EDITION, UnknownRequirementError, requirement, select
from apps_contract.report.catalogue import (
    FAULT_CODES,
    clause_levels,
    only_command,
    rule_levels,
    strengths,
    waivers,
)
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Requirement

_WIDTH = 100
_INDENT = " " * 12
_FINDING = re.compile(r"f\d+", re.IGNORECASE)
_REPORT_DIR = next(option for option in OPTIONS if option.name == "report-dir")

_EPILOG = """\b
Examples:
  apps-contract explain SRV-STATE-7
  apps-contract explain SRV-STATE
  apps-contract explain f1"""


@click.command(epilog=_EPILOG)
@click.argument("name", metavar="ID")
@click.option(
    "--report-dir",
    type=click.Path(path_type=Path),
    default=_REPORT_DIR.default,
    show_default=True,
    envvar=_REPORT_DIR.variable,
    help="Folder of the report that holds the finding.",
)
def explain(name: str, report_dir: Path) -> None:
    """Explain a requirement (SRV-STATE-7), a group of them (SRV-STATE), or a finding of the last report (f1)."""
    with one_line_errors():
        lines = _finding_lines(name, report_dir) if _FINDING.fullmatch(name) else _requirement_lines(name)
        click.echo("\n".join(lines))


def _finding_lines(name: str, report_dir: Path) -> Iterator[str]:
    from apps_contract.report.reading import findings_named, last_report  # noqa: PLC0415 - a validator nobody else needs
    from apps_contract.report.text import finding_text  # noqa: PLC0415

    document = last_report(report_dir)
    for finding in findings_named(document, name):
        yield f"Found on {document['started']} at {document['target']}, edition {document['contract']['edition']}:"
        yield ""
        yield finding_text(finding, docs_url=document.get("docs_url"))
        yield ""
        yield from _lines(requirement(finding["requirement"]))


def _requirement_lines(name: str) -> Iterator[str]:
    try:
        found = select([name])
    except UnknownRequirementError as error:
        raise WrongUseError(str(error)) from None
    if len(found) == 1:
        yield from _lines(found[0])
        return
    for group, members in groupby(found, key=lambda one: one.group):
        yield group
        yield from (f"  {one.id:<13} {'/'.join(strengths(one)):<7} {one.title}" for one in members)
    yield ""
    yield f"apps-contract explain {found[0].id} says more."


def _lines(rule: Requirement) -> Iterator[str]:
    yield f"{rule.id}  {rule.title}"
    yield ""
    yield _field("rule", rule.text)
    for clause in rule.clauses if len(rule.clauses) > 1 else ():
        yield _field("", f"- {clause_levels(clause)}: {clause.text}")
    if len(strengths(rule)) > 1:
        yield _field("editions", rule_levels(rule))
    yield _field("example", rule.example)
    yield _field("cause", rule.usual_cause)
    if rule.fault_code:
        yield _field("fault", f"{rule.fault_code} ({FAULT_CODES[rule.fault_code]}), Web Fuzzing Commons")
    yield _field("source", rule.source)
    yield ""
    yield from _tests(rule)
    yield ""
    yield from _what_to_do(rule)


def _tests(rule: Requirement) -> Iterator[str]:
    from apps_contract.run.catalogue import proofs_of  # noqa: PLC0415 - reads the whole suite

    tests = proofs_of(rule.id)
    if not tests:
        yield _field("tests", rule.excluded or "none in this version")
        return
    yield "How it is tested:"
    for test in tests:
        yield fill(test.sentence, _WIDTH, initial_indent="  - ", subsequent_indent="    ")
        yield f"    {test.id}"


def _what_to_do(rule: Requirement) -> Iterator[str]:
    yield _field("only this", only_command(rule))
    for number, text in enumerate(waivers(rule)):
        yield _field("" if number else "waive it", f"- {text.replace('`', '')}")
    if rule.side == "server":
        from apps_contract.service.faults import FAULTS  # noqa: PLC0415 - the whole reference server

        broken = [fault for fault in FAULTS.values() if fault.requirement == rule.id]
        if broken:
            edition = "" if DEFAULT_EDITION in broken[0].editions else f" --edition {broken[0].editions[-1]}"
            yield _field("see it", f"apps-contract serve --mutant {broken[0].name}{edition}   (breaks it on purpose)")


def _field(name: str, text: str) -> str:
    return fill(
        text,
        _WIDTH,
        initial_indent=f"{name:<{len(_INDENT)}}",
        subsequent_indent=_INDENT + ("  " if text.startswith("- ") else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )
