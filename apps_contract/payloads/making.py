"""Makes valid bodies, and bodies with one defect, out of single decisions that come from elsewhere.

Who decides is a ``Source``: hypothesis, where values should shrink and mix with other strategies, or plain random
numbers, where thousands are wanted in a second. Both make the same kinds of bodies.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from apps_contract.contract import CredentialForm, channels, credential_forms, is_valid, validate
from apps_contract.payloads.defects import defects_at, judged_places
from apps_contract.payloads.invalid import is_proven
from apps_contract.payloads.operators import ASTRAL
from apps_contract.payloads.shapes import (
    CHANNEL,
    DEFAULT_ENTRY,
    ENTRIES,
    ORDINAL,
    Shape,
    entry_shape,
    form_of,
    is_numbered,
    request_shape,
)
from apps_contract.payloads.texts import LONGEST_NAME, TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apps_contract.contract import Edition
    from apps_contract.payloads.cases import Case

Option = TypeVar("Option")
Made = TypeVar("Made")

_SHORT = 16  # characters of a text that is not taken whole
_KINDS_OF_TEXT = (*["ascii"] * 4, *["any"] * 4, *["known"] * 3, "edge")  # chance alone reaches no edge
_MOST_ENTRIES = 20
_ANOTHER = (False, True, True)  # one more entry? About three are usual, and all of them come up


class Source(Protocol):
    """Where decisions come from. Where one option is simpler than others, it comes first."""

    def pick(self, options: Sequence[Option]) -> Option:
        """Decide for one of the options."""

    def integer(self, low: int, high: int) -> int:
        """Decide for a number between two, both included."""

    def characters(self, longest: int, *, ascii_only: bool) -> str:
        """Decide for at least one and at most so many characters: printable ones, or any but U+0000."""

    def part(self, make: Callable[[Source], Made]) -> Made:
        """Make what belongs together, so that it is left out together when a body shrinks."""


class InvalidValueError(AssertionError):
    """A body was made that is not what it should be: a fault of this room, with the violations found."""

    def __init__(self, schema_name: str, edition: Edition, value: Any) -> None:
        self.value = value
        self.violations = validate(value, schema_name, edition)
        super().__init__(f"made a wrong {schema_name} of edition {edition}: {'; '.join(map(str, self.violations))}")


def make_value(source: Source, shape: Shape) -> Any:
    """Return a valid value of a shape without entries; both ends of a range come more often than by chance."""
    match shape.kind:
        case "object":
            return _make_object(source, shape)
        case "string":
            return source.pick(shape.enum) if shape.enum else make_text(source, shape.longest or LONGEST_NAME)
        case "integer":
            low, high = shape.minimum, shape.maximum
            if low is None or high is None:
                raise ValueError("a number without limits is in no request")
            return source.pick((low, high)) if source.pick((False, False, True)) else source.integer(low, high)
        case "boolean":
            return source.pick((False, True))
        case _:
            raise ValueError(f"entries are made by make_entries, not from a shape of {shape.kind}")


def make_text(source: Source, longest: int = LONGEST_NAME) -> str:
    """Return a text that a server must take and keep: not empty, without U+0000, of at most ``longest`` characters."""
    match source.pick(_KINDS_OF_TEXT):
        case "edge":
            return source.pick(_edges(longest))
        case "known":
            return source.pick(_known(longest))
        case kind:
            return source.characters(min(_SHORT, longest), ascii_only=kind == "ascii")


@cache
def _known(longest: int) -> tuple[str, ...]:
    return tuple(text.text for text in TEXTS if not text.may_be_refused and len(text.text) <= longest)


@cache
def _edges(longest: int) -> tuple[str, ...]:
    return tuple(character * longest for character in ("s", "\u00e9", ASTRAL))


def _make_object(source: Source, shape: Shape) -> dict[str, Any]:
    wanted = {*shape.required, *((source.pick(shape.alternatives),) if shape.alternatives else ())}
    return {
        name: make_value(source, member)
        for name, member in shape.members.items()
        if name in wanted or (name not in shape.alternatives and source.pick((False, True)))
    }


def make_entry(source: Source, edition: Edition, form: CredentialForm) -> dict[str, Any]:
    """Return a valid entry of one form. Ordinal numbers other than the default are for the channel that is numbered."""
    shape = entry_shape(edition, form)
    entry: dict[str, Any] = {CHANNEL: form.channel}
    for name, member in shape.members.items():
        if name == CHANNEL or not (name in shape.required or source.pick((False, True))):
            continue
        is_fixed = name == ORDINAL and not is_numbered(edition, form.channel)
        entry[name] = member.default if is_fixed else make_value(source, member)
    return entry


def make_entries(source: Source, edition: Edition, *, repeated_channels: bool = False) -> list[dict[str, Any]]:
    """Return one to many entries in any order; a channel comes again only where it is numbered, or where asked for."""
    entries: list[dict[str, Any]] = []
    forms = credential_forms(edition)
    taken: set[str] = set()
    go_on = True
    while go_on and len(taken) < len(channels(edition)) and len(entries) < _MOST_ENTRIES:
        entry, go_on = source.part(partial(_make_entry_of_any, edition=edition, forms=forms, taken=taken))
        entries.append(entry)
        if not (repeated_channels or is_numbered(edition, entry[CHANNEL])):
            taken.add(entry[CHANNEL])
    _tell_apart([entry for entry in entries if is_numbered(edition, entry[CHANNEL])], edition)
    return entries


def _make_entry_of_any(
    source: Source, edition: Edition, forms: tuple[CredentialForm, ...], taken: set[str]
) -> tuple[dict[str, Any], bool]:
    """Return an entry of a form whose channel is not taken, and whether another entry follows.

    The decision is among all forms, and moves on to the next free one: so it means the same when others are left out.
    """
    index = forms.index(source.pick(forms))
    form = next(form for form in (*forms[index:], *forms[:index]) if form.channel not in taken)
    return make_entry(source, edition, form), source.pick(_ANOTHER)


def _tell_apart(numbered: list[dict[str, Any]], edition: Edition) -> None:
    """Give each numbered entry a number of its own, and leave at most one of them the default."""
    taken: set[int] = set()
    has_default = False
    for entry in numbered:
        form = form_of(entry, edition)
        shape = entry_shape(edition, form).members[ORDINAL]
        number = entry.get(ORDINAL, shape.default)
        while number in taken:
            number = shape.minimum if number == shape.maximum else number + 1
            entry[ORDINAL] = number
        taken.add(number)
        if entry[form.member].get(DEFAULT_ENTRY):
            entry[form.member][DEFAULT_ENTRY] = not has_default
            has_default = True


def make_request(
    source: Source, operation: str, edition: Edition, *, repeated_channels: bool = False
) -> dict[str, Any]:
    """Return the valid body of a create or an update; raise InvalidValueError if the validator does not think so."""
    shape = request_shape(operation, edition)
    body: dict[str, Any] = {}
    for name, member in shape.members.items():
        if name in shape.required or source.pick((False, True)):
            is_entries = name == ENTRIES
            body[name] = (
                make_entries(source, edition, repeated_channels=repeated_channels)
                if is_entries
                else make_value(source, member)
            )
    if not is_valid(body, operation, edition):
        raise InvalidValueError(operation, edition, body)
    return body


def make_case(source: Source, body: dict[str, Any], operation: str, edition: Edition) -> Case:
    """Return a case with exactly one defect somewhere in a valid body, which must not be empty, as its twin."""
    place = source.pick(judged_places(body, operation, edition))
    cases = tuple(defects_at(body, place, operation, edition))
    requirement = source.pick(tuple(dict.fromkeys(case.requirement for case in cases)))
    case = source.pick([case for case in cases if case.requirement == requirement])
    if not is_proven(case, edition):
        raise InvalidValueError(operation, edition, case.body)
    return case
