"""A strict JSON reader in Python that knows where everything stands: slow, and only used on texts that have a fault.

It takes what RFC 8259 calls JSON, and beyond that refuses what readers are known to disagree on: duplicate names (the
last one silently wins), numbers that no 64-bit float holds, nesting beyond ``MAX_DEPTH``. It uses no recursion.
"""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from json.decoder import scanstring  # type: ignore[attr-defined]  # the C scanner of strings, which the stubs leave out
from typing import TYPE_CHECKING, Any, Final

from apps_contract.files.errors import NotJsonError
from apps_contract.files.json_hints import NAME, VALUE, about_a_string, hint

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from apps_contract.contract import Location

MAX_DEPTH: Final = 500

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_PLAIN: Final = r'(?:"([^"\\\x00-\x1f]*)"|(-?(?:0|[1-9][0-9]{0,14}))|(true|false|null))[ \t\n\r]*,[ \t\n\r]*'
_PLAIN_MEMBER: Final = re.compile(rf'"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*{_PLAIN}(?=")')
_PLAIN_ELEMENT: Final = re.compile(rf"{_PLAIN}(?=[^\],])")
_WORDS: Final = {"true": True, "false": False, "null": None}
_NOT_NUMBERS: Final = ("NaN", "Infinity", "-Infinity")
MOST_DIGITS: Final = 309  # of a number that a 64-bit float can hold
_SKIP: Final[Callable[[str, int], tuple[Any, int]]] = JSONDecoder().scan_once  # type: ignore[attr-defined]  # as above


class Positions:
    """Offsets of the values at wanted locations, and of the names of those that are members.

    Whatever lies beside the ways to them is skipped: it is not looked at as strictly.
    """

    def __init__(self, wanted: Collection[Location] = ()) -> None:
        self.wanted = frozenset(location[:end] for location in wanted for end in range(len(location) + 1))
        self.values: dict[Location, int] = {}
        self.names: dict[Location, int] = {}


def read_json(text: str, positions: Positions | None = None) -> Any:
    """Return the value of a JSON text; raise NotJsonError. ``positions`` is filled in, as far as the text is JSON."""
    return _Reader(text, positions or Positions()).document()


class _Reader:
    """Reads one text; ``path`` leads to the value that is being read."""

    def __init__(self, text: str, positions: Positions) -> None:
        self._text = text
        self._positions = positions
        self._path: list[str | int] = []
        self._open: list[dict[str, Any] | list[Any]] = []
        self._starts: list[int] = []

    def document(self) -> Any:
        at = self._skip(0)
        if at == len(self._text):
            raise NotJsonError("is empty: one JSON value was expected", at, "empty")
        root, at = self._value(at)
        while self._open:
            at = self._next_item(at)
        at = self._skip(at)
        if at != len(self._text):
            raise NotJsonError(f"more text follows after the end of the JSON value{self._closing(at)}", at, "syntax")
        return root

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        assert found is not None
        return found.end()

    def _next_item(self, at: int) -> int:
        """Read what follows inside the innermost open container: its end, or a comma and an item."""
        container = self._open[-1]
        at = self._skip(at)
        closing = "}" if isinstance(container, dict) else "]"
        char = self._text[at : at + 1]
        if char == closing:
            self._open.pop()
            self._starts.pop()
            if self._path:
                self._path.pop()
            return at + 1
        if container:
            if char != ",":
                raise self._unexpected(at, f"a comma or {closing!r}")
            comma, at = at, self._skip(at + 1)
            if self._text[at : at + 1] == closing:
                raise NotJsonError(f"a comma before {closing!r}: JSON allows no trailing comma", comma, "syntax")
        return self._member(container, at) if isinstance(container, dict) else self._element(container, at)

    def _plain_members(self, container: dict[str, Any], at: int) -> int:
        """Read members with nothing odd about them, of which there may be a million; return where the next begins."""
        while found := _PLAIN_MEMBER.match(self._text, at):
            name, *values = found.groups()
            if name in container:
                break
            container[name] = _plain(*values)
            at = found.end()
        return at

    def _plain_elements(self, container: list[Any], at: int) -> int:
        while found := _PLAIN_ELEMENT.match(self._text, at):
            container.append(_plain(*found.groups()))
            at = found.end()
        return at

    def _member(self, container: dict[str, Any], at: int) -> int:
        if not self._positions.wanted:
            at = self._plain_members(container, at)
        if self._text[at : at + 1] != '"':
            raise self._unexpected(at, NAME)
        name, end = self._string(at)
        if name in container:
            raise NotJsonError(f"the name {_shown(name)} stands twice in one object", at, "duplicate name")
        self._path.append(name)
        if self._positions.wanted and (place := tuple(self._path)) in self._positions.wanted:
            self._positions.names[place] = at
        colon = self._skip(end)
        if self._text[colon : colon + 1] != ":":
            raise self._unexpected(colon, "a colon")
        depth = len(self._open)
        container[name], at = self._value(self._skip(colon + 1))
        if len(self._open) == depth:
            self._path.pop()
        return at

    def _element(self, container: list[Any], at: int) -> int:
        if not self._positions.wanted:
            at = self._plain_elements(container, at)
        self._path.append(len(container))
        depth = len(self._open)
        value, at = self._value(at)
        container.append(value)
        if len(self._open) == depth:
            self._path.pop()
        return at

    def _value(self, at: int) -> tuple[Any, int]:
        """Read a value, of a container only its beginning."""
        if self._positions.wanted:
            if (place := tuple(self._path)) in self._positions.wanted:
                self._positions.values[place] = at
            else:
                try:
                    return _SKIP(self._text, at)
                except (ValueError, StopIteration, RecursionError):
                    pass  # what is odd is read step by step
        char = self._text[at : at + 1]
        if char in {"{", "["} and char:
            if len(self._open) == MAX_DEPTH:
                raise NotJsonError(f"is nested deeper than {MAX_DEPTH} levels", at, "deep nesting")
            container: dict[str, Any] | list[Any] = {} if char == "{" else []
            self._open.append(container)
            self._starts.append(at)
            return container, at + 1
        if char == '"':
            return self._string(at)
        for word, value in _WORDS.items():
            if self._text.startswith(word, at):
                return value, at + len(word)
        return self._number(at)

    def _string(self, at: int) -> tuple[str, int]:
        try:
            value, end = scanstring(self._text, at + 1, True)
        except JSONDecodeError as error:
            raise NotJsonError(about_a_string(error.msg), error.pos, "syntax") from None
        return value, end

    def _number(self, at: int) -> tuple[int | float, int]:
        for word in _NOT_NUMBERS:
            if self._text.startswith(word, at):
                raise NotJsonError(f"{word} is no JSON value", at, "not a number")
        found = _NUMBER.match(self._text, at)
        if found is None:
            raise self._unexpected(at, VALUE)
        whole, fraction, exponent = found.groups()
        try:
            return (number(found.group()) if fraction or exponent else integer(whole)), found.end()
        except ValueError as error:
            raise NotJsonError(str(error), at, "huge number") from None

    def _unexpected(self, at: int, wanted: str) -> NotJsonError:
        if at >= len(self._text):
            return NotJsonError(f"ends too early: {wanted} was expected{self._still_open()}", at, "cut off")
        advice = hint(self._text, at, wanted)
        if self._text[at] in "}]" and wanted.startswith("a comma"):
            advice = self._still_open().removeprefix("; ")
        message = f"found {_shown(self._text[at])}, expected {wanted}"
        return NotJsonError(f"{message}; {advice}" if advice else message, at, "syntax")

    def _still_open(self) -> str:
        """Say what is not closed, when that began in an earlier line or is not easily seen."""
        if not self._open:
            return ""
        what = "object" if isinstance(self._open[-1], dict) else "array"
        start = self._starts[-1]
        line, column = self._text.count("\n", 0, start) + 1, start - self._text.rfind("\n", 0, start)
        return f"; the {what} that begins in line {line}, column {column} is not closed"

    def _closing(self, at: int) -> str:
        return f": one {_shown(self._text[at])} too many" if self._text[at] in "}]" else ""


def _plain(text: str | None, digits: str | None, word: str | None) -> str | int | bool | None:
    if text is not None:
        return text
    return int(digits) if digits else _WORDS[word or "null"]


def integer(digits: str) -> int:
    """Read an integer; raise ValueError when no 64-bit float comes near it, since many readers would get infinity."""
    if len(digits) <= MOST_DIGITS + 1:
        value = int(digits)
        try:
            float(value)
        except OverflowError:
            pass
        else:
            return value
    raise ValueError(f"a number of {len(digits.lstrip('-'))} digits is beyond what a 64-bit float holds")


def number(text: str) -> float:
    """Read a number with a fraction or an exponent; raise ValueError when it is beyond a 64-bit float."""
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(f"the number {text[:20]} is beyond what a 64-bit float holds")
    return value


def _shown(text: str) -> str:
    """Write a name or character for a message: short, and visible whatever it is."""
    short = text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 -- fits a line
    return "".join(char if char.isprintable() else char.encode("unicode-escape").decode() for char in f"{short!r}")
