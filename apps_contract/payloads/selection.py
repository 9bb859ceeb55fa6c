"""Picks the cases worth sending when not all of them can be."""

from __future__ import annotations

import random
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from apps_contract.payloads.cases import Case


def prioritised(
    cases: Iterable[Case], limit: int, seed: int = 0, *, always: Callable[[Case], bool] = lambda _case: False
) -> tuple[Case, ...]:
    """Return at most ``limit`` cases, the most telling first, so that any beginning of the result is a good choice.

    What ``always`` says yes to comes before everything else.

    First every location, every operator and every requirement for each credentials form is met at least once, by as
    few cases as a greedy choice finds; then come the rest, each location and each requirement in turn. The seed
    decides between equals, so that other runs send other cases.
    """
    pool = list(cases)
    random.Random(seed).shuffle(pool)  # noqa: S311 -- a choice, not a secret
    covering = list(_covering(pool))
    chosen = {id(case) for case in covering}
    rest = _in_turn([case for case in pool if id(case) not in chosen])
    ordered = sorted([*covering, *rest], key=lambda case: not always(case))
    return tuple(ordered[: max(limit, 0)])


def _aspects(case: Case) -> frozenset[Hashable]:
    """Return what a case shows at least once for all."""
    form = (case.requirement, case.channel, case.member)
    return frozenset({("location", case.location), ("operator", case.operator), ("form", form)})


def _covering(pool: Sequence[Case]) -> Iterator[Case]:
    """Yield cases until every aspect is met, each time one that adds the most."""
    waiting = [(case, _aspects(case)) for case in pool]
    met: set[Hashable] = set()
    for gain in (3, 2, 1):  # a case has three aspects, and can only lose by what is chosen before it
        left: list[tuple[Case, frozenset[Hashable]]] = []
        for case, aspects in waiting:
            if len(aspects - met) >= gain:
                met |= aspects
                yield case
            else:
                left.append((case, aspects))
        waiting = left


def _in_turn(pool: Sequence[Case]) -> Iterator[Case]:
    """Deal the cases out by requirement and, within it, by location."""
    by_requirement: dict[str, dict[str, deque[Case]]] = {}
    for case in pool:
        by_requirement.setdefault(case.requirement, {}).setdefault(case.location, deque()).append(case)
    yield from _dealt([deque(_dealt(list(locations.values()))) for locations in by_requirement.values()])


def _dealt(piles: list[deque[Case]]) -> Iterator[Case]:
    while piles:
        for pile in piles:
            yield pile.popleft()
        piles = [pile for pile in piles if pile]
