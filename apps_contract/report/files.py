"""Writes the files of a run into its report folder: ``report.json`` first, and all others from it."""

from __future__ import annotations

import json
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from apps_contract.report.archive import archive
from apps_contract.report.badge import badge, badge_svg
from apps_contract.report.document import report_document
from apps_contract.report.fuzzing_commons import fuzzing_commons
from apps_contract.report.github import github_annotations
from apps_contract.report.history import remember
from apps_contract.report.junit import junit
from apps_contract.report.links import PAGE, page_from
from apps_contract.report.markdown import summary
from apps_contract.report.page import matrix_page, report_page, requirements_page, trend_page
from apps_contract.report.sarif import sarif
from apps_contract.run.events import RunEnded
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from apps_contract.run.events import Event

JSON_FILE = "report.json"
TREND_FILE = "trend.html"
MATRIX_FILE = "matrix.html"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, indent=2) + "\n"


# File → how it is made from the report document.
FORMATS: dict[str, Callable[[dict[str, Any]], str]] = {
    "report.html": report_page,
    PAGE: lambda document: requirements_page(document["contract"]["edition"]),
    "junit.xml": junit,
    "report.sarif": lambda document: _json(sarif(document)),
    "summary.md": summary,
    "exchanges.har": lambda document: _json(archive(document)),
    "fuzzing-commons.json": lambda document: _json(fuzzing_commons(document)),
    "github.txt": github_annotations,
    "badge.json": lambda document: _json(badge(document)),
    "badge.svg": badge_svg,
}


class ReportFiles:
    """A listener that writes ``report.json`` and all that is made from it when a run is over.

    Raises WrongUseError, before anything is sent, for a folder that cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._folder = folder

    def __call__(self, event: Event) -> None:
        """Write the files at the end of a run; leave every other event alone."""
        if isinstance(event, RunEnded):
            write_reports(report_document(event), self._folder)


class HistoryFile:
    """A listener that adds a run to a history when it is over, and writes ``trend.html`` beside it.

    Raises WrongUseError, before anything is sent, for a file that is no history or cannot be written.
    """

    def __init__(self, file: Path) -> None:
        remember(file, [])
        self._file = file

    def __call__(self, event: Event) -> None:
        """Add the run at its end; leave every other event alone."""
        if isinstance(event, RunEnded):
            settings = event.settings
            beside = page_from(self._file.parent, settings.report_dir) if settings.report_dir else None
            write_trend(self._file, [report_document(event)], settings.docs_url or beside)


def make_folder(folder: Path) -> None:
    """Make the folder for the reports; raise WrongUseError, with the mend, where nothing can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise WrongUseError(
            f"cannot write reports into {folder}: {error.strerror}; name another folder by --report-dir"
        ) from None


def write_trend(history: Path, documents: Sequence[dict[str, Any]], docs_url: str | None = None) -> Path | None:
    """Add runs to a history and write its trend page beside it; return the page, None for a history without runs.

    ``docs_url`` is where the page's requirements can be read: an address, or a path from the page.
    """
    runs = remember(history, documents)
    if not runs:
        return None
    put(history.parent, TREND_FILE, trend_page(runs, docs_url))
    return history.parent / TREND_FILE


def write_matrix(documents: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Write several runs side by side into a folder, with the requirements that they link to; return the page."""
    put(folder, MATRIX_FILE, matrix_page(documents))
    editions = {document["contract"]["edition"] for document in documents}
    put(folder, PAGE, requirements_page(editions.pop() if len(editions) == 1 else None))
    return folder / MATRIX_FILE


def write_reports(document: dict[str, Any], folder: Path) -> None:
    """Write a report document and every format of it into a folder, each file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    # What stands in report.json is what the others are made from: rendered later from the file, they are the same.
    text = _json(document)
    put(folder, JSON_FILE, text)
    read = json.loads(text)
    for name in FORMATS:
        put(folder, name, render(read, name))


def render(document: dict[str, Any], name: str) -> str:
    """Return a report document in the format of one file of ``FORMATS``."""
    return FORMATS[name](document)


def put(folder: Path, name: str, text: str) -> None:
    """Write one file, whole or not at all."""
    waiting = folder / f".{name}.part"
    waiting.write_text(text, encoding="utf-8", errors="backslashreplace")
    waiting.replace(folder / name)
