"""Makes a JSON value that shows a fault as small as it gets, without knowing what the fault is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PLAIN_CHARACTER = "a"
_BEYOND_ALL = 1 << 4096  # larger than any finite float


def shrink(
    value: Any,
    still_fails: Callable[[Any], bool],
    is_allowed: Callable[[Any], bool] = lambda _: True,
    budget: int = 500,
) -> Any:
    """Return the simplest value found that still fails, asking ``still_fails`` at most ``budget`` times.

    ``value`` is taken to fail already, and is returned as it is when nothing simpler does. ``is_allowed`` is asked
    first, is thought to be cheap, and rules out values that would fail for another reason. The same arguments give
    the same result. Nothing that is passed in is changed.
    """
    best = value
    tried = {_key(best)}
    while True:
        simpler = None
        for candidate in _candidates(best):
            key = _key(candidate)
            if key in tried or _cost(candidate) >= _cost(best):
                continue
            tried.add(key)
            if not is_allowed(candidate):
                continue
            if budget <= 0:
                return best
            budget -= 1
            if still_fails(candidate):
                simpler = candidate
                break
        if simpler is None:
            return best
        best = simpler


def _key(value: Any) -> str:
    """Tell values apart that Python calls equal: 1, 1.0 and True."""
    return repr(value)


def _cost(value: Any) -> tuple[int, int, int, int]:
    """Order values by simplicity: fewer parts, less text, smaller numbers, plainer characters."""
    match value:
        case dict():
            costs = [_cost(item) for item in value.values()]
            return (
                1 + len(value) + sum(cost[0] for cost in costs),
                sum(cost[1] for cost in costs),
                sum(cost[2] for cost in costs),
                sum(cost[3] for cost in costs),
            )
        case list():
            costs = [_cost(item) for item in value]
            return (
                1 + sum(cost[0] for cost in costs),
                sum(cost[1] for cost in costs),
                sum(cost[2] for cost in costs),
                sum(cost[3] for cost in costs),
            )
        case str():
            return 1, len(value), 0, sum(char != _PLAIN_CHARACTER for char in value)
        case bool() | None:
            return 1, 0, int(bool(value)), 0
        case _:
            return 1, 0, _magnitude(value), 0


def _magnitude(number: float) -> int:
    """Return how far a number is from plain: its size, a little more when negative, and more when a fraction."""
    if isinstance(number, float) and not math.isfinite(number):
        return _BEYOND_ALL
    return 4 * math.ceil(abs(number)) + (1 if number < 0 else 0) + (2 if isinstance(number, float) else 0)


def _candidates(value: Any) -> Iterator[Any]:
    """Yield values near ``value``: first with parts left out, at any depth, then with simpler texts and numbers."""
    yield from _with_less(value)
    yield from _with_plainer(value)


def _with_less(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        names = list(value)
        for names_left in _shorter(names):
            yield {name: value[name] for name in names_left}
        for name, item in value.items():
            for simpler in _with_less(item):
                yield {**value, name: simpler}
    elif isinstance(value, list):
        yield from _shorter(value)
        for index, item in enumerate(value):
            for simpler in _with_less(item):
                yield [*value[:index], simpler, *value[index + 1 :]]


def _with_plainer(value: Any) -> Iterator[Any]:
    match value:
        case dict():
            for name, item in value.items():
                for simpler in _with_plainer(item):
                    yield {**value, name: simpler}
        case list():
            for index, item in enumerate(value):
                for simpler in _with_plainer(item):
                    yield [*value[:index], simpler, *value[index + 1 :]]
        case str():
            yield from _smaller_texts(value)
        case bool():
            yield False
        case int() | float():
            yield from _smaller_numbers(value)


def _shorter(parts: list[Any]) -> Iterator[list[Any]]:
    """Leave out everything, then each half, each quarter, and so on down to each single part."""
    yield []
    size = len(parts) // 2
    while size:
        for start in range(0, len(parts), size):
            yield parts[:start] + parts[start + size :]
        size //= 2


def _smaller_texts(value: str) -> Iterator[str]:
    yield ""
    size = (len(value) + 1) // 2
    while size:
        for start in range(0, len(value), size):
            yield value[:start] + value[start + size :]
        size //= 2
    yield _PLAIN_CHARACTER * len(value)
    size = (len(value) + 1) // 2
    while size:
        for start in range(0, len(value), size):
            piece = value[start : start + size]
            yield value[:start] + _PLAIN_CHARACTER * len(piece) + value[start + size :]
        size //= 2


def _smaller_numbers(value: float) -> Iterator[float]:
    yield 0
    yield 1
    if isinstance(value, float):
        if math.isfinite(value):
            yield int(value)
        return
    yield abs(value)
    sign = 1 if value > 0 else -1
    for bits in range(1, abs(value).bit_length()):  # rough first: which power of two is enough
        yield sign << bits
    step = abs(value) // 2
    while step:
        yield value - sign * step
        step //= 2
