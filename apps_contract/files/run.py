"""Judges all that was asked for: the one function behind the command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from apps_contract.files.errors import UnreadableFileError
from apps_contract.files.pool import judged
from apps_contract.files.sources import sources
from apps_contract.files.tally import Tally
from apps_contract.files.work import units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.files.formats import Format
    from apps_contract.files.rules import Rules

_THE_REST: Final = "the rest"


def judge_files(
    names: Iterable[str], rules: Rules, format_name: Format | None = None, workers: int | None = None
) -> tuple[Tally, list[str]]:
    """Judge files, folders and patterns; return what came of it, and for each name that led to nothing a line.

    A file that cannot be read is noted, the rest is judged. When the run is interrupted or a worker process dies, what
    was found until then is returned, and the rest noted as not read.
    """
    missing: list[str] = []
    tally = Tally(every=rules.every)
    try:
        for part in judged(units(sources(names, missing), format_name), rules, workers):
            tally.merge(part)
    except UnreadableFileError as error:
        tally.unreadable[_THE_REST] = str(error)
    except KeyboardInterrupt:
        tally.unreadable[_THE_REST] = "not judged: interrupted"
    return tally, missing
