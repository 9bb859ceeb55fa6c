"""Finds the files that are meant by names, folders and patterns, one after another, in the same order every time."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from glob import has_magic, iglob
from typing import TYPE_CHECKING

from apps_contract.files.errors import NoSuchFileError
from apps_contract.files.formats import format_by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STDIN = "-"
_HERE = f"{os.curdir}{os.sep}"  # annotations name a file as the repository does
_NEVER_ENTERED = {"node_modules", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """A file to judge; ``is_named`` says that the user named it, so that it must be judged."""

    name: str
    is_named: bool = True


def sources(names: Iterable[str], missing: list[str]) -> Iterator[Source]:
    """Yield the files that names, folders and patterns mean; what leads to nothing is added to ``missing``.

    Of a folder those files are taken whose name tells a known format, hidden ones left out. Links to folders are
    followed, each folder is entered once. A file that several names mean is judged once.
    """
    given = tuple(names)
    named = {os.path.normpath(name) for name in given}
    seen: set[str] = set()
    for name in given:
        try:
            for source in _meant_by(name):
                path = os.path.normpath(source.name)
                if path in seen:
                    continue
                if len(given) > 1:
                    seen.add(path)
                yield Source(source.name, is_named=True) if path in named else source
        except NoSuchFileError as error:
            missing.append(str(error))


def _meant_by(name: str) -> Iterator[Source]:
    if name == STDIN:
        yield Source(name)
    elif os.path.isdir(name):  # noqa: PTH112 -- names stay as they were typed
        yield from _in_folder(name)
    elif os.path.lexists(name):
        yield Source(name)
    elif has_magic(name):
        found = False
        for path in sorted(iglob(name, recursive=True)):  # noqa: PTH207 -- names stay as they were typed
            if os.path.isfile(path):  # noqa: PTH113 -- see above
                found = True
                yield Source(path)
        if not found:
            raise NoSuchFileError(f"no file fits the pattern {name}")
    else:
        raise NoSuchFileError(f"no such file or folder: {name}")


def _in_folder(top: str) -> Iterator[Source]:
    entered: set[tuple[int, int]] = set()
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            status = os.stat(folder)  # noqa: PTH116 -- a million small calls
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            yield Source(folder)  # reading it will say what is wrong with it
            continue
        folders = []
        for entry in entries:
            if entry.name.startswith(".") or entry.name in _NEVER_ENTERED:
                continue
            if _is_folder(entry):
                folders.append(entry.path)
            elif format_by_name(entry.name) and _may_be_read(entry):
                yield Source(entry.path.removeprefix(_HERE), is_named=False)
        waiting += reversed(folders)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links; reading it will say so
        return False


def _may_be_read(entry: os.DirEntry[str]) -> bool:
    """Tell pipes and devices, which would never end, from what can be a file."""
    try:
        return stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return True
