"""What a run writes to the terminal besides, or in place of, the full text: one line, each test, JSON, annotations."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, TextIO

from apps_contract.report.document import report_document
from apps_contract.report.github import github_annotations
from apps_contract.report.words import counted, verdict
from apps_contract.run.events import RunEnded, TestEnded

if TYPE_CHECKING:
    from apps_contract.run.events import Event


class Quiet:
    """A listener that writes one line for each finding, and the verdict."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout

    def __call__(self, event: Event) -> None:
        """Write at the end of a run."""
        if isinstance(event, RunEnded):
            document = report_document(event)
            for one in document["findings"]:
                known = " (known)" if one["known"] else ""
                _write(self._out, f"{one['id']} {one['requirement']} {one['level']} {one['title']}{known}")
            said = verdict(document)
            _write(self._out, f"{said.headline}: {said.sentence}")


class EachTest:
    """A listener that writes each test as it ends."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr

    def __call__(self, event: Event) -> None:
        """Write the test that has ended."""
        if isinstance(event, TestEnded):
            result = event.result
            found = f", {counted(len(result.findings), 'finding')}" if result.findings else ""
            reason = result.not_tested or result.not_applicable
            said = f", {reason}" if reason else ""
            _write(
                self._out,
                f"{result.test}: {counted(result.cases, 'case')} in {result.duration_s:.2f} s{found}{said}",
            )


class Json:
    """A listener that writes report.json to standard output."""

    def __call__(self, event: Event) -> None:
        """Write at the end of a run."""
        if isinstance(event, RunEnded):
            _write(sys.stdout, json.dumps(report_document(event), indent=2))


class Annotations:
    """A listener that writes workflow commands of GitHub to standard output."""

    def __call__(self, event: Event) -> None:
        """Write at the end of a run."""
        if isinstance(event, RunEnded):
            _write(sys.stdout, github_annotations(report_document(event)).rstrip("\n"))


def _write(out: TextIO, text: str) -> None:
    encoding = getattr(out, "encoding", None) or "utf-8"
    out.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    out.flush()
