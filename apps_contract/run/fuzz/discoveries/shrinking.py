"""Makes the trial that showed a fault as small as it gets, while it stays the same kind of trial."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apps_contract.contract import Level, is_valid
from apps_contract.payloads.cases import Case
from apps_contract.payloads.certain import must_be_taken
from apps_contract.payloads.invalid import invalid_bodies, is_proven
from apps_contract.payloads.shrink import shrink
from apps_contract.payloads.valid import minimal_create
from apps_contract.run.fuzz.plan import verdict
from apps_contract.run.fuzz.trials import BodyTrial, LifeTrial, RawTrial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apps_contract.contract import Edition
    from apps_contract.run.fuzz.trials import Step, Trial

TRIES = 200


def smaller(trial: Trial, still_fails: Callable[[Trial], bool], edition: Edition) -> Trial:
    """Return the smallest trial found that still fails, asking ``still_fails`` about ``TRIES`` times at most."""
    budget = _Budget(still_fails)
    match trial:
        case BodyTrial() if trial.is_defect:
            return _smaller_defect(trial, budget, edition)
        case BodyTrial():
            plain = replace(
                trial, case=Case(f"{trial.case.operation} of a body", trial.case.operation, trial.case.twin)
            )
            if trial.case.twin is not None and not budget.fails(plain):
                return trial  # what is odd about the body is what matters
            return _smaller_body(trial if trial.case.twin is None else plain, budget, edition)
        case RawTrial():
            return _smaller_raw(trial, budget)
        case LifeTrial():
            return _smaller_life(trial, budget, edition)
        case _:
            return trial


class _Budget:
    """Asks, until the tries are used up; then nothing fails any more."""

    def __init__(self, still_fails: Callable[[Trial], bool]) -> None:
        self._still_fails = still_fails
        self.left = TRIES

    def fails(self, trial: Trial) -> bool:
        if self.left <= 0:
            return False
        self.left -= 1
        return self._still_fails(trial)


def _smaller_body(trial: BodyTrial, budget: _Budget, edition: Edition) -> BodyTrial:
    name = trial.case.operation
    has_to_be_taken = must_be_taken(trial.case.body, name, edition)

    def with_body(body: Any) -> BodyTrial:
        mask = None if trial.mask is None else tuple(field for field in trial.mask if field in body)
        return replace(trial, case=replace(trial.case, body=body, label="this body"), mask=mask or None)

    def is_allowed(body: Any) -> bool:
        return must_be_taken(body, name, edition) if has_to_be_taken else is_valid(body, name, edition)

    body = shrink(trial.case.body, lambda body: budget.fails(with_body(body)), is_allowed, TRIES)
    return with_body(body) if body is not trial.case.body else trial


def _smaller_defect(trial: BodyTrial, budget: _Budget, edition: Edition) -> BodyTrial:
    """Take the table's case of the same pair, or leave out of body and twin what has nothing to do with the defect."""
    case = trial.case
    for known in invalid_bodies(edition, case.operation):
        if known.pair == case.pair and len(str(known.body)) < len(str(case.body)):
            tried = replace(trial, case=known)
            if budget.fails(tried):
                trial = tried
                break
    is_smaller = True
    while is_smaller and budget.left:
        is_smaller = False
        for candidate in _with_less(trial.case):
            if is_proven(candidate, edition) and budget.fails(replace(trial, case=candidate)):
                trial, is_smaller = replace(trial, case=candidate), True
                break
    return trial


def _with_less(case: Case) -> Iterator[Case]:
    """Leave one member, or one entry behind the defect's, out of both body and twin."""
    if not (isinstance(case.body, dict) and isinstance(case.twin, dict)):
        return
    for name in case.twin:
        if not case.path.startswith(name) and name in case.body:
            yield replace(case, body=_without(case.body, name), twin=_without(case.twin, name))
    entries, twins = case.body.get("channel_credentials"), case.twin.get("channel_credentials")
    if isinstance(entries, list) and isinstance(twins, list) and len(entries) == len(twins):
        for index in reversed(range(len(twins))):
            if entries[index] == twins[index] and not _stands_before(index, case.path):
                yield replace(
                    case,
                    body={**case.body, "channel_credentials": entries[:index] + entries[index + 1 :]},
                    twin={**case.twin, "channel_credentials": twins[:index] + twins[index + 1 :]},
                )


def _stands_before(index: int, path: str) -> bool:
    """Tell whether an entry stands before the one that a path leads to: without it, the path would be wrong."""
    number = path.removeprefix("channel_credentials[").partition("]")[0]
    return number.isdecimal() and index <= int(number)


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def _smaller_raw(trial: RawTrial, budget: _Budget) -> RawTrial:
    """Leave out bytes, in ever smaller pieces, while a strict reader says the same of the rest."""
    size = len(trial.case.body) // 2
    while size and budget.left:
        start = 0
        while start < len(trial.case.body) and budget.left:
            body = trial.case.body[:start] + trial.case.body[start + size :]
            tried = replace(trial, case=replace(trial.case, body=body))
            if verdict(body) == trial.case.verdict and budget.fails(tried):
                trial = tried
            else:
                start += size
        size //= 2
    return trial


def _smaller_life(trial: LifeTrial, budget: _Budget, edition: Edition) -> LifeTrial:
    steps = list(trial.steps)
    size = max(1, len(steps) // 2)
    while size:
        start = len(steps) - size
        while start >= 0:
            fewer = steps[:start] + steps[start + size :]
            if fewer and budget.fails(LifeTrial(tuple(fewer))):
                steps = fewer
            start -= size
        size //= 2
    for index in [*range(len(steps)), *(index for index, step in enumerate(steps) if "bodies" in step)]:
        for simpler in _simpler_steps(steps[index], edition):
            changed = [*steps[:index], simpler, *steps[index + 1 :]]
            if budget.fails(LifeTrial(tuple(changed))):
                steps = changed
                break
    for index in range(len(steps)):
        steps[index] = _with_smaller_body(steps, index, budget, edition)
    return LifeTrial(tuple(steps))


def _with_smaller_body(steps: list[Step], index: int, budget: _Budget, edition: Edition) -> Step:
    """Return one of the steps with its body made small, where it has a valid one."""
    step = steps[index]
    if step.get("body") is None or _has_defect(step) or step["do"] == "crowd":
        return step
    operation = "create" if "create" in {step["do"], step.get("how")} else "update"

    def with_body(body: Any) -> Step:
        mask = step.get("mask") and [name for name in step["mask"] if name in body]
        return {**step, "body": body, **({"mask": mask or None} if "mask" in step else {})}

    def fails(body: Any) -> bool:
        return budget.fails(LifeTrial((*steps[:index], with_body(body), *steps[index + 1 :])))

    return with_body(shrink(step["body"], fails, lambda body: must_be_taken(body, operation, edition), budget.left))


def _smallest_defect(edition: Edition, operation: str) -> dict[str, Any]:
    """Return the smallest body that has to be refused, whatever its name."""
    bodies = [
        case.body
        for case in invalid_bodies(edition, operation)
        if case.level is Level.MUST and isinstance(case.body, dict) and not case.path.startswith("display_name")
    ]
    return min(bodies, key=lambda body: len(str(body)))


def _has_defect(step: Step) -> bool:
    return step["do"] in {"reject", "refuse"} or not step.get("is_valid", True)


def _simpler_steps(step: Step, edition: Edition) -> Iterator[Step]:
    """Yield a step with plainer bodies, the plainest first; defects stay as they are."""
    plain = minimal_create(edition, "a")
    if step["do"] == "reject":
        yield {"do": "get", "name": step["name"]}
    if _has_defect(step):
        operation = "create" if step["do"] == "refuse" else "update"
        kept = {"display_name": step["body"]["display_name"]} if step["do"] == "refuse" else {}
        yield {**step, "body": {**_smallest_defect(edition, operation), **kept}}
    elif step["do"] == "crowd":
        yield from ({**step, "body": plain, "count": count} for count in (2, 11, step["count"]))
    elif step.get("body") is not None:
        mask = step.get("mask")
        if not mask or set(mask) <= set(plain):
            yield {**step, "body": plain}
        if mask:
            yield {**step, "mask": mask[:1], "body": {**plain, mask[0]: step["body"][mask[0]]}}
        for name in step["body"]:
            yield {**step, "body": {**plain, name: step["body"][name]}}
    for body in step.get("bodies", ()):  # perhaps one at a time will do
        yield {"do": step["do"].removesuffix("s"), "name": step["name"], "project": step.get("project"), "body": body}
    if step.get("bodies"):
        names = ("p", "q", "r", "s")  # none that an app has before
        yield {**step, "bodies": [minimal_create(edition, name) for name in names[: len(step["bodies"])]]}
