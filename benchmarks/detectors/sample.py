"""Which faults are shown to every tool."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.service.faults import Fault

SAMPLE_SIZE = 40


def sample(faults: Iterable[Fault], size: int = SAMPLE_SIZE, seed: int = 1) -> tuple[Fault, ...]:
    """Return ``size`` faults (or all, if there are fewer), as many requirements among them as can be.

    One of each requirement is drawn, then a second one of the requirements that have most, and so on. The same seed
    draws the same faults, as long as there are the same.
    """
    draw = random.Random(seed)  # noqa: S311 - a choice to repeat, not a secret
    strata: dict[str, list[Fault]] = {}
    for fault in sorted(faults, key=lambda one: one.name):
        strata.setdefault(fault.requirement, []).append(fault)
    for stratum in strata.values():
        draw.shuffle(stratum)
    largest_first = sorted(strata.values(), key=lambda stratum: (-len(stratum), stratum[0].requirement))
    rounds = range(max(map(len, largest_first), default=0))
    drawn = [stratum[number] for number in rounds for stratum in largest_first if number < len(stratum)]
    return tuple(sorted(drawn[:size], key=lambda one: (one.requirement, one.name)))
