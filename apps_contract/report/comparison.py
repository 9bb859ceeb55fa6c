"""Two runs compared: which requirements and findings became worse or better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps_contract.report.words import OUTCOMES
from apps_contract.run.settings import WrongUseError

# The better, the higher. What could be tested and no longer can is worse than a pass, and better than a failure.
_RANKS = {"failed": 0, "not_tested": 1, "warned": 2, "not_applicable": 3, "passed": 3}


@dataclass(frozen=True)
class Change:
    """One requirement or finding that is not as it was, in one line."""

    requirement: str
    text: str


@dataclass(frozen=True)
class Comparison:
    """What changed; ``worse`` holds the regressions."""

    worse: tuple[Change, ...]
    better: tuple[Change, ...]
    same: int

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as a JSON value."""
        return {
            "worse": [{"requirement": one.requirement, "text": one.text} for one in self.worse],
            "better": [{"requirement": one.requirement, "text": one.text} for one in self.better],
            "same": self.same,
        }


def compare(old: dict[str, Any], new: dict[str, Any]) -> Comparison:
    """Compare two report documents of one edition; raise WrongUseError when they are of two.

    Requirements that only one of the runs was asked about are left out.
    """
    editions = [one["contract"]["edition"] for one in (old, new)]
    if editions[0] != editions[1]:
        raise WrongUseError(f"the reports are of two editions, {editions[0]} and {editions[1]}: compare like with like")
    before = {one["id"]: one for one in old["requirements"]}
    worse: list[Change] = []
    better: list[Change] = []
    same = 0
    for now in new["requirements"]:
        then = before.get(now["id"])
        if then is None:
            continue
        gained, lost = _outcome_changes(then, now)
        if then["outcome"] == now["outcome"]:
            gained, lost = _finding_changes(old, new, now["id"])
        worse += lost
        better += gained
        same += not gained and not lost
    return Comparison(tuple(worse), tuple(better), same)


def _outcome_changes(then: dict[str, Any], now: dict[str, Any]) -> tuple[list[Change], list[Change]]:
    step = _RANKS[now["outcome"]] - _RANKS[then["outcome"]]
    names = [OUTCOMES[one["outcome"]][1] for one in (then, now)]
    reason = f": {now['reason']}" if now.get("reason") and step < 0 else ""
    change = [Change(now["id"], f"{names[0]} → {names[1]}  {now['title']}{reason}")]
    return (change if step > 0 else []), (change if step < 0 else [])


def _finding_changes(old: dict[str, Any], new: dict[str, Any], requirement: str) -> tuple[list[Change], list[Change]]:
    """Compare the findings on a requirement that was broken before and is broken still."""
    then, now = (_findings(document, requirement) for document in (old, new))
    lost = [
        Change(requirement, f"new finding {one['id']}  {one['title']}") for key, one in now.items() if key not in then
    ]
    gained = [Change(requirement, f"gone finding  {one['title']}") for key, one in then.items() if key not in now]
    return gained, lost


def _findings(document: dict[str, Any], requirement: str) -> dict[str, dict[str, Any]]:
    return {
        one.get("fingerprint") or f"{one['requirement']} {one['level']} {one.get('test')}": one
        for one in document["findings"]
        if one["requirement"] == requirement
    }
