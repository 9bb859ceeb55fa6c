"""The suite's own score for a person, and as a JSON value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from apps_contract.contract import Level, requirements
from apps_contract.service.dialects import DIALECTS
from apps_contract.service.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.run.score import Score


class ScoreTable:
    """Collects scores, and prints what they add up to; ``quiet`` leaves out the table by requirement."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.scores: list[Score] = []
        self._quiet = quiet
        self._console = Console(highlight=False, soft_wrap=True)

    @property
    def is_good(self) -> bool:
        """Whether every MUST fault was found under a right requirement, and no variant raised a false alarm."""
        return not _missed(self.scores, Level.MUST) and not any(score.false_alarms for score in self.scores)

    def print(self, duration_s: float) -> None:
        """Print the score by requirement and level, then what was missed, misnamed and wrongly alarmed."""
        faults = [score for score in self.scores if score.trial.kind == "fault"]
        variants = [score for score in self.scores if score.trial.kind == "variant"]
        if faults and not self._quiet:
            self._console.print(_by_requirement(faults))
        self._say("missed", [score for score in faults if not score.found])
        self._say("found under another requirement", [score for score in faults if score.found and not score.is_right])
        for score in variants:
            if score.false_alarms:
                where = f"{score.trial.name}, edition {score.trial.edition}, seed {score.trial.seed}"
                self._console.print(f"false alarm on {where}: {score.detail}", style="red", markup=False)
        for line in _summary(faults, variants, duration_s):
            self._console.print(line, style="bold", markup=False)

    def _say(self, what: str, scores: Sequence[Score]) -> None:
        for score in scores:
            fault = FAULTS[score.trial.name]
            said = f" (said: {', '.join(name for name, _ in score.named)})" if score.named else ""
            line = f"{what}: {fault.name} [{score.level} {score.requirement}] {fault.sentence}{said}"
            self._console.print(line, style="red" if score.level is Level.MUST else "yellow", markup=False)


def said_of(score: Score) -> str:
    """Say in a few words what one run showed."""
    return f"{', '.join(name for name, _ in score.named) or 'nothing'} in {score.duration_s:.1f} s"


def score_document(scores: Sequence[Score], duration_s: float) -> dict[str, Any]:
    """Return all scores as a JSON value."""
    return {
        "duration_s": round(duration_s, 1),
        "faults": [_fault_row(score) for score in scores if score.trial.kind == "fault"],
        "variants": [_variant_row(score) for score in scores if score.trial.kind == "variant"],
    }


def catalogue_lines() -> list[str]:
    """Name every fault with the requirement that it breaks, and every variant, for a person."""
    width = max(map(len, (*FAULTS, *DIALECTS)), default=0)
    lines = [
        f"{one.name:<{width}}  {one.level:<6} {one.requirement:<13} {','.join(one.editions)}  {one.sentence}"
        for one in FAULTS.values()
    ]
    return [*lines, "", *(f"{one.name:<{width}}  conforms  {one.description}" for one in DIALECTS.values())]


def _by_requirement(faults: Sequence[Score]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("requirement", "faults", "found", "right name", "requests", "seconds"):
        table.add_column(name, justify="left" if name == "requirement" else "right")
    for requirement in requirements("server"):
        of_it = [score for score in faults if score.requirement == requirement.id]
        if of_it:
            right = sum(score.is_right for score in of_it)
            table.add_row(
                requirement.id,
                str(len(of_it)),
                str(sum(score.found for score in of_it)),
                str(right),
                str(round(sum(score.requests for score in of_it) / len(of_it))),
                f"{sum(score.duration_s for score in of_it) / len(of_it):.1f}",
                style="" if right == len(of_it) else "red",
            )
    return table


def _summary(faults: Sequence[Score], variants: Sequence[Score], duration_s: float) -> list[str]:
    lines = []
    for level in Level:
        of_level = [score for score in faults if score.level is level]
        if of_level:
            right = sum(score.is_right for score in of_level)
            share = 100 * right / len(of_level)
            lines.append(
                f"{level.value:<7}{right} of {len(of_level)} faults found under a right requirement ({share:.1f} %)"
            )
    if variants:
        alarms = sum(bool(score.false_alarms) for score in variants)
        names = len({score.trial.name for score in variants})
        lines.append(f"{names} conforming variants, {len(variants)} runs, {alarms} with a false alarm")
    requests = sum(score.requests for score in (*faults, *variants))
    lines.append(f"{requests:,} requests in {duration_s:.0f} s")
    return lines


def _missed(scores: Sequence[Score], level: Level) -> list[Score]:
    return [score for score in scores if score.trial.kind == "fault" and score.level is level and not score.is_right]


def _fault_row(score: Score) -> dict[str, Any]:
    return {
        "name": score.trial.name,
        "requirement": score.requirement,
        "level": score.level.value,
        "edition": score.trial.edition,
        "seed": score.trial.seed,
        "found": score.found,
        "right_requirement": score.is_right,
        "named": [name for name, _ in score.named],
        "finding": score.detail,
        "requests": score.requests,
        "duration_s": round(score.duration_s, 2),
    }


def _variant_row(score: Score) -> dict[str, Any]:
    return {
        "name": score.trial.name,
        "edition": score.trial.edition,
        "seed": score.trial.seed,
        "false_alarms": list(score.false_alarms),
        "findings": score.detail,
        "requests": score.requests,
        "duration_s": round(score.duration_s, 2),
    }
