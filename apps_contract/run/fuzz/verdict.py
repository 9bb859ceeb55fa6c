"""What a campaign says about each requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.run.outcomes import Outcome, fails

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apps_contract.contract import Edition, Level, Requirement
    from apps_contract.run.findings import Finding

NOT_JUDGED = "no trial of this campaign is about it"


def outcomes_of(
    selected: Sequence[Requirement],
    judged: Mapping[str, int],
    findings: Sequence[Finding],
    edition: Edition,
    chosen: Level,
) -> tuple[Outcome, ...]:
    """Judge each requirement: ``judged`` says how many trials looked at it. What none looked at is not tested."""
    return tuple(
        _outcome(
            requirement,
            judged.get(requirement.id, 0),
            tuple(finding for finding in findings if finding.breach.requirement == requirement.id),
            edition,
            chosen,
        )
        for requirement in selected
    )


def _outcome(
    requirement: Requirement, cases: int, findings: tuple[Finding, ...], edition: Edition, chosen: Level
) -> Outcome:
    level = requirement.level(edition)
    if findings:
        is_failed = any(fails(finding.level, chosen) for finding in findings)
        return Outcome(requirement, level, "failed" if is_failed else "warned", "", findings, cases)
    if not cases:
        return Outcome(requirement, level, "not_tested", NOT_JUDGED)
    return Outcome(requirement, level, "passed", f"nothing found in {cases} trials", cases=cases)
