"""The units that files are judged in: some whole files, or one part of a big file of lines."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from apps_contract.files.documents import judge_document
from apps_contract.files.errors import UnreadableFileError
from apps_contract.files.formats import Format, format_by_content, format_by_name
from apps_contract.files.lines import BLOCK, blocks_of, blocks_of_part
from apps_contract.files.sources import STDIN, Source
from apps_contract.files.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apps_contract.files.rules import Rules

# Whatever the number of workers, the same parts are cut, so that the outcome is the same.
PART_BYTES: Final = 16 << 20
_FILES: Final = 64
_FILES_BYTES: Final = 4 << 20
_BEGINNING: Final = 1 << 16


@dataclass(frozen=True)
class Part:
    """The lines that begin between two offsets of a file, which had a ``status`` when it was cut into parts."""

    source: Source
    start: int
    end: int
    status: os.stat_result

    @property
    def weight(self) -> int:
        """How many bytes there are to judge."""
        return self.end - self.start


@dataclass(frozen=True)
class Whole:
    """Some files to be judged whole, with their sizes' sum."""

    sources: tuple[tuple[Source, Format | None], ...]
    weight: int


Unit = Part | Whole


def units(found: Iterable[Source], format_name: Format | None) -> Iterator[Unit]:
    """Yield the units of work for files, in their order."""
    pending: list[tuple[Source, Format | None]] = []
    weight = 0
    for source in found:
        known = format_name or format_by_name(source.name)
        status = _status(source.name)
        size = status.st_size if status else None
        if known is None and size is not None:
            known = _sniffed(source.name)
        if known == "ndjson" and status and status.st_size > _FILES_BYTES:
            if pending:
                yield Whole(tuple(pending), weight)
                pending, weight = [], 0
            for start in range(0, status.st_size, PART_BYTES):
                yield Part(source, start, min(start + PART_BYTES, status.st_size), status)
            continue
        pending.append((source, known))
        weight += size or 0
        if len(pending) == _FILES or weight > _FILES_BYTES:
            yield Whole(tuple(pending), weight)
            pending, weight = [], 0
    if pending:
        yield Whole(tuple(pending), weight)


def judge_unit(unit: Unit, rules: Rules) -> Tally:
    """Judge one unit of work. What cannot be read is noted in the tally; the rest is judged."""
    if isinstance(unit, Part):
        return _judge_source(unit.source, "ndjson", rules, unit)
    tally = Tally(every=rules.every)
    for source, known in unit.sources:
        tally.merge(_judge_source(source, known, rules))
    return tally


def _judge_source(source: Source, known: Format | None, rules: Rules, part: Part | None = None) -> Tally:
    try:
        with _opened(source.name) as file:
            tally = _lines(file, source.name, rules, part) if part else _whole(file, source.name, known, rules)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        if isinstance(error, FileNotFoundError) and os.path.islink(source.name):  # noqa: PTH114 -- names stay as typed
            reason = "it is a link that leads nowhere"
        return _unreadable(source, rules, f"cannot be read: {reason}")
    except UnreadableFileError as error:
        return _unreadable(source, rules, str(error))
    if not source.is_named:
        tally.pass_over_undecided()
    return tally


def _unreadable(source: Source, rules: Rules, reason: str) -> Tally:
    tally = Tally(every=rules.every)
    tally.unreadable[source.name] = reason
    return tally


def _opened(name: str) -> BinaryIO:
    if name == STDIN:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    return open(name, "rb")  # noqa: PTH123 -- names stay as they were typed


def _lines(file: BinaryIO, name: str, rules: Rules, part: Part) -> Tally:
    from apps_contract.files.ndjson import LineJudge  # noqa: PLC0415 -- start-up

    tally = LineJudge(name, rules, is_first=part.start == 0).take_all(
        blocks_of_part(file, part.start, part.end, rules.largest)
    )
    if _is_other(os.fstat(file.fileno()), part.status):
        raise UnreadableFileError("it was changed while it was read, so that not all of it is judged: try again")
    return tally


def _is_other(now: os.stat_result, then: os.stat_result) -> bool:
    """Tell whether a file is another one now; that more was written at its end does not count."""
    if (now.st_dev, now.st_ino) != (then.st_dev, then.st_ino) or now.st_size < then.st_size:
        return True
    return now.st_size == then.st_size and now.st_mtime_ns != then.st_mtime_ns


def _whole(file: BinaryIO, name: str, known: Format | None, rules: Rules) -> Tally:
    beginning = b""
    if known is None:  # a pipe: it can be read once only
        beginning = file.read(_BEGINNING)
        known = format_by_content(beginning)
    if known == "ndjson":
        from apps_contract.files.ndjson import LineJudge  # noqa: PLC0415 -- start-up

        return LineJudge(name, rules).take_all(blocks_of(_after(beginning, file), rules.largest))
    data = beginning + file.read(rules.largest + 1 - len(beginning))
    return judge_document(data, known, name, rules)


def _after(beginning: bytes, file: BinaryIO) -> Callable[[], bytes]:
    waiting = [beginning] if beginning else []

    def read() -> bytes:
        return waiting.pop() if waiting else file.read(BLOCK)

    return read


def _status(name: str) -> os.stat_result | None:
    """Return the status of a regular file, None for what is none or cannot be looked at."""
    if name == STDIN:
        return None
    try:
        status = os.stat(name)  # noqa: PTH116 -- a million small calls
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _sniffed(name: str) -> Format | None:
    try:
        with _opened(name) as file:
            return format_by_content(file.read(_BEGINNING))
    except OSError:
        return None
