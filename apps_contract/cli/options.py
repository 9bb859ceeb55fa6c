"""The options that commands share: of a run, by their table, and of what is written to the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps_contract._options import CLIENT_OPTIONS, OPTIONS, TRAFFIC_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apps_contract._options import Option

    Command = Callable[..., Any]


@dataclass(frozen=True)
class Output:
    """What a run writes to the terminal, and the history that remembers it."""

    form: str = "text"
    history: Path | None = None
    quiet: bool = False
    verbose: bool = False

    @property
    def is_json(self) -> bool:
        """Whether standard output is for one JSON document, so that all else belongs to standard error."""
        return self.form == "json"


def run_options(command: Command) -> Command:
    """Give a command the options of a run against a server."""
    return _with(OPTIONS, command)


def client_options(command: Command) -> Command:
    """Give a command the options of a run against a client."""
    return _with(CLIENT_OPTIONS, command)


def traffic_options(command: Command) -> Command:
    """Give a command the options of a run over traffic."""
    return _with(TRAFFIC_OPTIONS, command)


def output_options(command: Command) -> Command:
    """Give a command --format, --history, --quiet and --verbose, which reach it together as ``output``."""

    @wraps(command)
    def with_output(*, form: str, history: Path | None, quiet: bool, verbose: bool, **values: Any) -> Any:
        return command(output=Output(form, history, quiet, verbose), **values)

    decorated: Command = with_output
    for option in reversed(_OUTPUT):
        decorated = option(decorated)
    return decorated


_OUTPUT = (
    click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "github"]),
        default="text",
        help="What is written to the terminal: text, the report as JSON, or text with annotations of a GitHub job.",
    ),
    click.option(
        "--history",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="SQLite file to remember this run in; trend.html is written beside it.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="One line for each finding, and the verdict."),
    click.option(
        "-v",
        "--verbose",
        is_flag=True,
        help="What goes on, too, on standard error: each test, call or second of a campaign.",
    ),
)


def _with(options: Sequence[Option], command: Command) -> Command:
    for option in reversed(options):
        default = f" Default: {option.default}." if option.default else ""
        command = click.option(
            f"--{option.name}",
            option.key,
            metavar=option.metavar,
            multiple=option.repeatable,
            help=f"{option.help}{default}  [{option.variable}]",
        )(command)
    return command
