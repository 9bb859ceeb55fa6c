"""The first pass over JSON lines: reads them straight into types that only valid payloads fit, and builds no dict.

It takes less than reading the lines into dicts. What it does not take may still be valid, and is looked into.
"""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from apps_contract import contract
from apps_contract.files.acceptance import WITH_RULES_BEYOND_THE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.contract import Edition

_DOUBTS: Final = (ValueError, RecursionError)
_ENTRIES: Final = attrgetter("channel_credentials")


class ShapedLines:
    """Takes lines that are surely valid payloads, strictly too: one JSON value each, no name twice, no unknown member.

    ``kind`` is the type to read into; ``only_once`` is the type of entries of which a payload may have only one.
    """

    def __init__(self, kind: Any, only_once: type | None = None) -> None:
        import msgspec  # noqa: PLC0415 -- costs time to import

        self._decode: Callable[[bytes | memoryview], Any] = msgspec.json.Decoder(kind).decode
        encoder = msgspec.json.Encoder()
        self._encode = encoder.encode
        self._encode_into = encoder.encode_into
        self._written = bytearray()
        self._only_once = only_once

    def unsure(self, block: bytes) -> tuple[int, list[tuple[int, bytes]]]:
        """Return how many lines a block has, and those that are not surely valid, each with its place."""
        decode, view = self._decode, memoryview(block)  # no line is copied
        values: list[Any] = []
        refused: list[tuple[int, bytes]] = []
        size = lines = start = 0
        while start <= len(block):
            end = block.find(b"\n", start)
            if end < 0:
                end = len(block)
            try:
                values.append(decode(view[start:end]))
                size += end - start
            except _DOUBTS:
                refused.append((lines, block[start:end]))
            lines += 1
            start = end + 1
        if not values or (self._lost_nothing(values, size, block) and not self._any_repeats(values)):
            return lines, refused
        return lines, self._looked_into(values, block, refused)

    def _lost_nothing(self, values: list[Any], size: int, block: bytes) -> bool:
        """Tell whether in no line a name stands twice: of two the last one has won. ``size`` is that of the lines.

        Values are written in the shortest way there is: lines that are as short as their values lost nothing. Lines
        with spaces have as many colons as their values, if no escape stands for one.
        """
        self._encode_into(values, self._written)
        between = len(values) + 1
        if len(self._written) == size + between:
            return True
        is_all = len(block) + 2 == size + between
        return is_all and b"\\u003" not in block and self._written.count(b":") == block.count(b":")

    def _any_repeats(self, values: list[Any]) -> bool:
        """Tell whether a value has more than one entry of a type that may be there only once."""
        kind = self._only_once
        return kind is not None and any(
            entries and [*map(type, entries)].count(kind) > 1 for entries in map(_ENTRIES, values)
        )

    def _looked_into(
        self, values: list[Any], block: bytes, refused: list[tuple[int, bytes]]
    ) -> list[tuple[int, bytes]]:
        """Return the lines that are refused, or lost a member, or have too many entries of a type."""
        found = dict(refused)
        taken = iter(values)
        for place, line in enumerate(block.split(b"\n")):
            if place in found:
                continue
            value = next(taken)
            if self._lost(value, line) or self._any_repeats([value]):
                found[place] = line
        return sorted(found.items())

    def _lost(self, value: Any, line: bytes) -> bool:
        """Tell whether a name may stand twice in a line."""
        written = self._encode(value)
        if len(written) == len(line):
            return False
        return b"\\u003" in line or written.count(b":") != line.count(b":")


@cache
def shaped_lines(schema_name: str, edition: Edition) -> ShapedLines | None:
    """Return the first pass for a schema; None where no type says what the schema says."""
    from apps_contract.files.shapes import NoShapeError, shape  # noqa: PLC0415 -- costs time to import

    try:
        if (schema_name, edition) not in WITH_RULES_BEYOND_THE_SCHEMA:
            return ShapedLines(shape(contract.schema(schema_name, edition, one_of=True)))
        # No ordinal number but 0, and one LINE entry at most: then no rule that looks at entries can be broken.
        kind = shape(contract.schema(schema_name, edition, one_of=True), {"credential_ordinal_number": Literal[0]})
    except NoShapeError:
        return None
    return ShapedLines(kind, _line_entry(kind))


def _line_entry(kind: Any) -> type:
    """Return the type of LINE entries inside the type of a request."""
    waiting = [kind.__annotations__["channel_credentials"]]
    for part in waiting:
        config = getattr(part, "__struct_config__", None)
        if config is not None and config.tag == "LINE":
            found: type = part
            return found
        waiting += get_args(part)
    raise LookupError("LINE")
