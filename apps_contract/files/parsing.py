"""Reads JSON texts quickly, and takes only those that the strict reader would take as well.

Whatever a quick parser does not take goes to the strict reader, so that the verdict does not depend on the parser.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.files.errors import DocumentError, NotJsonError
from apps_contract.files.json_reader import MAX_DEPTH, MOST_DIGITS, integer, number, read_json

if TYPE_CHECKING:
    from collections.abc import Callable

_BOM = b"\xef\xbb\xbf"
_DIGITS_TO_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_MANY_DIGITS = b"0" * MOST_DIGITS
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_document(data: bytes) -> Any:
    """Return the value of a JSON text; raise DocumentError with its line and column."""
    try:
        return quick(data)
    except (ValueError, RecursionError):
        text = decoded(data)
    try:
        return read_json(text)
    except NotJsonError as error:
        line, column = line_and_column(text, error.offset)
        raise DocumentError(error.message, error.kind, line, column) from None


def decoded(data: bytes, what: str = "JSON") -> str:
    """Return the text of UTF-8 bytes; raise DocumentError for anything else, a byte order mark included."""
    if data.startswith(_BOM):
        message = f"begins with a byte order mark (EF BB BF), which {what} text has not: save it as UTF-8 without one"
        raise DocumentError(message, "byte order mark", 1, 1)
    if data.startswith(_WIDE_MARKS) or b"\x00" in data[:4]:
        message = f"looks like UTF-16 or UTF-32, {what} text is UTF-8: save it as that"
        raise DocumentError(message, "encoding", 1, 1)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = line_and_column(before, len(before))
        found = f"the byte {data[error.start]:#04x} at offset {error.start} ({error.reason})"
        message = f"is not UTF-8: {found}; was it saved as Latin-1 or Windows-1252?"
        raise DocumentError(message, "encoding", line, column) from None


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return where an offset lies, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def quick(data: bytes) -> Any:
    """Return the value of a JSON text by the standard library; raise ValueError or RecursionError if in doubt."""
    if _may_be_deep(data):
        raise ValueError("may be too deep")
    return _strict().decode(data.decode("utf-8"))


@cache
def _strict() -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_without_duplicates, parse_int=integer, parse_float=number, parse_constant=_no_constant
    )


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def parse_lines(block: bytes) -> list[Any]:
    """Return the values of JSON lines by msgspec; raise ValueError, OverflowError or RecursionError if in doubt.

    msgspec lets the last of two equal names win. Written again, the values then have fewer colons than the lines: a
    name has one, and so has each colon in a string, unless it was written as an escape.
    """
    decode, encode = _msgspec()
    lines = block.split(b"\n")
    if _may_be_deep(block) and any(map(_may_be_deep, lines)):
        raise ValueError("may be too deep")
    if _MANY_DIGITS in block.translate(_DIGITS_TO_ZEROS):
        raise ValueError("may hold a number that no 64-bit float comes near")
    values = list(map(decode, lines))
    written = encode(values)
    if written[:-1] != block and (b"\\u003" in block or written.count(b":") != block.count(b":")):
        raise ValueError("a name may stand twice")
    return values


def _may_be_deep(data: bytes) -> bool:
    return len(data) > 2 * MAX_DEPTH and data.count(b"[") + data.count(b"{") > MAX_DEPTH


@cache
def _msgspec() -> tuple[Callable[[bytes], Any], Callable[[list[Any]], bytes]]:
    import msgspec  # noqa: PLC0415 -- costs time to import

    return msgspec.json.Decoder().decode, msgspec.json.Encoder().encode_lines
