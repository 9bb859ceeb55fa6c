"""Draws values from a strategy by a seed, without a test around them and without sending anything."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import given, settings

from apps_contract.payloads.cases import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import SearchStrategy

Value = TypeVar("Value")

_BYTES_PER_VALUE = 16 * 1024  # choices of one value; the largest bodies use a quarter of it
_TRIES_PER_VALUE = 20  # before a strategy counts as having nothing new


def draws(strategy: SearchStrategy[Value], seed: int) -> Iterator[Value]:
    """Draw values without end; the same seed gives the same values, in any process and from any thread.

    Hypothesis is driven by bytes of our own: its own generation also picks constants from whichever modules happen to
    be loaded, so that a seed would not mean the same under pytest and under the command. An exception that a strategy
    raises comes out here. A value that a filter rejects is drawn again.
    """
    drawn: list[Value] = []

    @settings(database=None)
    @given(strategy)
    def take(value: Value) -> None:
        drawn.append(value)

    draw_from = take.hypothesis.fuzz_one_input  # type: ignore[attr-defined]  # set by @given
    source = random.Random(seed)  # noqa: S311 -- reproducible, not secret
    while True:
        if draw_from(source.randbytes(_BYTES_PER_VALUE)) is not None:
            yield drawn.pop()


def sample(strategy: SearchStrategy[Value], count: int, seed: int) -> list[Value]:
    """Return ``count`` distinct values, or fewer if the strategy has no more; any count begins with the same ones."""
    found: dict[str, Value] = {}
    idle = 0
    if count <= 0:
        return []
    for value in draws(strategy, seed):
        key = _key(value)
        idle = idle + 1 if key in found else 0
        found.setdefault(key, value)
        if len(found) == count or idle == _TRIES_PER_VALUE:
            break
    return list(found.values())


def _key(value: Any) -> str:
    """Tell values apart by what would be sent."""
    if isinstance(value, Case):
        return json.dumps([value.operation, value.body])
    try:
        return json.dumps(value)
    except TypeError:
        return repr(value)
