"""Which requirements a trial can show broken: what a campaign has looked at, and what it has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.run.fuzz.attempts.odd_calls import CALLS
from apps_contract.run.fuzz.attempts.odd_requests import SPELLING
from apps_contract.run.fuzz.attempts.traffic import JUDGED
from apps_contract.run.fuzz.trials import BodyTrial, LifeTrial, OddTrial, RawTrial

if TYPE_CHECKING:
    from apps_contract.run.fuzz.trials import Step, Trial

_STEPS = {
    "create": ("SRV-STATE-1", "SRV-STATE-2", "SRV-INPUT-12"),
    "get": ("SRV-STATE-4",),
    "update": ("SRV-STATE-6", "SRV-INPUT-12"),
    "delete": ("SRV-STATE-9",),
    "list": ("SRV-STATE-5",),
    "reject": ("SRV-STATE-8",),
    "creates": ("SRV-STATE-1", "SRV-LOAD-1"),
    "updates": ("SRV-LOAD-2",),
    "crowd": ("SRV-STATE-1", "SRV-STATE-5"),
    "refuse": ("SRV-STATE-8",),
}


def judged(trial: Trial) -> frozenset[str]:
    """Return the ids of the requirements that a trial judges."""
    match trial:
        case BodyTrial():
            own = _of_body(trial)
        case RawTrial():
            refusal = "SRV-INPUT-12" if trial.case.operator == SPELLING else "SRV-INPUT-1"
            own = {refusal} if trial.case.verdict != "json" or refusal == "SRV-INPUT-12" else set()
        case OddTrial():
            own = set(CALLS[trial.operator].judges) if trial.operator in CALLS else set()
        case LifeTrial():
            own = {requirement for step in trial.steps for requirement in _of_step(step)}
    return frozenset({*own, *JUDGED})


def _of_body(trial: BodyTrial) -> set[str]:
    case = trial.case
    if trial.is_defect:
        return {case.requirement, *(("SRV-STATE-8",) if trial.reads_back and case.operation == "update" else ())}
    own = {case.requirement} if case.requirement in {"SRV-STATE-11", "SRV-STATE-12"} else set()
    if case.operation == "update":
        own |= {"SRV-STATE-7" if trial.mask else "SRV-STATE-6"}
    else:
        own |= {"SRV-STATE-2", "SRV-STATE-3"} | ({"SRV-STATE-9"} if trial.reads_back else set())
    return own | {"SRV-INPUT-12"} | ({"SRV-STATE-4"} if trial.reads_back else set())


def _of_step(step: Step) -> tuple[str, ...]:
    if step["do"] == "stray":
        return ("SRV-AUTH-2",) if step["intrudes"] else ("SRV-STATE-10",)
    if step["do"] == "unknown":
        return ("SRV-STATE-10",) if step["is_valid"] else ("SRV-INPUT-13",)
    if step["do"] == "update" and step.get("mask"):
        return ("SRV-STATE-7",)
    return _STEPS[step["do"]]
