"""Runs over time, for each target and edition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps_contract.report.page.charts import Segment, stack
from apps_contract.report.words import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.report.history import PastRun

_MOST_RUNS = 60


@dataclass(frozen=True)
class Point:
    """One run as a column of the chart; ``counts`` says in words what it is made of, ``numbers`` in figures."""

    started: str
    segments: tuple[Segment, ...]
    counts: str
    numbers: dict[str, int]
    requests: int
    duration_s: float


@dataclass(frozen=True)
class Line:
    """One requirement over the runs."""

    id: str
    title: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """The runs against one target in one edition. ``lines`` are the requirements that did not always pass."""

    target: str
    edition: str
    points: tuple[Point, ...]
    lines: tuple[Line, ...]
    left_out: int


def trend(runs: Sequence[PastRun]) -> tuple[Series, ...]:
    """Return the runs of each target and edition, oldest first, at most the sixty newest."""
    grouped: dict[tuple[str, str], list[PastRun]] = {}
    for run in runs:
        grouped.setdefault((run.target, run.edition), []).append(run)
    return tuple(_series(target, edition, group) for (target, edition), group in grouped.items())


def _series(target: str, edition: str, runs: Sequence[PastRun]) -> Series:
    shown = runs[-_MOST_RUNS:]
    titles = {requirement: title for run in shown for requirement, title in run.titles.items()}
    lines = [
        Line(requirement, title, tuple(run.outcomes.get(requirement, "") for run in shown))
        for requirement, title in titles.items()
    ]
    unsteady = tuple(line for line in lines if set(line.outcomes) - {"passed", ""})
    return Series(target, edition, tuple(_point(run) for run in shown), unsteady, len(runs) - len(shown))


def _point(run: PastRun) -> Point:
    outcomes = list(run.outcomes.values())
    counts = {name: outcomes.count(name) for name in OUTCOMES}
    said = ", ".join(f"{count} {OUTCOMES[name][1]}" for name, count in counts.items() if count)
    return Point(run.started[:16].replace("T", " "), stack(counts), said, counts, run.requests, run.duration_s)
