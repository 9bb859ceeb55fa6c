"""Bodies in quantity: the same kinds as the strategies draw, from plain random numbers, some thirty times as fast.

What they find is made smaller by ``shrink``.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any, TypeVar

from apps_contract.payloads.boundaries import LARGEST_BODY
from apps_contract.payloads.making import make_case, make_request
from apps_contract.payloads.texts import NONCHARACTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from apps_contract.contract import Edition
    from apps_contract.payloads.cases import Case
    from apps_contract.payloads.making import Source

Option = TypeVar("Option")
Made = TypeVar("Made")

_PLANES = tuple(plane << 16 for plane in range(17))


class _Random:
    """A source of decisions that takes a random number for each."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 -- reproducible, not secret

    def pick(self, options: Sequence[Option]) -> Option:
        return options[int(self._random.random() * len(options))]

    def integer(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def characters(self, longest: int, *, ascii_only: bool) -> str:
        size = self.integer(1, longest)
        if ascii_only:
            return "".join(chr(self.integer(0x20, 0x7E)) for _ in range(size))
        return "".join(self._character() for _ in range(size))

    def part(self, make: Callable[[Source], Made]) -> Made:
        return make(self)

    def _character(self) -> str:
        """Return a character of any plane but U+0000, surrogates and noncharacters."""
        while True:
            char = chr(self.pick(_PLANES) + self.integer(1, 0xFFFF))
            if not "\ud800" <= char <= "\udfff" and char not in NONCHARACTERS:
                return char


def valid_bodies(
    edition: Edition, operation: str, seed: int, *, repeated_channels: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield valid bodies of a create or an update without end; the same seed gives the same ones."""
    source = _Random(seed)
    while True:
        body = make_request(source, operation, edition, repeated_channels=repeated_channels)
        if len(json.dumps(body)) < LARGEST_BODY:
            yield body


def invalid_cases(edition: Edition, operation: str, seed: int) -> Iterator[Case]:
    """Yield cases with exactly one defect anywhere in a valid body, without end; the same seed gives the same ones."""
    source = _Random(seed)
    for body in valid_bodies(edition, operation, source.integer(0, 2**63)):
        if body:  # in nothing, nothing can be wrong
            yield make_case(source, body, operation, edition)
