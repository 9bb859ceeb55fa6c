"""Reads the lines of a file of any size, or of one part of it, in blocks: a huge line is passed over, never held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

# Bigger blocks come fresh from the system each time, which costs more than it saves.
BLOCK: Final = 1 << 16

# Stands for a line that is longer than what may be read of one.
TOO_LONG: Final = None

Lines = list[bytes | None]


def lines_of_part(file: BinaryIO, start: int, end: int, longest: int) -> Iterator[Lines]:
    """Yield, in groups, the lines that begin in a part of a seekable file, the last one whole."""
    if start:
        file.seek(start - 1)
        start = _after_newline(file, start - 1, end)
    yield from lines_of(_up_to(file, start, end), longest, _rest_of_line(file) if start < end else None)


def lines_of(read: Callable[[], bytes], longest: int, rest: Callable[[], bytes] | None = None) -> Iterator[Lines]:
    """Yield, in groups, the lines of what ``read`` gives until it gives nothing; then ``rest`` ends the last line."""
    parts: list[bytes] = []
    size = 0
    while True:
        block = read()
        if not block:
            if size == 0 or rest is None:
                break
            read, rest = rest, None
            continue
        head, newline, tail = block.rpartition(b"\n")
        if not newline:
            size += len(block)
            parts = [*parts, block] if size <= longest else []
            continue
        lines: Lines = list(head.split(b"\n"))
        if size:
            lines[0] = b"".join([*parts, lines[0] or b""]) if size + len(lines[0] or b"") <= longest else TOO_LONG
        if len(head) > longest:
            lines = [TOO_LONG if line is not None and len(line) > longest else line for line in lines]
        parts, size = ([tail] if tail else []), len(tail)
        yield lines
    if size:
        yield [b"".join(parts) if size <= longest else TOO_LONG]


def _up_to(file: BinaryIO, start: int, end: int) -> Callable[[], bytes]:
    position = start
    file.seek(start)

    def read() -> bytes:
        nonlocal position
        block = file.read(max(0, min(BLOCK, end - position)))
        position += len(block)
        return block

    return read


def _rest_of_line(file: BinaryIO) -> Callable[[], bytes]:
    """Read on to the end of the line that the part's end cuts, and no further."""
    is_over = False

    def read() -> bytes:
        nonlocal is_over
        if is_over:
            return b""
        block = file.read(BLOCK)
        line, newline, _ = block.partition(b"\n")
        is_over = bool(newline)
        return line + newline

    return read


def _after_newline(file: BinaryIO, position: int, end: int) -> int:
    """Return where the first line begins after ``position``, or ``end`` if none does before it."""
    while position < end:
        block = file.read(min(BLOCK, end - position))
        found = block.find(b"\n")
        if found >= 0:
            return position + found + 1
        if not block:
            break
        position += len(block)
    return end
