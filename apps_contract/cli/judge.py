"""``apps-contract judge``: the client suite, and a judge for clients that bring their own tests."""

from __future__ import annotations

import os
import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from apps_contract.cli.errors import ends_like_ctrl_c, one_line_errors
from apps_contract.contract import DEFAULT_EDITION, EDITIONS
from apps_contract.run.options import LEVELS
from apps_contract.run.outcomes import ExitCode
from apps_contract.run.settings import Settings, WrongUseError

if TYPE_CHECKING:
    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Auth, Recorded
    from apps_contract.contract import Edition
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
@click.option("--adapter", metavar="COMMAND", envvar="APPS_ADAPTER", help="Program that runs the client for the judge.")
@click.option("--check-adapter", is_flag=True, help="Check the adapter itself against the protocol, and nothing else.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Stay up on this port (0: a free one), with /__judge/ there."
)
@click.option("--har", type=click.Path(dir_okay=False, path_type=Path), help="Judge recorded traffic: a HAR file.")
@click.option(
    "--edition", type=click.Choice(EDITIONS), default=DEFAULT_EDITION, show_default=True, envvar="APPS_EDITION"
)
@click.option(
    "--auth",
    type=click.Choice(["basic", "oauth2", "both"]),
    default="both",
    show_default=True,
    help="Kinds of authentication to test.",
)
@click.option(
    "--level",
    type=click.Choice(["must", "should"]),
    default="must",
    show_default=True,
    envvar="APPS_LEVEL",
    help="What fails the run.",
)
@click.option(
    "--requirement",
    "requirements",
    multiple=True,
    metavar="ID",
    help="Only this requirement, or group (CLI-ANS); repeatable.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, envvar="APPS_SEED")
@click.option(
    "--examples", type=click.IntRange(1), default=Settings().examples, show_default=True, envvar="APPS_EXAMPLES"
)
@click.option(
    "--report-dir",
    type=click.Path(path_type=Path),
    default=Settings().report_dir,
    show_default=True,
    envvar="APPS_REPORT_DIR",
)
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    envvar="APPS_BASELINE",
    help="Known findings, each with a reason: they do not fail the run.",
)
@click.option("-q", "--quiet", is_flag=True, help="One line for each finding, and the verdict.")
def judge(  # noqa: PLR0913 -- one argument per option
    *,
    command: tuple[str, ...],
    adapter: str | None,
    check_adapter: bool,
    port: int | None,
    har: Path | None,
    edition: Edition,
    auth: str,
    level: str,
    requirements: tuple[str, ...],
    seed: int,
    examples: int,
    report_dir: Path,
    baseline: Path | None,
    quiet: bool,
) -> int:
    """Judge a client by the contract of the Apps endpoints.

    With --adapter, the client suite drives the client in every situation of contract section 7. With -- COMMAND, the
    client's own tests run against the judge, and all that passes by is judged.
    """
    settings = Settings(
        edition=edition,
        level=LEVELS[level],
        requirements=requirements,
        seed=seed,
        examples=examples,
        report_dir=report_dir,
        baseline=baseline,
        command=command,
    )
    with one_line_errors(), ends_like_ctrl_c():
        given = [bool(adapter), bool(command), port is not None, har is not None]
        if sum(given) != 1:
            raise WrongUseError("give one of --adapter 'COMMAND', -- COMMAND, --port N and --har FILE")
        if check_adapter:
            return _check_adapter(adapter, edition)
        from apps_contract.report.files import make_folder  # noqa: PLC0415 -- after wrong use has been told, quickly

        make_folder(report_dir)
        if adapter:
            auths = ("basic", "oauth2") if auth == "both" else (auth,)
            return _suite(settings, adapter, cast("tuple[Auth, ...]", auths), quiet=quiet)
        if har is not None:
            from apps_contract.cli.judge_har import judge_har  # noqa: PLC0415 -- only for recorded traffic

            return judge_har(settings, har, quiet=quiet)
        if port is not None:
            return _stay(settings, port, quiet=quiet)
        return _around(settings, command, quiet=quiet)


def _suite(settings: Settings, adapter: str, auths: tuple[Auth, ...], *, quiet: bool) -> int:
    from apps_contract.report.files import ReportFiles  # noqa: PLC0415 -- after wrong use has been told, quickly
    from apps_contract.report.output import Quiet  # noqa: PLC0415
    from apps_contract.report.terminal import Terminal  # noqa: PLC0415
    from apps_contract.run.client_runner import run_client_suite  # noqa: PLC0415

    assert settings.report_dir is not None
    files = ReportFiles(settings.report_dir)
    if quiet:
        return int(run_client_suite(settings, adapter, [files, Quiet()], auths=auths).exit_code)
    with Terminal(settings) as terminal:
        return int(run_client_suite(settings, adapter, [files, terminal], auths=auths).exit_code)


def _check_adapter(adapter: str | None, edition: Edition) -> int:
    from apps_contract.clients.checker import check_adapter  # noqa: PLC0415
    from apps_contract.clients.process import AdapterStartError  # noqa: PLC0415
    from apps_contract.run.errors import CannotTestError  # noqa: PLC0415

    if not adapter:
        raise WrongUseError("--check-adapter needs --adapter 'COMMAND'")
    try:
        points = check_adapter(shlex.split(adapter), edition)
    except AdapterStartError as error:
        raise CannotTestError(str(error)) from None
    for point in points:
        click.echo(f"  {'✗' if point.problem else '✓'} {point.text}" + (f": {point.problem}" if point.problem else ""))
    broken = sum(bool(point.problem) for point in points)
    click.echo(f"{broken} of {len(points)} points are wrong" if broken else "the adapter keeps to the protocol")
    return int(ExitCode.VIOLATION if broken else ExitCode.CONFORMS)


def _around(settings: Settings, command: tuple[str, ...], *, quiet: bool) -> int:
    """Run the client's own tests against a judge."""
    from apps_contract.cli.around import run_command  # noqa: PLC0415 -- only where a command is run
    from apps_contract.cli.traffic_end import interrupted, tell, why_not_all  # noqa: PLC0415
    from apps_contract.run.traffic.traffic_run import judge_run  # noqa: PLC0415
    from apps_contract.service.judge.judge import Judge  # noqa: PLC0415

    run = judge_run(settings)
    with Judge(settings.edition) as running:
        end = run_command(command, _environment(running))
        for seen in running.records:
            run.take(seen, running.insight)
    click.echo(f"the command: {end.text}", err=True)
    target = f"the client of {shlex.join(command)} ({end.text})"
    ended = run.ended(target, running.base_url, ended_early=interrupted(end), why_not_all=why_not_all(end))
    return tell(settings, ended, quiet=quiet, others=run.others)


def _stay(settings: Settings, port: int, *, quiet: bool) -> int:
    """Serve until Ctrl-C or SIGTERM, then judge."""
    from apps_contract.cli.around import until_signal, wait  # noqa: PLC0415 -- only for a judge that stays
    from apps_contract.cli.traffic_end import tell  # noqa: PLC0415
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
        click.echo(f"The judge (edition {settings.edition}) listens; watch it at {running.base_url}/__judge/")
        for name, value in _environment(running).items():
            click.echo(f"  export {name}={value}")
        click.echo("Ctrl-C ends it with the verdict")
        wait(stop)
        click.echo()
        for seen in running.records:
            run.take(seen, running.insight)
        return tell(settings, run.ended("the clients that called", running.base_url), quiet=quiet, others=run.others)


def _environment(running: Judge) -> dict[str, str]:
    return {
        "APPS_BASE_URL": running.base_url,
        "APPS_TOKEN_URL": running.token_url,
        "APPS_PROJECT_ID": running.key.project_id,
        "APPS_KEY_ID": running.key.key_id,
        "APPS_KEY_SECRET": running.key.key_secret,
    }
