"""What the results of a run say about each requirement, and about the run as a whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

from apps_contract.contract import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apps_contract.contract import Edition, Requirement
    from apps_contract.run.findings import Finding, Result

OutcomeName = Literal["passed", "failed", "warned", "not_tested", "not_applicable"]


class ExitCode(IntEnum):
    """What a command tells its caller (design: the same for every command)."""

    CONFORMS = 0
    VIOLATION = 1
    WRONG_USE = 2
    COULD_NOT_TEST = 3
    OWN_ERROR = 4


@dataclass(frozen=True)
class Outcome:
    """The verdict on one requirement; ``reason`` says why it is neither passed nor failed, or what was measured."""

    requirement: Requirement
    level: Level
    outcome: OutcomeName
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    cases: int = 0
    duration_s: float = 0.0
    operations: dict[str, int] = field(default_factory=dict)


def fails(level: Level, chosen: Level) -> bool:
    """Tell whether a breach of ``level`` fails a run whose ``--level`` is ``chosen``."""
    return level is Level.MUST or (level is Level.SHOULD and chosen is Level.SHOULD)


def numbered(results: Iterable[Result], selected: Iterable[Requirement]) -> tuple[Finding, ...]:
    """Return the findings on the selected requirements, MUST first, each with its id (``f1``, ``f2`` …).

    Findings of one requirement that say the same, or that expected and saw the same, are one: that with the fewest and
    smallest exchanges, which names the others.
    """
    order = {requirement.id: place for place, requirement in enumerate(selected)}
    groups: list[list[Finding]] = []
    for finding in (one for result in results for one in result.findings if one.breach.requirement in order):
        group = next((group for group in groups if any(_alike(one, finding) for one in group)), None)
        if group is None:
            groups.append([finding])
        else:
            group.append(finding)
    ranked = sorted(
        (_smallest(group) for group in groups),
        key=lambda found: (list(Level).index(found.level), order[found.breach.requirement]),
    )
    return tuple(_with_id(finding, f"f{number}") for number, finding in enumerate(ranked, 1))


def outcomes(
    results: Sequence[Result],
    findings: Sequence[Finding],
    selected: Iterable[Requirement],
    edition: Edition,
    chosen: Level,
    why_not_run: str = "",
) -> tuple[Outcome, ...]:
    """Judge each selected requirement. ``why_not_run`` is the reason for those that no test came to."""
    return tuple(
        _outcome(
            requirement,
            [result for result in results if result.requirement == requirement.id],
            tuple(finding for finding in findings if finding.breach.requirement == requirement.id),
            edition,
            chosen,
            why_not_run,
        )
        for requirement in selected
    )


def exit_code(judged: Sequence[Outcome], findings: Iterable[Finding], chosen: Level, *, ended_early: bool) -> ExitCode:
    """Return the exit code of a run; ``ended_early`` says that it was interrupted or lost its target."""
    if ended_early or all(outcome.outcome in {"not_tested", "not_applicable"} for outcome in judged):
        return ExitCode.COULD_NOT_TEST
    if any(fails(finding.level, chosen) and finding.known is None for finding in findings):
        return ExitCode.VIOLATION
    return ExitCode.CONFORMS


def _outcome(
    requirement: Requirement,
    results: Sequence[Result],
    findings: tuple[Finding, ...],
    edition: Edition,
    chosen: Level,
    why_not_run: str,
) -> Outcome:
    name: OutcomeName = "passed"
    reason = "; ".join(result.note for result in results if result.note)
    untested = list(dict.fromkeys(result.not_tested for result in results if result.not_tested))
    inapplicable = [result.not_applicable for result in results if result.not_applicable]
    if findings:
        is_failure = any(fails(finding.level, chosen) and finding.known is None for finding in findings)
        name = "failed" if is_failure else "warned"
        reason = "; ".join(dict.fromkeys(f"known: {one.known.reason}" for one in findings if one.known)) or reason
    elif not results:
        name, reason = "not_tested", why_not_run or "no test was run"
    elif untested:
        name, reason = "not_tested", "; ".join(untested)
    elif len(inapplicable) == len(results):
        name, reason = "not_applicable", inapplicable[0]
    cases = sum(result.cases for result in results)
    duration = sum(result.duration_s for result in results)
    operations: Counter[str] = Counter()
    for result in results:
        operations.update(result.operations)
    return Outcome(
        requirement, requirement.level(edition), name, reason, findings, cases, duration, operations=dict(operations)
    )


def _alike(one: Finding, other: Finding) -> bool:
    """Tell whether two findings are most likely one fault of the target."""
    first, second = one.breach, other.breach
    if first.requirement != second.requirement or one.level is not other.level:
        return False
    return first.title == second.title or (first.expected, first.actual) == (second.expected, second.actual)


def _smallest(alike: Sequence[Finding]) -> Finding:
    """Return the finding that is easiest to look at, with the others in its ``also``; a flaky one comes last."""
    first, *others = sorted(alike, key=lambda one: (one.flaky, len(one.exchanges), _weight(one)))
    also = [text for one in others for text in (one.breach.title, *one.also)]
    return replace(first, also=tuple(dict.fromkeys((*first.also, *also))))


def _weight(finding: Finding) -> int:
    return sum(len(exchange.request.body or exchange.request.raw or b"") for exchange in finding.exchanges)


def _with_id(finding: Finding, finding_id: str) -> Finding:
    return replace(finding, id=finding_id)
