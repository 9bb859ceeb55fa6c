"""Things that go by name: no two of them by the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class Named(Protocol):
    """What has a name and says what it is in one sentence."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def sentence(self) -> str:
        """What it is."""


Thing = TypeVar("Thing", bound=Named)


class DuplicateNameError(ValueError):
    """Two things of one name: the second would silently take the first one's place, which then nobody tries."""


def by_name(things: Iterable[Thing]) -> dict[str, Thing]:
    """Return things by name, in their order; raise DuplicateNameError for a name that is given twice."""
    found: dict[str, Thing] = {}
    for thing in things:
        if thing.name in found:
            first = found[thing.name]
            raise DuplicateNameError(
                f"two are named {thing.name!r}: {first.sentence!r} and {thing.sentence!r}; rename one of them"
            )
        found[thing.name] = thing
    return found
