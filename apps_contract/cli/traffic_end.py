"""How every run over traffic ends: with the report files, the verdict on the terminal, and an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Recorded
    from apps_contract.cli.around import CommandEnd
    from apps_contract.cli.options import Output
    from apps_contract.run.events import RunEnded
    from apps_contract.run.settings import Settings
    from apps_contract.run.traffic.traffic_run import TrafficRun


def why_not_all(end: CommandEnd) -> str:
    """Say why a command's traffic proves nothing more than what it broke; empty when the command succeeded.

    A client whose own tests fail may have stopped before the call that breaks the contract: "could not test".
    """
    return f"the command failed: {end.text}" if end.status else ""


def interrupted(end: CommandEnd) -> str:
    """Say that a signal ended a command; empty when it ended by itself."""
    return f"the run was interrupted by {end.signal}" if end.signal else ""


def check_places(settings: Settings, output: Output) -> None:
    """Raise WrongUseError, before anything passes by, where report files or the history cannot be written."""
    from apps_contract.report.files import HistoryFile, make_folder  # noqa: PLC0415 -- after wrong use has been told

    assert settings.report_dir is not None
    make_folder(settings.report_dir)
    if output.history:
        HistoryFile(output.history)


def tell(settings: Settings, ended: RunEnded, output: Output, *, others: int = 0) -> int:
    """Write the files of a run, tell its verdict, and return its exit code."""
    from apps_contract.cli.listeners import listeners  # noqa: PLC0415 -- when all is over

    with listeners(settings, output) as listening:
        for listener in listening:
            listener(ended)
    if others and not (output.quiet or output.is_json):
        click.echo(
            f"{others} other exchange{'' if others == 1 else 's'} passed by unjudged: no call of the Apps endpoints"
        )
    return int(ended.exit_code)


def greet(lines: Sequence[str], environment: Mapping[str, str], output: Output) -> None:
    """Say that a judge or a proxy is there, and what a client needs; not where the report alone is awaited."""
    exports = [f"  export {name}={value}" for name, value in environment.items()]
    for line in [*lines, *exports, "Ctrl-C ends it with the verdict"]:
        click.echo(line, err=output.is_json)


def tell_call(run: TrafficRun, seen: Recorded, breaches: Sequence[Breach]) -> None:
    """Write a call that passed by, and what it breaks, on standard error."""
    from apps_contract.report.text import visible  # noqa: PLC0415 -- as above

    broken = ", ".join(dict.fromkeys(breach.requirement for breach in breaches))
    click.echo(visible(f"{run.shown(seen)}{f'  breaks {broken}' if broken else ''}"), err=True)
