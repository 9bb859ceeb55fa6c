"""A JSON body laid out line by line, with the place that a finding is about marked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Location = tuple[str | int, ...]

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_MOST_MARKED = 12
_CONTEXT = 12


@dataclass(frozen=True)
class Line:
    """One line; ``marked`` tells that the finding is about it."""

    text: str
    marked: bool = False

    @property
    def indent(self) -> str:
        """The spaces before it."""
        return self.text[: len(self.text) - len(self.text.lstrip(" "))]


def location(path: str | None) -> Location | None:
    """Read ``body.channel_credentials[0].token``; None for a path that leads to no place within a body."""
    if not path or not path.startswith("body"):
        return None
    steps = _STEP.findall(path.removeprefix("body"))
    return tuple(int(number) if number else name for number, name in steps) or None


def body_lines(
    text: str, place: Location | None, most_characters: int, *, or_nearest: bool = False
) -> tuple[Line, ...]:
    """Lay out a body, JSON or not, cut to about ``most_characters`` around what is marked.

    With ``or_nearest``, the opening line of what should hold ``place`` is marked when that is absent.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _cut(tuple(Line(line) for line in text.split("\n")), most_characters)
    try:
        lines = tuple(Line(line, marked) for line, marked in _lines(value, (), place, ""))
    except RecursionError:
        return _cut((Line(text),), most_characters)
    marked = sum(line.marked for line in lines)
    if not marked and or_nearest and place and len(place) > 1:
        shorter = body_lines(text, place[:-1], len(text) * 4, or_nearest=True)
        return _cut(_first_only(shorter), most_characters)
    return _cut(_first_only(lines) if marked > _MOST_MARKED else lines, most_characters)


def _first_only(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    first = next((number for number, line in enumerate(lines) if line.marked), None)
    return tuple(Line(line.text, number == first) for number, line in enumerate(lines))


def _lines(value: Any, here: Location, place: Location | None, indent: str) -> Iterator[tuple[str, bool]]:
    is_place = place is not None and here[: len(place)] == place
    if not isinstance(value, (dict, list)) or not value:
        yield json.dumps(value, ensure_ascii=False), is_place
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    items: list[tuple[str | int, Any]] = list(value.items() if isinstance(value, dict) else enumerate(value))
    yield opening, is_place
    deeper = indent + "  "
    for number, (key, item) in enumerate(items):
        label = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(value, dict) else ""
        inner = list(_lines(item, (*here, key), place, deeper))
        for row, (line, marked) in enumerate(inner):
            start = deeper + label if row == 0 else ""
            end = "," if row == len(inner) - 1 and number < len(items) - 1 else ""
            yield f"{start}{line}{end}", marked
    yield indent + closing, is_place


def _cut(lines: tuple[Line, ...], most: int) -> tuple[Line, ...]:
    """Keep the lines around the marked ones, or the first ones, up to about ``most`` characters."""
    if sum(len(line.text) + 1 for line in lines) <= most:
        return lines
    marked = [number for number, line in enumerate(lines) if line.marked]
    start = max(0, marked[0] - _CONTEXT) if marked else 0
    kept: list[Line] = []
    left = most
    for line in lines[start:]:
        if left <= 0:
            break
        shown = line.text if len(line.text) <= left else f"{line.text[:left]}…"
        kept.append(Line(shown, line.marked))
        left -= len(line.text) + 1
    end = start + len(kept)
    before = [Line(_left_out(start))] if start else []
    after = [Line(_left_out(len(lines) - end))] if end < len(lines) else []
    return (*before, *kept, *after)


def _left_out(lines: int) -> str:
    return f"⋯ {lines:,} more {'line' if lines == 1 else 'lines'}, whole in report.json"
