"""The places of a body at which something can be wrong, and small edits there that leave the original untouched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps_contract.contract import path_text
from apps_contract.payloads.shapes import CHANNEL, ENTRIES, Shape, entry_shape, form_of, request_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """One member or element of a body.

    ``location`` is the same for all positions in the array, and tells what is in entries apart by their channel (but
    not the channel itself: ``channel_credentials[].channel``). ``required``:
    the value may not be left out. ``alternative``: where one of several members has to be there, which of them this
    is, counted from 1; else 0. ``channel`` and ``member`` name the form of the entry around it, if any.
    """

    steps: Steps
    location: str
    shape: Shape
    required: bool
    alternative: int
    value: Any
    channel: str = ""
    member: str = ""

    @property
    def path(self) -> str:
        """The place as ``channel_credentials[0].channel``."""
        return path_text(self.steps)

    @property
    def name(self) -> str:
        """The member's name; empty for an element of an array."""
        return self.steps[-1] if isinstance(self.steps[-1], str) else ""

    @property
    def is_credentials(self) -> bool:
        """Whether this is the credentials object of an entry."""
        return bool(self.name) and self.name == self.member


def places(body: dict[str, Any], operation: str, edition: Edition) -> tuple[Place, ...]:
    """Return every place that a valid ``body`` has, outer ones before inner ones; the body itself is not among them."""
    return tuple(_members(body, request_shape(operation, edition), None, edition))


def _members(value: dict[str, Any], shape: Shape, around: Place | None, edition: Edition) -> Iterator[Place]:
    steps, location = (around.steps, f"{around.location}.") if around else ((), "")
    form = (around.channel, around.member) if around else ("", "")
    for name, item in value.items():
        inner = shape.members[name]
        alternative = shape.alternatives.index(name) + 1 if name in shape.alternatives else 0
        where = f"{ENTRIES}[].{name}" if name == CHANNEL and form[0] else location + name
        place = Place((*steps, name), where, inner, name in shape.required, alternative, item, *form)
        yield place
        if inner.kind == "object":
            yield from _members(item, inner, place, edition)
        elif inner.kind == "array":
            yield from _entries(place, edition)


def _entries(array: Place, edition: Edition) -> Iterator[Place]:
    for index, entry in enumerate(array.value):
        form = form_of(entry, edition)
        shape = entry_shape(edition, form)
        steps = (*array.steps, index)
        # The entry as such is of no channel yet; what is in it is.
        yield Place(steps, f"{array.location}[]", shape, True, 0, entry)
        inside = f"{array.location}[{form.channel}]"
        yield from _members(
            entry, shape, Place(steps, inside, shape, True, 0, entry, form.channel, form.member), edition
        )


def at(value: Any, steps: Steps) -> Any:
    """Return what lies at the place; raises LookupError or TypeError when there is no such place."""
    for step in steps:
        value = value[step]
    return value


def replaced(value: Any, steps: Steps, new: Any) -> Any:
    """Return a copy of ``value`` with ``new`` at the place; a member that is not there yet is added."""
    if not steps:
        return new
    first, *rest = steps
    if isinstance(value, list):
        return [replaced(item, tuple(rest), new) if index == first else item for index, item in enumerate(value)]
    return {**value, first: replaced(value[first], tuple(rest), new) if rest else new}


def without(value: Any, steps: Steps) -> Any:
    """Return a copy of ``value`` in which the member or element at the place is missing."""
    *outer, last = steps
    around = at(value, tuple(outer))
    if isinstance(around, list):
        return replaced(value, tuple(outer), [item for index, item in enumerate(around) if index != last])
    return replaced(value, tuple(outer), {name: item for name, item in around.items() if name != last})
