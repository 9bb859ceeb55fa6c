"""How errors of the engine leave the command line: one line, and the exit code of their kind."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from apps_contract.report.text import visible
from apps_contract.run.errors import CannotTestError
from apps_contract.run.outcomes import ExitCode
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def ends_like_ctrl_c() -> Iterator[None]:
    """Let SIGTERM end what is going on as Ctrl-C does: with clean-up and report."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn errors that are the user's to mend into one line and their exit code."""
    try:
        yield
    except WrongUseError as error:
        raise click.UsageError(str(error)) from None
    except CannotTestError as error:
        click.echo(visible(f"apps-contract: {error}"), err=True)
        raise click.exceptions.Exit(ExitCode.COULD_NOT_TEST) from None
