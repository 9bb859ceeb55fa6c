"""What a campaign says about each requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.run.outcomes import Outcome, fails

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apps_contract.contract import Requirement
    from apps_contract.run.findings import Finding
    from apps_contract.run.settings import Settings

NOT_JUDGED = "no trial of this campaign is about it"


def outcomes_of(
    selected: Sequence[Requirement],
    judged: Mapping[str, int],
    sent: Mapping[str, Mapping[str, int]],
    findings: Sequence[Finding],
    settings: Settings,
) -> tuple[Outcome, ...]:
    """Judge each requirement: ``judged`` says how many trials looked at it, ``sent`` what they sent.

    What none looked at is not tested.
    """
    return tuple(
        _outcome(
            requirement,
            judged.get(requirement.id, 0),
            tuple(finding for finding in findings if finding.breach.requirement == requirement.id),
            settings,
            dict(sent.get(requirement.id, {})),
        )
        for requirement in selected
    )


def _outcome(
    requirement: Requirement,
    cases: int,
    findings: tuple[Finding, ...],
    settings: Settings,
    operations: dict[str, int],
) -> Outcome:
    level = requirement.level(settings.edition)
    if findings:
        is_failed = any(fails(finding.level, settings.level) and finding.known is None for finding in findings)
        known = "; ".join(dict.fromkeys(f"known: {one.known.reason}" for one in findings if one.known))
        return Outcome(
            requirement, level, "failed" if is_failed else "warned", known, findings, cases, operations=operations
        )
    if not cases:
        return Outcome(requirement, level, "not_tested", NOT_JUDGED)
    return Outcome(
        requirement, level, "passed", f"nothing found in {cases:,} trials", cases=cases, operations=operations
    )
