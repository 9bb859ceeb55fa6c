"""Who listens to a run: its files, its history, and what the terminal shows, as the options of output want it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from apps_contract.report.files import HistoryFile, ReportFiles
from apps_contract.report.output import Annotations, EachTest, Json, Quiet
from apps_contract.report.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.cli.options import Output
    from apps_contract.run.events import Listener
    from apps_contract.run.settings import Settings


@contextmanager
def listeners(settings: Settings, output: Output) -> Iterator[list[Listener]]:
    """Yield the listeners of a run of a suite, or over traffic; the files come first.

    Raises WrongUseError, before anything is sent, for a folder or a history that cannot be written.
    """
    assert settings.report_dir is not None
    files: list[Listener] = [ReportFiles(settings.report_dir), *histories(output)]
    each: list[Listener] = [EachTest()] if output.verbose else []
    at_end = ends(output)
    if at_end is not None:
        yield [*files, *each, *at_end]
        return
    with Terminal(settings) as terminal:
        yield [*files, *each, terminal, *for_github(output)]


def histories(output: Output) -> list[Listener]:
    """Return what remembers a run, if anything does."""
    return [HistoryFile(output.history)] if output.history else []


def for_github(output: Output) -> list[Listener]:
    """Return what writes annotations, if they were asked for."""
    return [Annotations()] if output.form == "github" else []


def ends(output: Output) -> list[Listener] | None:
    """Return what writes at the end of a run, of whatever kind; None where a terminal shows it in full."""
    if output.is_json:
        return [Json()]
    return [Quiet(), *for_github(output)] if output.quiet else None
