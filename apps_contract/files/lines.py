"""Reads the lines of a file of any size, or of one part of it, in blocks: a huge line is passed over, never held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

# Small enough that a block's values stay in the processor's cache.
BLOCK: Final = 1 << 15

# Stands for a line that is longer than what may be read of one.
TOO_LONG: Final = None

# Some whole lines without the newline of the last one, or one that is too long.
Block = bytes | None


def blocks_of_part(file: BinaryIO, start: int, end: int, longest: int) -> Iterator[Block]:
    """Yield, in blocks, the lines that begin in a part of a seekable file, the last one whole."""
    if start:
        file.seek(start - 1)
        start = _after_newline(file, start - 1, end)
    yield from blocks_of(_up_to(file, start, end), longest, _rest_of_line(file) if start < end else None)


def blocks_of(read: Callable[[], bytes], longest: int, rest: Callable[[], bytes] | None = None) -> Iterator[Block]:
    """Yield, in blocks, the lines of what ``read`` gives until it gives nothing; then ``rest`` ends the last line."""
    parts: list[bytes] = []
    size = 0
    while True:
        block = read()
        if not block:
            if size == 0 or rest is None:
                break
            read, rest = rest, None
            continue
        before, newline, tail = block.rpartition(b"\n")
        if not newline:
            size += len(block)
            parts = [*parts, block] if size <= longest else []
            continue
        head: bytes | None = before
        if size:
            end, newline, others = before.partition(b"\n")
            if size + len(end) <= longest:
                head = b"".join([*parts, before])
            else:
                yield TOO_LONG
                head = others if newline else None
        if head is not None:
            yield from _short_lines(head, longest)
        parts, size = ([tail] if tail else []), len(tail)
    if size:
        yield b"".join(parts) if size <= longest else TOO_LONG


def _short_lines(block: bytes, longest: int) -> Iterator[Block]:
    if len(block) <= longest:
        yield block
    else:
        for line in block.split(b"\n"):
            yield line if len(line) <= longest else TOO_LONG


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
