"""What a run comes to once its findings are known: judged, weighed by its baseline, and told as an exit code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apps_contract.run.outcomes import ExitCode, exit_code

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from apps_contract.contract import Level
    from apps_contract.run.baseline import Baseline, Known, Weighed
    from apps_contract.run.findings import Finding
    from apps_contract.run.outcomes import Outcome


@dataclass(frozen=True)
class Judged:
    """The verdict of a run: ``findings`` say which of them are known."""

    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    exit_code: ExitCode
    weighed: Weighed | None


def judged(
    findings: tuple[Finding, ...],
    judge: Callable[[Sequence[Finding]], tuple[Outcome, ...]],
    *,
    level: Level,
    baseline: Baseline | None,
    ended_early: str,
    passed_again: Collection[Known] | None = None,
) -> Judged:
    """Judge a run; ``judge`` makes the outcomes of findings. ``passed_again`` is as Baseline.weigh has it."""
    outcomes, weighed = judge(findings), None
    if baseline is not None:
        weighed = baseline.weigh(findings, outcomes, datetime.now(UTC).date(), passed_again)
        findings = tuple(replace(finding, known=weighed.known.get(finding.id)) for finding in findings)
        outcomes = judge(findings)
    code = exit_code(outcomes, findings, level, ended_early=bool(ended_early))
    if code is ExitCode.CONFORMS and weighed and weighed.fails:
        code = ExitCode.VIOLATION
    return Judged(outcomes, findings, code, weighed)
