"""Writes the files of a run into its report folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from apps_contract.report.document import report_document
from apps_contract.report.junit import junit
from apps_contract.run.events import RunEnded

if TYPE_CHECKING:
    from pathlib import Path

    from apps_contract.run.events import Event


class ReportFiles:
    """A listener that writes ``report.json`` and ``junit.xml`` when a run is over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, event: Event) -> None:
        """Write the files at the end of a run; leave every other event alone."""
        if isinstance(event, RunEnded):
            self.write(event)

    def write(self, ended: RunEnded) -> None:
        """Write the files, each whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        document = report_document(ended)
        self._put("report.json", json.dumps(document, ensure_ascii=True, indent=2) + "\n")
        self._put("junit.xml", junit(document))

    def _put(self, name: str, text: str) -> None:
        waiting = self._folder / f".{name}.part"
        waiting.write_text(text, encoding="utf-8")
        waiting.replace(self._folder / name)
