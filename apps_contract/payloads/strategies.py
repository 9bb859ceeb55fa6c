"""Hypothesis strategies for valid bodies: every channel, all members there or not, edges on purpose, all of Unicode.

They are valid by construction, from the facts of the schemas, and each value is checked by the validator all the same.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from apps_contract.contract import DEFAULT_EDITION, CredentialForm, credential_forms, is_valid, validate
from apps_contract.payloads.boundaries import LARGEST_BODY
from apps_contract.payloads.operators import ASTRAL
from apps_contract.payloads.sampling import sample
from apps_contract.payloads.shapes import (
    DEFAULT_ENTRY,
    ENTRIES,
    ORDINAL,
    Shape,
    entry_shape,
    form_of,
    is_numbered,
    request_shape,
)
from apps_contract.payloads.texts import LONGEST_NAME, NONCHARACTERS, TEXTS

__all__ = ["app_text", "create_request", "entries", "entry", "sample", "update_request", "value_of"]

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from apps_contract.contract import Edition

_SHORT = 16  # characters of a drawn text; long ones are put in on purpose
_MANY = 20  # entries of a large body
_TURNS = 2  # times that one form may come where it may come again


class InvalidValueError(AssertionError):
    """A strategy made a value that the contract does not allow: a fault of this room, with the violations found."""

    def __init__(self, schema_name: str, edition: Edition, value: Any) -> None:
        self.value = value
        self.violations = validate(value, schema_name, edition)
        super().__init__(f"not a valid {schema_name} of edition {edition}: {'; '.join(map(str, self.violations))}")


@cache
def app_text(longest: int = LONGEST_NAME) -> SearchStrategy[str]:
    """Draw a text that a server must take and keep: not empty, without U+0000, at most ``longest`` characters."""
    known = [text.text for text in TEXTS if not text.may_be_refused and len(text.text) <= longest]
    edges = ["s" * longest, ASTRAL * longest, "\u00e9" * longest]
    return st.one_of(
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=min(_SHORT, longest)),
        st.text(_any_character(), min_size=1, max_size=min(_SHORT, longest)),
        st.sampled_from(known + edges),
    )


def _any_character() -> SearchStrategy[str]:
    """Draw a character of any plane but U+0000, surrogates and noncharacters."""
    return st.characters(codec="utf-8", min_codepoint=1, exclude_characters="".join(sorted(NONCHARACTERS)))


@cache
def value_of(shape: Shape) -> SearchStrategy[Any]:
    """Draw a valid value of a shape without entries, both ends of a range more often than chance would."""
    match shape.kind:
        case "object":
            return _object_of(shape)
        case "string" if shape.enum:
            return st.sampled_from(shape.enum)
        case "string":
            return app_text(shape.longest or LONGEST_NAME)
        case "integer" if shape.minimum is not None and shape.maximum is not None:
            low, high = shape.minimum, shape.maximum
            edges = sorted({low, high, low + 1, high - 1} & set(range(low, high + 1)))
            return st.one_of(st.integers(low, high), st.sampled_from(edges))
        case "boolean":
            return st.booleans()
        case _:
            raise ValueError(f"no strategy for a {shape.kind} without its limits")


def _object_of(shape: Shape) -> SearchStrategy[dict[str, Any]]:
    if not shape.alternatives:
        return _with_members(shape, shape.required)
    return st.one_of([_with_members(shape, (*shape.required, name)) for name in shape.alternatives])


def _with_members(shape: Shape, required: tuple[str, ...]) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {name: value_of(shape.members[name]) for name in required},
        optional={name: value_of(shape.members[name]) for name in shape.optional},
    )


@cache
def entry(edition: Edition, form: CredentialForm) -> SearchStrategy[dict[str, Any]]:
    """Draw a valid entry of one form. Ordinal numbers other than the default are for the channel that is numbered."""
    shape = entry_shape(edition, form)
    members = {name: value_of(member) for name, member in shape.members.items() if name not in {"channel", ORDINAL}}
    required = {"channel": st.just(form.channel), form.member: members.pop(form.member)}
    if ORDINAL in shape.members:
        ordinal = shape.members[ORDINAL]
        members[ORDINAL] = value_of(ordinal) if is_numbered(edition, form.channel) else st.just(ordinal.default)
    return st.fixed_dictionaries(required, optional=members)


@cache
def entries(edition: Edition, *, repeated_channels: bool = False) -> SearchStrategy[list[dict[str, Any]]]:
    """Draw one to many entries in any order; a channel comes again only where it is numbered, or where asked for."""
    slots = [(form, turn) for form in credential_forms(edition) for turn in range(_TURNS)]

    def only_once(slot: tuple[CredentialForm, int]) -> Any:
        return slot if repeated_channels or is_numbered(edition, slot[0].channel) else slot[0].channel

    @st.composite
    def drawn(draw: DrawFn) -> list[dict[str, Any]]:
        longest = draw(st.sampled_from([1, 2, 3, _MANY]))
        chosen = draw(st.lists(st.sampled_from(slots), min_size=1, max_size=longest, unique_by=only_once))
        return _told_apart(draw, edition, [draw(entry(edition, form)) for form, _ in chosen])

    return drawn()


def _told_apart(draw: DrawFn, edition: Edition, several: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give entries of a numbered channel a number each, and leave at most one of them the default."""
    numbered = [one for one in several if is_numbered(edition, one["channel"])]
    if len(numbered) > 1:
        shape = entry_shape(edition, form_of(numbered[0], edition)).members[ORDINAL]
        numbers = st.lists(value_of(shape), unique=True, min_size=len(numbered), max_size=len(numbered))
        for one, number in zip(numbered, draw(numbers), strict=True):
            one[ORDINAL] = number
        defaults = [one for one in numbered if one[form_of(one, edition).member].get(DEFAULT_ENTRY)]
        for one in defaults[1:]:
            one[form_of(one, edition).member][DEFAULT_ENTRY] = False
    return several


def create_request(
    *, edition: Edition = DEFAULT_EDITION, repeated_channels: bool = False
) -> SearchStrategy[dict[str, Any]]:
    """Draw the body of a create that a server must take, or may refuse if ``repeated_channels`` are let in."""
    return _request("create", edition, repeated_channels)


def update_request(
    *, edition: Edition = DEFAULT_EDITION, repeated_channels: bool = False
) -> SearchStrategy[dict[str, Any]]:
    """Draw the body of an update that a server must take, or may refuse if ``repeated_channels`` are let in."""
    return _request("update", edition, repeated_channels)


@cache
def _request(operation: str, edition: Edition, repeated_channels: bool) -> SearchStrategy[dict[str, Any]]:  # noqa: FBT001 -- passed on
    shape = request_shape(operation, edition)
    members = {
        name: entries(edition, repeated_channels=repeated_channels) if name == ENTRIES else value_of(member)
        for name, member in shape.members.items()
    }

    def is_small_enough(body: dict[str, Any]) -> bool:
        return len(json.dumps(body)) < LARGEST_BODY

    def checked(body: dict[str, Any]) -> dict[str, Any]:
        if not is_valid(body, operation, edition):
            raise InvalidValueError(operation, edition, body)
        return body

    return (
        st.fixed_dictionaries(
            {name: members[name] for name in shape.required}, optional={name: members[name] for name in shape.optional}
        )
        .filter(is_small_enough)
        .map(checked)
    )
