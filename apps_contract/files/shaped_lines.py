"""The first pass over JSON lines: reads them straight into types that only valid payloads fit, and builds no dict.

It takes less than reading the lines into dicts. What it does not take may still be valid, and is looked into.
"""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, get_args

from apps_contract import contract
from apps_contract.files.acceptance import WITH_RULES_BEYOND_THE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.contract import Edition

_DOUBTS: Final = (ValueError, RecursionError)
_ENTRIES: Final = "channel_credentials"


class ShapedLines:
    """Takes lines that are surely valid payloads, strictly too: one JSON value each, no name twice, no unknown member.

    ``kind`` is the type to read into; ``only_once`` is the type of entries of which a payload may have only one.
    """

    def __init__(self, kind: Any, only_once: type | None = None) -> None:
        import msgspec  # noqa: PLC0415 -- an extra, and costs time to import

        self._decode: Callable[[bytes], Any] = msgspec.json.Decoder(kind).decode
        encoder = msgspec.json.Encoder()
        self._encode = encoder.encode
        self._encode_into = encoder.encode_into
        self._written = bytearray()
        self._only_once = only_once

    def unsure(self, lines: list[bytes]) -> list[int]:
        """Return the places of the lines that are not surely valid."""
        values: list[Any] = []
        refused: list[int] = []
        for place, line in enumerate(lines):
            try:
                values.append(self._decode(line))
            except _DOUBTS:
                refused.append(place)
        if refused:
            taken = [place for place in range(len(lines)) if place not in refused]
            lines = [lines[place] for place in taken]
        else:
            taken = list(range(len(lines)))
        odd = {*self._repeating(values), *self._with_a_name_twice(values, lines)}
        return sorted([*refused, *(taken[place] for place in odd)]) if odd else refused

    def _repeating(self, values: list[Any]) -> list[int]:
        """Return the places of values that have more than one entry of a type that may be there once."""
        if self._only_once is None:
            return []
        entries = map(attrgetter(_ENTRIES), values)
        return [place for place, some in enumerate(entries) if some and [*map(type, some)].count(self._only_once) > 1]

    def _with_a_name_twice(self, values: list[Any], lines: list[bytes]) -> list[int]:
        """Return the places of lines in which a name may stand twice: the last one has won, the others are lost.

        Values are written in the shortest way there is. So a line that is as short as its value lost nothing. Other
        lines have spaces or escapes: a value has as many colons as its line, if no escape stands for one.
        """
        self._encode_into(values, self._written)
        if len(self._written) == sum(map(len, lines)) + len(lines) + 1:
            return []
        joined = b"\n".join(lines)
        if b"\\u003" not in joined and self._written.count(b":") == joined.count(b":"):
            return []
        return [place for place, (value, line) in enumerate(zip(values, lines, strict=True)) if self._lost(value, line)]

    def _lost(self, value: Any, line: bytes) -> bool:
        written = self._encode(value)
        if len(written) == len(line):
            return False
        return b"\\u003" in line or written.count(b":") != line.count(b":")


@cache
def shaped_lines(schema_name: str, edition: Edition) -> ShapedLines | None:
    """Return the first pass for a schema; None where msgspec is not installed, or no type says what the schema says."""
    try:
        from apps_contract.files.shapes import NoShapeError, shape  # noqa: PLC0415 -- an extra
    except ImportError:
        return None
    try:
        if (schema_name, edition) not in WITH_RULES_BEYOND_THE_SCHEMA:
            return ShapedLines(shape(contract.schema(schema_name, edition, one_of=True)))
        # No ordinal number and one LINE entry at most: then no rule that looks at several entries can be broken.
        kind = shape(contract.schema(schema_name, edition, one_of=True), without={"credential_ordinal_number"})
    except NoShapeError:
        return None
    return ShapedLines(kind, _line_entry(kind))


def _line_entry(kind: Any) -> type:
    """Return the type of LINE entries inside the type of a request."""
    waiting = [kind.__annotations__[_ENTRIES]]
    for part in waiting:
        config = getattr(part, "__struct_config__", None)
        if config is not None and config.tag == "LINE":
            found: type = part
            return found
        waiting += get_args(part)
    raise LookupError("LINE")
