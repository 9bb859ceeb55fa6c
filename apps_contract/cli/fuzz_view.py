"""What a person and the report folder get of a campaign, while it goes on and at its end."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Self

from rich.console import Console

from apps_contract import __version__
from apps_contract.report.document import report_document
from apps_contract.report.files import JSON_FILE, put, write_reports
from apps_contract.report.text import baseline_lines, finding_text, left_over_lines, run_line, verdict
from apps_contract.run.fuzz.events import Ended, Found, Noted, Progress, Started

if TYPE_CHECKING:
    from rich.status import Status

    from apps_contract.run.events import RunEnded
    from apps_contract.run.fuzz.events import Event
    from apps_contract.run.fuzz.options import Options

_LINE_EVERY_S = 10.0
_WRITE_EVERY_S = 1.0
_MOST_PAIRS_NAMED = 5


class FuzzReports:
    """A listener that writes ``report.json`` whenever something was found, and all formats at the end."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._waiting: RunEnded | None = None
        self._written = 0.0

    def __call__(self, event: Event) -> None:
        """Write what an event brings: at once, or, when much is found, once a second."""
        folder = self._options.settings.report_dir
        assert folder is not None
        if isinstance(event, Ended):
            write_reports(report_document(event.run), folder)
            return
        if isinstance(event, Found):
            self._waiting = event.run
        if self._waiting is not None and time.monotonic() - self._written >= _WRITE_EVERY_S:
            folder.mkdir(parents=True, exist_ok=True)
            document = report_document(self._waiting)
            put(folder, JSON_FILE, json.dumps(document, ensure_ascii=True, indent=2) + "\n")
            self._waiting, self._written = None, time.monotonic()


class FuzzTerminal:
    """A listener that writes to the terminal; use it as a context manager around the campaign."""

    def __init__(self, options: Options, console: Console | None = None) -> None:
        self._options = options
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._status: Status | None = None
        self._next_line = _LINE_EVERY_S

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()
            self._status = None

    def __call__(self, event: Event) -> None:
        """Show an event."""
        match event:
            case Started():
                self._started(event)
            case Progress():
                self._progress(event)
            case Found(is_final=True):
                state = "" if event.discovery.state == "confirmed" else f" ({event.discovery.state})"
                key, level = event.discovery.key, event.discovery.level.value
                self._print(f"found {level:<6} {key}: {event.discovery.breach.title}{state}")
            case Noted(text):
                self._print(text)
            case Ended():
                self.__exit__()
                self._ended(event)

    def _started(self, event: Started) -> None:
        options = self._options
        self._print(f"apps-contract {__version__} · fuzz · edition {event.edition} · {event.target}")
        self._print(f"seed {options.settings.seed} · {options.budget} · {event.senders} · {options.corpus}")
        if event.cleaned:
            self._print(f"deleted {event.cleaned} apps that an earlier run had left behind")
        if event.kept:
            self._print(f"{event.kept} earlier findings are tried first")
        if self._console.is_terminal:
            self._status = self._console.status("")
            self._status.start()

    def _progress(self, event: Progress) -> None:
        if self._status:
            self._status.update(progress_line(event))
        elif event.seconds >= self._next_line:
            self._next_line += _LINE_EVERY_S
            self._print(progress_line(event))

    def _ended(self, event: Ended) -> None:
        run = event.run
        for finding in report_document(run)["findings"]:
            self._print("\n" + finding_text(finding, docs_url=run.settings.docs_url))
        self._print("")
        for outcome in run.outcomes:
            if outcome.outcome == "not_tested":
                self._print(f"?    {outcome.requirement.id:<13} not tested: {outcome.reason}")
        if event.gone:
            self._print(f"{len(event.gone)} earlier findings do not happen any more: {', '.join(event.gone)}")
        if event.unreadable:
            self._print(f"no findings, and passed over: {', '.join(event.unreadable)}")
        for line in (*baseline_lines(run), *left_over_lines(run)):
            self._print(line)
        trials = ", ".join(f"{count:,} {kind}" for kind, count in sorted(event.trials.items()))
        untested = f"; {event.not_tested:,} of them could not be judged" if event.not_tested else ""
        self._print(f"trials: {trials or 'none'}{untested}")
        if event.pairs_missing:
            some = "; ".join(" ".join(pair) for pair in event.pairs_missing[:_MOST_PAIRS_NAMED])
            self._print(f"pairs not sent: {len(event.pairs_missing):,} ({some} …)")
        self._print(progress_line(event.progress))
        self._print("Nothing found" if _is_clean(run) else verdict(run))
        self._print(run_line(run))

    def _print(self, line: str) -> None:
        self._console.print(line.encode("utf-8", "backslashreplace").decode(), markup=False)


def progress_line(event: Progress) -> str:
    """Write how far a campaign is, in one line."""
    statuses = ", ".join(f"{count:,} {name}" for name, count in sorted(event.statuses.items()))
    pairs = f" · pairs {event.covered:,} of {event.table:,}" if event.table else ""
    found = f"{event.findings} finding{'' if event.findings == 1 else 's'}"
    return f"{event.seconds:.0f} s · {event.requests:,} requests, {event.rate:,.0f}/s · {statuses}{pairs} · {found}"


def _is_clean(run: RunEnded) -> bool:
    has_passed = any(one.outcome == "passed" for one in run.outcomes)
    return has_passed and not run.findings and not run.ended_early and not (run.baseline and run.baseline.fails)
