"""``apps-contract proxy``: judges both sides of live traffic, and changes nothing of it."""

from __future__ import annotations

import os
import shlex
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from apps_contract.cli.around import run_command, until_signal, wait
from apps_contract.cli.errors import one_line_errors
from apps_contract.cli.options import output_options, traffic_options
from apps_contract.cli.traffic_end import check_places
from apps_contract.run.options import TRAFFIC_OPTIONS, client_settings_of
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from threading import Event

    from apps_contract.checks.client.record import Recorded
    from apps_contract.cli.options import Output
    from apps_contract.run.traffic.traffic_run import TrafficRun
    from apps_contract.service.proxy.proxy import Proxy

_EPILOG = """\b
Examples:
  apps-contract proxy --target http://127.0.0.1:8080
  apps-contract proxy --target https://api.test --token-url https://auth.test/oauth2/token --port 8701
  apps-contract proxy --target http://127.0.0.1:8080 -- npm test

\b
Point the client's base URL at the proxy. Only the Host header changes on the way (and the path, when the target has
one); everything else goes on byte by byte, in both directions. An answer with the header X-Apps-Contract-Proxy is the
proxy's own.

\b
Exit codes: 0 conforms, 1 violation, 2 wrong use, 3 could not test (also: no call of the Apps endpoints passed by, or
COMMAND failed without a violation), 4 our own error."""


@click.command(epilog=_EPILOG)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--target", metavar="URL", envvar="APPS_TARGET", required=True, help="Base URL of the server.  [APPS_TARGET]"
)
@click.option(
    "--token-url",
    metavar="URL",
    envvar="APPS_TOKEN_URL",
    help="Where requests to /oauth2/token go. Default: the target's own.  [APPS_TOKEN_URL]",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on. Default: a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@traffic_options
@output_options
def proxy(
    command: tuple[str, ...],
    *,
    target: str,
    token_url: str | None,
    port: int,
    host: str,
    output: Output,
    **values: Any,
) -> int:
    """Stand between a client and a server, and judge both by what they say.

    Stays up until Ctrl-C or SIGTERM. With -- COMMAND, runs it with APPS_BASE_URL and APPS_TOKEN_URL set to the proxy,
    and ends with it.
    """
    with one_line_errors():
        from apps_contract.http.address import BaseUrlError  # noqa: PLC0415 -- after wrong use has been told, quickly
        from apps_contract.http.failures import TransportError  # noqa: PLC0415
        from apps_contract.run.errors import CannotTestError  # noqa: PLC0415
        from apps_contract.run.traffic.traffic_run import live_run  # noqa: PLC0415
        from apps_contract.service.proxy.proxy import Proxy  # noqa: PLC0415

        settings = client_settings_of(values.get, options=TRAFFIC_OPTIONS)
        check_places(settings, output)
        run = live_run(settings)
        watch = _Watch(run, output)
        try:
            standing = Proxy(target, watch, token_url=token_url, host=host, port=port)
        except BaseUrlError as error:
            raise WrongUseError(str(error)) from None
        with until_signal() as stop:
            with ExitStack() as stack:
                try:
                    stack.enter_context(standing)
                except TransportError as error:
                    raise CannotTestError(error.failure.message) from None
                except OSError as error:
                    reason = os.strerror(error.errno or 0).lower()
                    raise WrongUseError(f"cannot listen on {host}, port {port}: {reason}") from None
                passed = _serve(run, standing, command, stop, output)
            return _verdict(run, standing, passed, output)


@dataclass(frozen=True)
class _Passed:
    """Whose traffic passed by, and why it may not be all: it was interrupted, or its command failed."""

    named: str
    ended_early: str = ""
    why_not_all: str = ""


class _Watch:
    """Takes exchanges and writes a line for each new finding; verbose, for each exchange."""

    def __init__(self, run: TrafficRun, output: Output) -> None:
        self._run = run
        self._output = output

    def __call__(self, seen: Recorded) -> None:
        """Judge an exchange."""
        breaches = self._run.take(seen)
        if self._output.verbose:
            from apps_contract.cli.traffic_end import tell_call  # noqa: PLC0415 -- only for this

            tell_call(self._run, seen, breaches)
        for finding in self._run.fresh():
            if self._output.quiet:
                continue
            from apps_contract.report.text import visible  # noqa: PLC0415 -- at the first finding

            where = f"{finding.exchanges[0].request.method} {finding.exchanges[0].request.target}"
            line = f"! {finding.breach.requirement} {finding.level.value} {finding.breach.title}  ({where})"
            click.echo(visible(line), err=True)


def _serve(run: TrafficRun, standing: Proxy, command: tuple[str, ...], stop: Event, output: Output) -> _Passed:
    """Stay up until the command, or a signal, ends it."""
    from apps_contract.cli.traffic_end import greet, interrupted, why_not_all  # noqa: PLC0415 -- as above

    environment = {"APPS_BASE_URL": standing.base_url, "APPS_TOKEN_URL": standing.token_url}
    if not command:
        greet([f"The proxy (edition {run.settings.edition}) stands before {standing.target}"], environment, output)
        wait(stop)
        return _Passed(standing.target)
    end = run_command(command, environment)
    click.echo(f"the command: {end.text}", err=True)
    named = f"{standing.target} and the client of {shlex.join(command)} ({end.text})"
    return _Passed(named, interrupted(end), why_not_all(end))


def _verdict(run: TrafficRun, standing: Proxy, passed: _Passed, output: Output) -> int:
    from apps_contract.cli.traffic_end import tell  # noqa: PLC0415 -- as above

    ended = run.ended(passed.named, standing.target, ended_early=passed.ended_early, why_not_all=passed.why_not_all)
    code = tell(run.settings, ended, output, others=run.others)
    if standing.error is not None:
        raise standing.error
    return code
