"""Who listens to a campaign, as the options of output want it; the end of a campaign is told as that of any run."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from apps_contract.cli.fuzz_view import FuzzReports, FuzzTerminal, progress_line
from apps_contract.cli.listeners import ends, for_github, histories
from apps_contract.report.text import visible
from apps_contract.run.fuzz.events import Ended, Found, Noted, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apps_contract.cli.options import Output
    from apps_contract.run.events import Listener as RunListener
    from apps_contract.run.fuzz.events import Event, Listener
    from apps_contract.run.fuzz.options import Options


@contextmanager
def fuzz_listeners(options: Options, output: Output) -> Iterator[list[Listener]]:
    """Yield the listeners of a campaign; the files come first.

    Raises WrongUseError, before anything is sent, for a history that cannot be written.
    """
    files: list[Listener] = [FuzzReports(options), AtEnd(histories(output))]
    aside: list[Listener] = [EachSecond()] if output.verbose else []
    at_end = ends(output)
    if at_end is not None:
        yield [*files, *aside, tell_note, AtEnd(at_end)]
        return
    with FuzzTerminal(options) as terminal:
        yield [*files, *aside, terminal, AtEnd(for_github(output))]


class AtEnd:
    """A listener that lets listeners of runs hear of the end of a campaign."""

    def __init__(self, listeners: Sequence[RunListener]) -> None:
        self._listeners = listeners

    def __call__(self, event: Event) -> None:
        """Pass the end on."""
        if isinstance(event, Ended):
            for listener in self._listeners:
                listener(event.run)


class EachSecond:
    """A listener that writes how far a campaign is once a second, and what is seen before it is tried again."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, event: Event) -> None:
        """Write what goes on, on standard error."""
        if isinstance(event, Progress) and event.seconds >= self._next:
            self._next = event.seconds + 1
            click.echo(progress_line(event), err=True)
        elif isinstance(event, Found) and not event.is_final:
            seen = event.discovery
            click.echo(visible(f"seen {seen.level.value} {seen.key}: {seen.breach.title}"), err=True)


def tell_note(event: Event) -> None:
    """Write what a person should know, on standard error."""
    if isinstance(event, Noted):
        click.echo(visible(event.text), err=True)
