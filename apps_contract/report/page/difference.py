"""Where two texts differ, for expected beside actual."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

_NOTE = re.compile(r"(?P<value>.+) \((?P<note>character \d+ .+|\d+ characters)\)", re.DOTALL)
_WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)
_ALIKE = 0.5
_LONGEST_LINE = 60


@dataclass(frozen=True)
class Piece:
    """A part of a text; ``differs`` tells that the other text has something else there."""

    text: str
    differs: bool = False


@dataclass(frozen=True)
class Sides:
    """Expected and actual in pieces; ``note`` is what was said about the difference beside the value."""

    expected: tuple[Piece, ...]
    actual: tuple[Piece, ...]
    note: str = ""


def sides(expected: str, actual: str) -> Sides:
    """Return both texts with the difference marked, where they are alike enough for marks to help."""
    found = _NOTE.fullmatch(actual)
    value, note = (found["value"], found["note"]) if found else (actual, "")
    values = _read(expected), _read(value)
    are_values = None not in values
    left, right = _laid_out(*values) if are_values else (expected, value)
    old, new = _WORDS.findall(left), _WORDS.findall(right)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not are_values and matcher.ratio() < _ALIKE:
        return Sides((Piece(left),), (Piece(right),), note)
    return Sides(_pieces(old, matcher, 1), _pieces(new, matcher, 3), note)


def _read(text: str) -> tuple[Any] | None:
    """Return the JSON value that a text is, in a tuple, or None."""
    try:
        return (json.loads(text),)
    except ValueError:
        return None


def _laid_out(expected: tuple[Any] | None, actual: tuple[Any] | None) -> tuple[str, str]:
    assert expected
    assert actual
    texts = [json.dumps(value[0], ensure_ascii=False) for value in (expected, actual)]
    if max(len(text) for text in texts) > _LONGEST_LINE:
        texts = [json.dumps(value[0], ensure_ascii=False, indent=2) for value in (expected, actual)]
    return texts[0], texts[1]


def _pieces(words: list[str], matcher: SequenceMatcher[str], side: int) -> tuple[Piece, ...]:
    pieces = []
    for step in matcher.get_opcodes():
        text = "".join(words[int(step[side]) : int(step[side + 1])])
        if text:
            pieces.append(Piece(text, step[0] != "equal"))
    return tuple(pieces)
