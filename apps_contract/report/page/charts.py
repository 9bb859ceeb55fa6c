"""Geometry of the charts: numbers in, positions out; the templates draw them as inline SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

WIDTH = 440
HEIGHT = 140
_SHOWN_QUANTILES = ("p50", "p90", "p99")
_LABEL_GAP = 84


@dataclass(frozen=True)
class Bar:
    """One bar, with what it says."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True)
class Tick:
    """A labelled position on an axis; ``row`` tells how far its label is lifted above others."""

    x: float
    label: str
    row: int = 0


@dataclass(frozen=True)
class Histogram:
    """How long answers took."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Segment:
    """A part of a stacked bar, in percent of its width."""

    kind: str
    count: int
    x: float
    width: float


def histogram(latency: dict[str, Any] | None) -> Histogram | None:
    """Return the latency distribution as bars over a logarithmic axis, or None without data."""
    if not latency or not latency["bins"]:
        return None
    bins = latency["bins"]
    step = WIDTH / len(bins)
    most = max(count for _, _, count in bins)
    bars = tuple(
        Bar(
            round(place * step + 1, 1),
            round(HEIGHT * (1 - count / most), 1),
            round(step - 2, 1),
            round(HEIGHT * count / most, 1),
            f"{_time(start)} to {_time(end)}: {count:,} answers",
        )
        for place, (start, end, count) in enumerate(bins)
    )
    low, high = math.log10(bins[0][0]), math.log10(bins[-1][1])

    def position(value: float) -> float:
        share = (math.log10(max(value, bins[0][0])) - low) / (high - low)
        return round(min(1.0, share) * WIDTH, 1)

    decades = range(math.ceil(low - 0.01), math.floor(high + 0.01) + 1)
    ticks = tuple(Tick(position(10**decade), _time(10**decade)) for decade in decades)
    quantiles = latency["quantiles_ms"] or {}
    marks = [Tick(position(quantiles[name]), f"{name} {_time(quantiles[name])}") for name in _SHOWN_QUANTILES]
    return Histogram(bars, ticks, tuple(_apart(marks)))


def stack(counts: dict[str, int]) -> tuple[Segment, ...]:
    """Return a stacked bar of counts, in their order; zeros are left out."""
    total = sum(counts.values())
    segments, x = [], 0.0
    for kind, count in counts.items():
        if count:
            width = 100 * count / total
            segments.append(Segment(kind, count, round(x, 3), round(width, 3)))
            x += width
    return tuple(segments)


def logarithmic(count: int, most: int) -> float:
    """Return the length of a bar in percent, on a scale that shows one beside a thousand."""
    return round(100 * math.log1p(count) / math.log1p(most), 2) if most else 0.0


def _apart(marks: list[Tick]) -> list[Tick]:
    """Put the label of each mark into the lowest row where it overlaps none before it."""
    ends: list[float] = []
    placed = []
    for mark in marks:
        row = next((row for row, end in enumerate(ends) if mark.x - end >= _LABEL_GAP), len(ends))
        ends[row : row + 1] = [mark.x]
        placed.append(Tick(mark.x, mark.label, row))
    return placed


def _time(milliseconds: float) -> str:
    if milliseconds >= 1000:  # noqa: PLR2004 - a second
        return f"{milliseconds / 1000:.3g} s"
    return f"{milliseconds:.2g} ms" if milliseconds < 100 else f"{milliseconds:.0f} ms"  # noqa: PLR2004 - no digits lost
