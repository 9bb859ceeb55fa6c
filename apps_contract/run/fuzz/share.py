"""Which part of a campaign's trials is sent from one place, when several share them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Share:
    """The part number ``index``, from 0, of ``count``."""

    index: int = 0
    count: int = 1

    def of(self, things: Sequence[Thing]) -> list[Thing]:
        """Return what of a list belongs to this share: every thing belongs to one."""
        return list(things[self.index :: self.count])

    def seed(self, seed: int | str) -> str:
        """Return a seed of its own for what is drawn without end; that of the whole is the given one."""
        return str(seed) if self.count == 1 else f"{seed} {self.index} of {self.count}"


WHOLE = Share()
