"""What the requests of a run were, in numbers: by operation, by status, and how long their answers took."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from apps_contract.contract import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.run.events import Sent

NO_ANSWER = "no answer"
_PER_DECADE = 5
_QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}


def operation_documents(sent: Sequence[Sent]) -> list[dict[str, Any]]:
    """Return each of the five operations with its requests, their statuses, and the quantiles of their latency."""
    return [
        {
            "id": operation.id,
            "name": operation.name,
            "method": operation.method,
            "path": operation.path,
            **_counts([one for one in sent if one.operation == operation.id]),
        }
        for operation in OPERATIONS
    ]


def latency_document(sent: Sequence[Sent]) -> dict[str, Any]:
    """Return how long answers took: quantiles and a histogram, in milliseconds.

    The bins are even on a logarithmic scale, five to a decade; ``bins`` holds ``[from, to, requests]`` of each.
    """
    times = _times(sent)
    steps: Counter[int] = Counter()
    for time, count in times.items():
        steps[math.floor(math.log10(max(time, 0.001)) * _PER_DECADE)] += count
    span = range(min(steps), max(steps) + 1) if steps else range(0)
    return {
        "quantiles_ms": _quantiles(times),
        "bins": [[_edge(step), _edge(step + 1), steps[step]] for step in span],
    }


def _counts(sent: Sequence[Sent]) -> dict[str, Any]:
    statuses: Counter[str] = Counter()
    for one in sent:
        statuses[NO_ANSWER if one.status is None else str(one.status)] += one.times
    return {
        "requests": statuses.total(),
        "statuses": dict(sorted(statuses.items())),
        "quantiles_ms": _quantiles(_times(sent)),
    }


def _times(sent: Sequence[Sent]) -> Counter[float]:
    """Return how many answers took how many milliseconds."""
    times: Counter[float] = Counter()
    for one in sent:
        if one.status is not None:
            times[one.duration_s * 1000] += one.times
    return times


def _quantiles(times: Counter[float]) -> dict[str, float] | None:
    if not times:
        return None
    ordered = sorted(times)
    reached = list(accumulate(times[time] for time in ordered))
    ranks = {name: max(1, math.ceil(share * reached[-1])) for name, share in _QUANTILES.items()}
    return {name: round(ordered[bisect_left(reached, rank)], 3) for name, rank in ranks.items()}


def _edge(step: int) -> float:
    return float(f"{10 ** (step / _PER_DECADE):.3g}")
