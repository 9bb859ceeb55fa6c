"""``apps-contract check``: the server suite."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps_contract.cli.errors import ends_like_ctrl_c, one_line_errors
from apps_contract.run.options import OPTIONS, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apps_contract.run.events import Listener
    from apps_contract.run.options import Option
    from apps_contract.run.settings import Settings

_EPILOG = """\b
Examples:
  apps-contract check
  apps-contract check http://127.0.0.1:8080 --edition 2026
  apps-contract check --asgi mymodule:app --requirement SRV-STATE
  APPS_KEY_SECRET=… apps-contract check https://api.test --project p --key-id k

\b
Exit codes: 0 conforms, 1 violation, 2 wrong use, 3 could not test, 4 our own error."""


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that all runs share."""
    for option in reversed(OPTIONS):
        command = _option(option)(command)
    return command


def _option(option: Option) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    default = f" Default: {option.default}." if option.default else ""
    return click.option(
        f"--{option.name}",
        option.key,
        metavar=option.metavar,
        multiple=option.repeatable,
        help=f"{option.help}{default}  [{option.variable}]",
    )


@click.command(epilog=_EPILOG)
@click.argument("url", required=False)
@run_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="What is written to the terminal: text, the report as JSON, or text with annotations of a GitHub job.",
)
@click.option(
    "--history",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="SQLite file to remember this run in; trend.html is written beside it.",
)
@click.option("-q", "--quiet", is_flag=True, help="One line for each finding, and the verdict.")
@click.option("-v", "--verbose", is_flag=True, help="Each test as it ends, too.")
def check(url: str | None, *, form: str, history: Path | None, quiet: bool, verbose: bool, **values: Any) -> int:
    """Judge a server by the contract of the Apps endpoints.

    URL is the server's base URL (or APPS_TARGET). Without one, the embedded reference server is judged.
    """
    with one_line_errors(), ends_like_ctrl_c():
        settings = settings_of(url, values.get)
        from apps_contract.report.files import HistoryFile, ReportFiles  # noqa: PLC0415 - after wrong use has been told, quickly
        from apps_contract.run.runner import run_suite  # noqa: PLC0415

        assert settings.report_dir is not None
        with _terminal(settings, form, quiet=quiet, verbose=verbose) as listeners:
            files: list[Listener] = [ReportFiles(settings.report_dir), *([HistoryFile(history)] if history else [])]
            ended = run_suite(settings, [*files, *listeners])
        return int(ended.exit_code)


@contextmanager
def _terminal(settings: Settings, form: str, *, quiet: bool, verbose: bool) -> Iterator[list[Listener]]:
    """Yield the listeners that write to the terminal."""
    from apps_contract.report.output import Annotations, EachTest, Json, Quiet  # noqa: PLC0415 - as in check
    from apps_contract.report.terminal import Terminal  # noqa: PLC0415

    each: list[Listener] = [EachTest()] if verbose else []
    if form == "json":
        yield [*each, Json()]
        return
    annotations: list[Listener] = [Annotations()] if form == "github" else []
    if quiet:
        yield [*each, Quiet(), *annotations]
        return
    with Terminal(settings) as terminal:
        yield [*each, terminal, *annotations]
