"""``apps-contract judge``: the client suite, and a judge for clients that bring their own tests."""

from __future__ import annotations

import os
import shlex
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from apps_contract.cli.errors import ends_like_ctrl_c, one_line_errors
from apps_contract.cli.options import client_options, output_options
from apps_contract.cli.traffic_end import check_places
from apps_contract.run.options import ADAPTER, CLIENT_OPTIONS, TRAFFIC_OPTIONS, client_settings_of
from apps_contract.run.outcomes import ExitCode
from apps_contract.run.settings import Settings, WrongUseError

if TYPE_CHECKING:
    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Recorded
    from apps_contract.cli.options import Output
    from apps_contract.contract import Edition
    from apps_contract.run.traffic.traffic_run import TrafficRun
    from apps_contract.service.judge.judge import Judge

_EPILOG = """\b
Examples:
  apps-contract judge --adapter 'python adapter.py'
  apps-contract judge --adapter 'node adapter.mjs' --check-adapter
  apps-contract judge --adapter 'node adapter.mjs' --baseline baseline.json
  apps-contract judge -- npm test
  apps-contract judge --port 8700
  apps-contract judge --har recorded.har

\b
Exit codes: 0 conforms, 1 violation, 2 wrong use, 3 could not test (also: no call of the Apps endpoints passed by, or
COMMAND failed without a violation), 4 our own error."""


@click.command(epilog=_EPILOG)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option("--check-adapter", is_flag=True, help="Check the adapter itself against the protocol, and nothing else.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Stay up on this port (0: a free one), with /__judge/ there."
)
@click.option("--har", type=click.Path(dir_okay=False, path_type=Path), help="Judge recorded traffic: a HAR file.")
@client_options
@output_options
def judge(
    command: tuple[str, ...],
    *,
    check_adapter: bool,
    port: int | None,
    har: Path | None,
    output: Output,
    **values: Any,
) -> int:
    """Judge a client by the contract of the Apps endpoints.

    With --adapter, the client suite drives the client in every situation of contract section 7. With -- COMMAND, the
    client's own tests run against the judge, and all that passes by is judged.
    """
    with one_line_errors(), ends_like_ctrl_c():
        is_by_traffic = bool(command) or port is not None or har is not None
        # An adapter of the environment is for those who say nothing else.
        options = TRAFFIC_OPTIONS if is_by_traffic else CLIENT_OPTIONS
        settings = replace(client_settings_of(values.get, options=options), command=command)
        given = [bool(values[ADAPTER.key] or settings.adapter), bool(command), port is not None, har is not None]
        if check_adapter and not settings.adapter:
            raise WrongUseError("--check-adapter needs --adapter 'COMMAND'")
        if sum(given) != 1:
            raise WrongUseError("give one of --adapter 'COMMAND', -- COMMAND, --port N and --har FILE")
        if check_adapter:
            return _check_adapter(str(settings.adapter), settings.edition)
        if settings.adapter:
            return _suite(settings, settings.adapter, output)
        check_places(settings, output)
        if har is not None:
            from apps_contract.cli.judge_har import judge_har  # noqa: PLC0415 -- only for recorded traffic

            return judge_har(settings, har, output)
        if port is not None:
            return _stay(settings, port, output)
        return _around(settings, command, output)


def _suite(settings: Settings, adapter: str, output: Output) -> int:
    from apps_contract.cli.listeners import listeners  # noqa: PLC0415 -- after wrong use has been told, quickly
    from apps_contract.run.client_runner import run_client_suite  # noqa: PLC0415
    from apps_contract.run.client_suite import auths_of  # noqa: PLC0415

    with listeners(settings, output) as listening:
        return int(run_client_suite(settings, adapter, listening, auths=auths_of(settings)).exit_code)


def _check_adapter(adapter: str, edition: Edition) -> int:
    from apps_contract.clients.checker import check_adapter  # noqa: PLC0415
    from apps_contract.clients.process import AdapterStartError  # noqa: PLC0415
    from apps_contract.run.errors import CannotTestError  # noqa: PLC0415

    try:
        points = check_adapter(shlex.split(adapter), edition)
    except AdapterStartError as error:
        raise CannotTestError(str(error)) from None
    for point in points:
        click.echo(f"  {'✗' if point.problem else '✓'} {point.text}" + (f": {point.problem}" if point.problem else ""))
    broken = sum(bool(point.problem) for point in points)
    click.echo(f"{broken} of {len(points)} points are wrong" if broken else "the adapter keeps to the protocol")
    return int(ExitCode.VIOLATION if broken else ExitCode.CONFORMS)


def _around(settings: Settings, command: tuple[str, ...], output: Output) -> int:
    """Run the client's own tests against a judge."""
    from apps_contract.cli.around import run_command  # noqa: PLC0415 -- only where a command is run
    from apps_contract.cli.traffic_end import interrupted, tell, why_not_all  # noqa: PLC0415
    from apps_contract.run.traffic.traffic_run import judge_run  # noqa: PLC0415
    from apps_contract.service.judge.judge import Judge  # noqa: PLC0415

    run = judge_run(settings)
    with Judge(settings.edition) as running:
        end = run_command(command, _environment(running))
        _take(run, running, output)
    click.echo(f"the command: {end.text}", err=True)
    target = f"the client of {shlex.join(command)} ({end.text})"
    ended = run.ended(target, running.base_url, ended_early=interrupted(end), why_not_all=why_not_all(end))
    return tell(settings, ended, output, others=run.others)


def _stay(settings: Settings, port: int, output: Output) -> int:
    """Serve until Ctrl-C or SIGTERM, then judge."""
    from apps_contract.cli.around import until_signal, wait  # noqa: PLC0415 -- only for a judge that stays
    from apps_contract.cli.traffic_end import greet, tell  # noqa: PLC0415
    from apps_contract.run.passive import breaches_of  # noqa: PLC0415
    from apps_contract.run.traffic.traffic_run import judge_run  # noqa: PLC0415
    from apps_contract.service.judge.console import Console  # noqa: PLC0415
    from apps_contract.service.judge.judge import Judge  # noqa: PLC0415

    def judged(seen: Recorded) -> list[Breach]:
        return breaches_of(seen, running.insight, settings.edition)

    run = judge_run(settings)
    console = Console(judged)
    running = Judge(settings.edition, port=port, aside=console)
    console.judge = running
    with ExitStack() as stack:
        stop = stack.enter_context(until_signal())
        try:
            stack.enter_context(running)
        except OSError as error:
            raise WrongUseError(f"cannot listen on port {port}: {os.strerror(error.errno or 0).lower()}") from None
        lines = [f"The judge (edition {settings.edition}) listens; watch it at {running.base_url}/__judge/"]
        greet(lines, _environment(running), output)
        wait(stop)
        click.echo(err=output.is_json)
        _take(run, running, output)
        ended = run.ended("the clients that called", running.base_url)
        return tell(settings, ended, output, others=run.others)


def _take(run: TrafficRun, running: Judge, output: Output) -> None:
    """Judge all that passed by."""
    from apps_contract.cli.traffic_end import tell_call  # noqa: PLC0415 -- as above

    for seen in running.records:
        breaches = run.take(seen, running.insight)
        if output.verbose:
            tell_call(run, seen, breaches)


def _environment(running: Judge) -> dict[str, str]:
    return {
        "APPS_BASE_URL": running.base_url,
        "APPS_TOKEN_URL": running.token_url,
        "APPS_PROJECT_ID": running.key.project_id,
        "APPS_KEY_ID": running.key.key_id,
        "APPS_KEY_SECRET": running.key.key_secret,
    }
