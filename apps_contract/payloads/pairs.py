"""Tells which (schema location, operator) pairs any body shows, whoever made it: so that coverage can be compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apps_contract.contract import channels, credential_forms, read_only_members
from apps_contract.payloads.operators import INT32, INT64, PROTOTYPE_WORD
from apps_contract.payloads.shapes import (
    CHANNEL,
    ORDINAL,
    Shape,
    entry_shape,
    is_numbered,
    request_shape,
    words_elsewhere,
)
from apps_contract.payloads.texts import LONGEST_NAME
from apps_contract.payloads.tolerated import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import CredentialForm, Edition

Pair = tuple[str, str]

_LAST_OF_PLANE_0 = 0xFFFF


def pairs_of(body: Any, operation: str, edition: Edition) -> frozenset[Pair]:
    """Return the pairs that a JSON value sent as a create or an update shows by its values alone.

    What is about a body as a whole (all members but one, every channel at once) is not among them.
    """
    if not isinstance(body, dict):
        return frozenset()
    return frozenset(_in_object(body, request_shape(operation, edition), "", edition))


def _in_object(value: dict[str, Any], shape: Shape, prefix: str, edition: Edition) -> Iterator[Pair]:
    for name in shape.required:
        if name not in value:
            yield f"{prefix}{name}", "missing"
    present = [name for name in shape.alternatives if name in value]
    if shape.alternatives and not present:
        yield f"{prefix}{shape.alternatives[0]}", "no-alternative"
    for name in present[1:]:
        yield f"{prefix}{name}", "both-alternatives"
    for name, item in value.items():
        member = shape.members.get(name)
        if member is None:
            is_read_only = not prefix and name in read_only_members("app", edition)
            yield (name, "read-only") if is_read_only else (f"{prefix}{UNKNOWN}", "unknown-member")
        else:
            yield from _at_member(item, member, f"{prefix}{name}", name in shape.required, edition)


def _at_member(value: Any, shape: Shape, location: str, required: bool, edition: Edition) -> Iterator[Pair]:  # noqa: FBT001 -- one of the facts of a place
    kind = _kind(value)
    if kind == "null":
        yield location, "type-null" if required else "null-for-optional"
    elif kind != shape.kind:
        is_zero_fraction = kind == "fraction" and shape.kind == "integer" and value.is_integer()
        yield location, "zero-fraction" if is_zero_fraction else f"type-{kind}"
    elif kind == "object":
        yield from _in_object(value, shape, f"{location}.", edition)
    elif kind == "array":
        yield from _in_entries(value, location, edition)
    else:
        yield from ((location, operator) for operator in _operators(value, shape, location, edition))


def _in_entries(value: list[Any], location: str, edition: Edition) -> Iterator[Pair]:
    if not value:
        yield location, "no-entries"
    seen: dict[str, list[dict[str, Any]]] = {}
    for entry in value:
        kind = _kind(entry)
        if kind != "object":
            yield f"{location}[]", f"type-{kind}"
            continue
        yield from _in_entry(entry, location, edition)
        if isinstance(channel := entry.get(CHANNEL), str):
            seen.setdefault(channel, []).append(entry)
    for channel, several in seen.items():
        if len(several) > 1 and channel in channels(edition):
            yield from _side_by_side(several, f"{location}[{channel}]", edition)


def _side_by_side(several: list[dict[str, Any]], location: str, edition: Edition) -> Iterator[Pair]:
    """Tell how several entries of one channel stand beside each other."""
    if not is_numbered(edition, several[0][CHANNEL]):
        yield location, "repeated-channel"
        return
    given = [entry[ORDINAL] for entry in several if ORDINAL in entry]
    defaulted = len(several) - len(given)
    if len(set(map(repr, given))) < len(given):
        yield f"{location}.{ORDINAL}", "same-number"
    if defaulted > 1:
        yield f"{location}.{ORDINAL}", "same-number-both-defaulted"
    elif defaulted and 0 in given:
        yield f"{location}.{ORDINAL}", "same-number-defaulted"


def _in_entry(entry: dict[str, Any], location: str, edition: Edition) -> Iterator[Pair]:
    """Read an entry as one of the form that its channel and its credentials point to most clearly."""
    form = _nearest_form(entry, edition)
    channel_shape = entry_shape(edition, form).members[CHANNEL]
    if CHANNEL in entry:
        yield from _at_member(entry[CHANNEL], channel_shape, f"{location}[].{CHANNEL}", True, edition)
    else:
        yield f"{location}[].{CHANNEL}", "missing"
    inside = f"{location}[{form.channel}]."
    shape = entry_shape(edition, form)
    foreign = {other.member for other in credential_forms(edition)} - {form.member}
    if form.member not in entry:
        first = next(other for other in credential_forms(edition) if other.channel == form.channel)
        yield f"{inside}{first.member}", "no-credentials"
    for name, item in entry.items():
        if name in foreign:
            yield f"{inside}{name}", "foreign-credentials"
        elif name in read_only_members("channel_credential", edition):
            yield f"{inside}{name}", "read-only"
        elif name not in shape.members:
            yield f"{location}[].{UNKNOWN}", "unknown-member"
        elif name != CHANNEL:
            yield from _at_member(item, shape.members[name], f"{inside}{name}", name == form.member, edition)


def _nearest_form(entry: dict[str, Any], edition: Edition) -> CredentialForm:
    forms = credential_forms(edition)

    def fits(form: CredentialForm) -> tuple[bool, bool]:
        return entry.get(CHANNEL) == form.channel, form.member in entry

    return max(forms, key=fits)


def _operators(value: Any, shape: Shape, location: str, edition: Edition) -> Iterator[str]:
    """Name what a value of the right type is, as the makers of cases do."""
    if isinstance(value, bool):
        yield from () if value else ("false",)
        yield f"value-{json.dumps(value)}"
    elif isinstance(value, int):
        yield from _of_number(value, shape.minimum, shape.maximum)
    elif shape.enum:
        yield (
            f"value-{json.dumps(value)}"
            if value in shape.enum
            else _of_unknown_word(value, shape.enum, words_elsewhere(location.rpartition(".")[2], edition))
        )
    else:
        longest = LONGEST_NAME if location == "display_name" else shape.longest
        yield from _of_text(value, longest)


def _of_number(value: int, low: int | None, high: int | None) -> Iterator[str]:
    in_range = range(low or 0, (high or 0) + 1)
    if low is not None and value < low:
        yield "below" if value == low - 1 else _far_below(value)
    elif high is not None and value > high:
        yield "above" if value == high + 1 else _far_above(value, in_range)
    elif value == low:
        yield "lowest"
    elif value == high:
        yield "highest"


def _far_below(value: int) -> str:
    if value >= -INT32:
        return "far-below"
    return "below-32-bit" if value >= -INT64 else "below-64-bit"


def _far_above(value: int, in_range: range) -> str:
    if value < INT32:
        return "far-above"
    if value < INT64:
        return "wraps-at-32-bit" if value % (2 * INT32) in in_range else "above-32-bit"
    return "wraps-at-64-bit" if value % (2 * INT64) in in_range else "above-64-bit"


def _of_unknown_word(word: str, known: tuple[str, ...], elsewhere: tuple[str, ...]) -> str:
    tests = {
        "enum-empty": not word,
        "enum-lower-case": word.upper() in known,
        "enum-with-space": word.strip() in known,
        "enum-cut": any(word == right[:-1] for right in known),
        "enum-from-elsewhere": word in elsewhere,
        "enum-prototype": word == PROTOTYPE_WORD,
    }
    return next((operator for operator, is_so in tests.items() if is_so), "enum-nonsense")


def _of_text(text: str, longest: int | None) -> Iterator[str]:
    astral = "-astral" if text and all(ord(char) > _LAST_OF_PLANE_0 for char in text) else ""
    if not text:
        yield "empty-text"
    if "\0" in text:
        yield "nul-in-text"
    if longest is None:
        return
    if len(text) == 1:
        yield "shortest"
    elif len(text) == longest:
        yield f"longest{astral}"
    elif len(text) > longest * 2:
        yield "far-too-long"
    elif len(text) > longest:
        yield f"too-long{astral}"


def _kind(value: Any) -> str:
    """Return the JSON type as operators name it."""
    if isinstance(value, bool):
        return "boolean"
    kinds = {int: "integer", float: "fraction", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")
