"""The ways to spoil a single value, each with a name: another type, an unknown word, a value beyond its limits.

Every function takes a place of a valid body and returns (operator, value) pairs; put at the place, each value is the
body's one defect. Values that contract section 6 lets pass are not made: zero fractions for integers, null for
members that may be left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.payloads.places import Place

Spoiled = tuple[str, Any]

ASTRAL = "\U0001f600"
_FAR = 1_000_000
INT32 = 2**31
INT64 = 2**63
# In every JavaScript object, and so in a table of words that is one.
PROTOTYPE_WORD = "constructor"


def wrong_types(place: Place, *, nullable: bool) -> Iterator[Spoiled]:
    """Give the value in each JSON type that is not its own, as near to the right value as the type allows.

    ``nullable``: null is let pass, and so not given.
    """
    value = place.value
    text = value if isinstance(value, str) else str(value).lower()
    candidates: dict[str, Any] = {
        "string": text if not isinstance(value, (dict, list)) else "text",
        "integer": int(text) if text.isdecimal() else 1,
        "fraction": (value if place.shape.kind == "integer" else 0) + 0.5,
        "boolean": True,
        "object": {"value": value},
        "array": [value],
    }
    for kind, candidate in candidates.items():
        if kind != place.shape.kind:
            yield f"type-{kind}", candidate
    if not nullable:
        yield "type-null", None


def unknown_words(place: Place, elsewhere: tuple[str, ...] = ()) -> Iterator[Spoiled]:
    """Give words that are not in the enum; ``elsewhere`` are words known to other editions or to sibling members."""
    if not place.shape.enum:
        return
    for operator, word in (
        ("enum-nonsense", "NO_SUCH_VALUE"),
        ("enum-prototype", PROTOTYPE_WORD),
        ("enum-lower-case", place.value.lower()),
        ("enum-with-space", f"{place.value} "),
        ("enum-cut", place.value[:-1]),
        ("enum-empty", ""),
        *(("enum-from-elsewhere", word) for word in elsewhere),
    ):
        if word not in place.shape.enum:
            yield operator, word


def beyond_limits(place: Place) -> Iterator[Spoiled]:
    """Give numbers outside the range, near and far (some come back into it by an overflow), and texts too long."""
    low, high, longest = place.shape.minimum, place.shape.maximum, place.shape.longest
    if low is not None:
        yield "below", low - 1
        yield "far-below", low - _FAR
        yield "below-32-bit", -INT32 - 1
        yield "below-64-bit", -INT64 - 1
    if high is not None:
        yield "above", high + 1
        yield "far-above", high + _FAR
        yield "above-32-bit", INT32
        yield "wraps-at-32-bit", 2 * INT32 + place.value
        yield "above-64-bit", INT64
        yield "wraps-at-64-bit", 2 * INT64 + place.value
    if longest is not None:
        yield "too-long", "s" * (longest + 1)
        yield "too-long-astral", ASTRAL * (longest + 1)
        yield "far-too-long", "s" * (longest * 32)
