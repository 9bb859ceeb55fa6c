"""What a person sees of a run: a live line while it goes on, then verdicts, findings and a summary."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console
from rich.table import Table
from rich.text import Text

from apps_contract import __version__
from apps_contract.contract import Level
from apps_contract.report.document import report_document
from apps_contract.report.text import (
    also_text,
    answer_line,
    baseline_lines,
    explanation,
    left_over_lines,
    run_line,
    verdict,
    visible,
)
from apps_contract.run.events import RunEnded, RunStarted, TestEnded, TestStarted
from apps_contract.run.outcomes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.status import Status

    from apps_contract.run.events import Event
    from apps_contract.run.outcomes import Outcome
    from apps_contract.run.settings import Settings

_MARKS = {
    "passed": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "warned": ("!", "yellow"),
    "not_tested": ("?", "magenta"),
    "not_applicable": ("-", "dim"),
}
_MANY = 3


class Terminal:
    """A listener that writes to the terminal; use it as a context manager around the run."""

    def __init__(self, settings: Settings, console: Console | None = None) -> None:
        self._settings = settings
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._status: Status | None = None
        self._broken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_status()

    def __call__(self, event: Event) -> None:
        """Show an event."""
        match event:
            case RunStarted():
                self._started(event)
            case TestStarted():
                self._progress(event)
            case TestEnded():
                self._broken += len(event.result.findings)
            case RunEnded():
                self._end_status()
                self._ended(event)

    def _started(self, event: RunStarted) -> None:
        title = Text.assemble(
            ("apps-contract ", "bold"), __version__, " · edition ", (event.edition, "bold"), " · ", event.target
        )
        self._console.print(title)
        if event.cleaned:
            self._console.print(
                f"deleted {len(event.cleaned)} apps that an earlier run had left behind", style="yellow"
            )
        if self._console.is_terminal:
            is_narrow = not self._console.encoding.startswith("utf")
            self._status = self._console.status("", spinner="line" if is_narrow else "dots")
            self._status.start()

    def _progress(self, event: TestStarted) -> None:
        if self._status:
            found = f" · {self._broken} findings" if self._broken else ""
            line = f"{event.done}/{event.total} tests · {event.requests} requests{found} · {event.requirement}"
            self._status.update(line)

    def _end_status(self) -> None:
        if self._status:
            self._status.stop()
            self._status = None

    def _ended(self, event: RunEnded) -> None:
        document = report_document(event)
        for group, members in groupby(event.outcomes, lambda outcome: outcome.requirement.group):
            name = document["groups"][group]
            self._console.print(Text.assemble("\n", (name, "bold"), (f"  {group}", "dim")))
            for line in _outcome_lines(list(members)):
                self._console.print(line)
        for finding in document["findings"]:
            self._finding(finding, event.settings.docs_url)
        self._summary(event)

    def _finding(self, finding: dict[str, Any], docs_url: str | None) -> None:
        color = "red" if finding["level"] == "MUST" else "yellow"
        head = Text.assemble(
            "\n",
            (finding["id"], f"bold {color}"),
            f"  {finding['requirement']}  {finding['level']}  ",
            (visible(finding["title"]), "bold"),
            ("  (flaky: a second try did not show it)" if finding["flaky"] else "", "yellow"),
            (f"  (known: {finding['known']['reason']})" if finding["known"] else "", "yellow"),
        )
        self._console.print(head)
        self._field("rule", finding["rule"])
        self._field("expected", finding["expected"], "green")
        self._field("actual", finding["actual"], color)
        if finding["path"]:
            self._field("at", finding["path"])
        if finding["also"]:
            self._field("also", also_text(finding["also"]), "dim")
        for exchange, line in zip(finding["exchanges"], finding["curl"], strict=True):
            self._field("step", line, "cyan")
            self._field("", answer_line(exchange), "dim")
        self._field("explain", explanation(finding["requirement"], docs_url))
        self._field("replay", finding["replay"])

    def _field(self, name: str, text: str, style: str = "") -> None:
        self._console.print(Text.assemble(f"    {name:<10}", (visible(text), style)))

    def _summary(self, event: RunEnded) -> None:
        table = Table(box=None, pad_edge=False, show_edge=False)
        table.add_column("")
        for name in _MARKS:
            table.add_column(name.replace("_", " "), justify="right")
        for level in Level:
            of_level = [outcome for outcome in event.outcomes if outcome.level is level]
            counts = [sum(outcome.outcome == name for outcome in of_level) for name in _MARKS]
            if of_level:
                cells = [
                    Text(str(count) if count else "·", _MARKS[name][1] if count else "dim")
                    for name, count in zip(_MARKS, counts, strict=True)
                ]
                table.add_row(level.value, *cells)
        self._console.print()
        self._console.print(table)
        self._console.print()
        for line in (*left_over_lines(event), *baseline_lines(event)):
            self._console.print(Text(line, "yellow"))
        self._console.print(_verdict(event))
        self._console.print(Text(run_line(event), "dim"))


def _outcome_lines(outcomes: Sequence[Outcome]) -> Iterator[Text]:
    """Write the outcomes of a group; many that could not be tested for one reason share a line."""
    reasons = Counter(outcome.reason for outcome in outcomes if outcome.outcome == "not_tested")
    for outcome in outcomes:
        if outcome.outcome != "not_tested" or reasons[outcome.reason] < _MANY:
            yield _outcome_line(outcome)
    mark, style = _MARKS["not_tested"]
    for reason, count in reasons.items():
        if count >= _MANY:
            numbers = [str(one.requirement.number) for one in outcomes if one.reason == reason]
            group = outcomes[0].requirement.group
            yield Text.assemble((f"  {mark} ", style), f"{group}-{', '.join(numbers)}  ", (visible(reason), "dim"))


def _outcome_line(outcome: Outcome) -> Text:
    mark, style = _MARKS[outcome.outcome]
    found = ", ".join(finding.id for finding in outcome.findings)
    said = found or visible(outcome.reason)
    return Text.assemble(
        (f"  {mark} ", style),
        f"{outcome.requirement.id:<13} ",
        (f"{outcome.level:<7}", "dim"),
        outcome.requirement.title,
        (f"  {said}" if said else "", style if found else "dim"),
    )


def _verdict(event: RunEnded) -> Text:
    if event.ended_early:
        style = "bold magenta"
    else:
        styles = {ExitCode.VIOLATION: "bold red", ExitCode.COULD_NOT_TEST: "bold magenta"}
        style = styles.get(event.exit_code, "bold green")
    return Text(verdict(event), style)
