"""The outcome as GitHub workflow commands, which become annotations of the changed lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.files.finding import Severity
from apps_contract.files.output import text

if TYPE_CHECKING:
    from apps_contract.files.outcome import Outcome

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def write(outcome: Outcome) -> str:
    """Return one workflow command for each finding, then the summary as plain text."""
    lines = []
    for finding in outcome.tally.findings:
        place = {"file": finding.file, "line": finding.line, "col": finding.column, "title": finding.requirement}
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in place.items() if value is not None)
        more = outcome.tally.count_of(finding) - 1
        message = f"{f'{finding.path}: ' if finding.path else ''}{finding.message}"
        ending = f" (and {more:,} more like this)" if more else ""
        lines.append(f"::{_COMMANDS[finding.severity]} {properties}::{_data(message + ending)}")
    lines += [f"::error::{_data(trouble)}" for trouble in outcome.troubles]
    return "\n".join([*lines, text.write(outcome).splitlines()[-1]]) + "\n"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
