"""How every run over traffic ends: with the report files, the verdict on the terminal, and an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from apps_contract.cli.around import CommandEnd
    from apps_contract.run.events import RunEnded
    from apps_contract.run.settings import Settings


def why_not_all(end: CommandEnd) -> str:
    """Say why a command's traffic proves nothing more than what it broke; empty when the command succeeded.

    A client whose own tests fail may have stopped before the call that breaks the contract: "could not test".
    """
    return f"the command failed: {end.text}" if end.status else ""


def interrupted(end: CommandEnd) -> str:
    """Say that a signal ended a command; empty when it ended by itself."""
    return f"the run was interrupted by {end.signal}" if end.signal else ""


def tell(settings: Settings, ended: RunEnded, *, quiet: bool, others: int = 0) -> int:
    """Write the files of a run, tell its verdict, and return its exit code."""
    from apps_contract.report.files import ReportFiles  # noqa: PLC0415 -- a proxy starts without them
    from apps_contract.report.output import Quiet  # noqa: PLC0415
    from apps_contract.report.terminal import Terminal  # noqa: PLC0415

    assert settings.report_dir is not None
    ReportFiles(settings.report_dir)(ended)
    if quiet:
        Quiet()(ended)
    else:
        with Terminal(settings) as terminal:
            terminal(ended)
        if others:
            click.echo(
                f"{others} other exchange{'' if others == 1 else 's'} passed by unjudged: no call of the Apps endpoints"
            )
    return int(ended.exit_code)
