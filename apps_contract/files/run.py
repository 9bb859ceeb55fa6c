"""Judges all that was asked for: the one function behind the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.files.pool import judged
from apps_contract.files.sources import sources
from apps_contract.files.tally import Tally
from apps_contract.files.work import units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.files.formats import Format
    from apps_contract.files.rules import Rules


def judge_files(
    names: Iterable[str], rules: Rules, format_name: Format | None = None, workers: int | None = None
) -> tuple[Tally, list[str]]:
    """Judge files, folders and patterns; return what came of it, and for each name that led to nothing a line.

    Raises UnreadableFileError only when a worker process dies: a file that cannot be read is noted, the rest is judged.
    """
    missing: list[str] = []
    tally = Tally(every=rules.every)
    for part in judged(units(sources(names, missing), format_name), rules, workers):
        tally.merge(part)
    return tally, missing
