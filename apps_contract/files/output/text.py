"""The outcome as text: one line for each finding, as compilers write them, and one that sums up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from apps_contract.files.finding import Severity

if TYPE_CHECKING:
    from apps_contract.files.finding import Finding
    from apps_contract.files.outcome import Outcome

_COLOURS: Final = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_GREEN: Final = "32"
_BOLD: Final = "1"
_MOST_TROUBLES: Final = 20


def write(outcome: Outcome) -> str:
    """Return the text for a terminal or a log."""
    lines = [_line(finding, outcome) for finding in outcome.tally.findings]
    troubles = outcome.troubles
    lines += troubles[:_MOST_TROUBLES]
    if len(troubles) > _MOST_TROUBLES:
        lines.append(f"… and {len(troubles) - _MOST_TROUBLES} more files that could not be judged")
    return "\n".join([*lines, _summary(outcome)]) + "\n"


def _line(finding: Finding, outcome: Outcome) -> str:
    path = f"{_styled(finding.path, _BOLD, outcome)}: " if finding.path else ""
    severity = _styled(finding.severity, _COLOURS[finding.severity], outcome)
    about = f" ({finding.requirement})" if finding.requirement else ""
    more = outcome.tally.count_of(finding) - 1
    text = f"{finding.place}: {severity}: {path}{finding.message}{about}"
    return f"{text}\n    … and {more:,} more like this (--all shows each)" if more else text


def _summary(outcome: Outcome) -> str:
    tally = outcome.tally
    judged = f"{_plural(tally.payloads, 'payload')} in {_plural(len(tally.files), 'file')}"
    counts = [
        _plural(tally.severities[severity], severity.value) for severity in Severity if tally.severities[severity]
    ]
    parts = [f"{judged}: {', '.join(counts) or 'valid'}"] if tally.payloads else [_nothing(outcome)]
    if tally.invalid:
        parts.append(f"{tally.invalid:,} invalid")
    if tally.unexplained:
        parts.append(f"{tally.unexplained:,} more not valid, not explained (--all explains each)")
    if tally.undecided_payloads:
        parts.append(f"{tally.undecided_payloads:,} not judged")
    if tally.passed_over:
        parts.append(f"{_plural(tally.passed_over, 'file')} of no known schema passed over")
    parts += _how(outcome)
    if tally.severities[Severity.WARNING] and not tally.severities[Severity.ERROR]:
        parts.append("warnings fail nothing here (--level should, --strict)")
    colour = _COLOURS[Severity.ERROR] if outcome.exit_code else _GREEN
    return _styled(parts[0], colour, outcome) + "".join(f"; {part}" for part in parts[1:])


def _nothing(outcome: Outcome) -> str:
    """Say that nothing was judged, and why if no line before has said so."""
    says_why = outcome.troubles or outcome.tally.passed_over
    return "nothing was judged" if says_why else "nothing was judged: no payload was found"


def _how(outcome: Outcome) -> list[str]:
    """Say which schemas were used, and that they were guessed where they were."""
    choices = outcome.tally.choices
    named = []
    for choice, count in sorted(choices.items(), key=lambda item: -item[1]):
        times = f": {count:,}" if len(choices) > 1 else ""
        named.append(f"{choice.schema} of edition {choice.edition} ({choice.how}){times}")
    return [f"schema {', '.join(named)}"] if named else []


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _styled(text: str, code: str, outcome: Outcome) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if outcome.is_coloured else text
