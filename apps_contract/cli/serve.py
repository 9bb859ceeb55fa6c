"""``apps-contract serve``: the reference server, with what to type to try it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, get_args

import click

from apps_contract.contract import DEFAULT_EDITION, EDITIONS
from apps_contract.http.authentication import KeyPair
from apps_contract.service.access_log import LogFormat, access_log
from apps_contract.service.app import DEMO_KEYS, create_app
from apps_contract.service.dialect import DEFAULT
from apps_contract.service.dialects import UnknownDialectError, dialect
from apps_contract.service.faults import UnknownFaultError, fault
from apps_contract.service.runner import ListenError, base_url, listen, run
from apps_contract.service.store import MEMORY, StoreError
from apps_contract.service.tokens import DEFAULT_LIFETIME_S
from apps_contract.service.welcome import welcome

if TYPE_CHECKING:
    from apps_contract.contract import Edition
    from apps_contract.service.dialect import Dialect
    from apps_contract.service.faults import Fault


_EPILOG = """\b
Examples:
  apps-contract serve
  apps-contract serve --edition 2026 --port 8700 --database apps.db
  apps-contract serve --dialect terse        (takes a freedom that the contract leaves)
  apps-contract serve --mutant mask-ignored  (breaks the contract in one way; mutants --list names all)"""


class _CannotServeError(click.ClickException):
    """The options are fine, but the place that they name is not: one line, exit 2."""

    exit_code = 2


def _read_keys(_ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]) -> tuple[KeyPair, ...]:
    keys = tuple(_read_key(text) for text in texts) or DEMO_KEYS
    if len({key.key_id for key in keys}) < len(keys):
        raise click.BadParameter("two keys have the same key id")
    return keys


def _read_key(text: str) -> KeyPair:
    """Read ``PROJECT:KEY_ID:SECRET``; the secret may hold further colons."""
    project_id, _, key = text.partition(":")
    key_id, _, key_secret = key.partition(":")
    if not (project_id and key_id and key_secret):
        raise click.BadParameter("a key is written as PROJECT:KEY_ID:SECRET")
    return KeyPair(project_id, key_id, key_secret)


def _find_dialect(_ctx: click.Context, _param: click.Parameter, name: str) -> Dialect:
    try:
        return dialect(name)
    except UnknownDialectError as error:
        raise click.BadParameter(str(error)) from None


def _find_fault(_ctx: click.Context, _param: click.Parameter, name: str | None) -> Fault | None:
    try:
        return None if name is None else fault(name)
    except UnknownFaultError as error:
        raise click.BadParameter(str(error)) from None


@click.command(epilog=_EPILOG)
@click.option("--edition", type=click.Choice(EDITIONS), default=DEFAULT_EDITION, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8700, show_default=True, help="0 takes a free port.")
@click.option("--database", default=MEMORY, show_default=True, metavar="FILE", help="SQLite file to keep the apps in.")
@click.option(
    "--key",
    "keys",
    multiple=True,
    callback=_read_keys,
    metavar="PROJECT:KEY_ID:SECRET",
    help="An access key; repeatable. Without one, two demo keys are known.",
)
@click.option(
    "--dialect",
    "chosen",
    default=DEFAULT.name,
    show_default=True,
    callback=_find_dialect,
    metavar="NAME",
    help="Which of the freedoms of the contract to take.",
)
@click.option("--mutant", callback=_find_fault, metavar="NAME", help="Break the contract in this one way.")
@click.option(
    "--token-lifetime",
    type=click.FloatRange(min=0, min_open=True),
    default=DEFAULT_LIFETIME_S,
    show_default=True,
    help="Seconds that an access token lives.",
)
@click.option("--log-format", type=click.Choice(get_args(LogFormat)), default="text", show_default=True)
def serve(  # noqa: PLR0913 -- one argument per option
    *,
    edition: Edition,
    host: str,
    port: int,
    database: str,
    keys: tuple[KeyPair, ...],
    chosen: Dialect,
    mutant: Fault | None,
    token_lifetime: float,
    log_format: LogFormat,
) -> None:
    """Run the reference server until SIGTERM or Ctrl-C.

    Each request is logged on standard error, without query, headers and bodies.
    """
    if mutant is not None and edition not in mutant.editions:
        raise click.UsageError(f"the mutant {mutant.name} exists in edition {' and '.join(mutant.editions)} only")
    try:
        listener = listen(host, port)
    except ListenError as error:
        raise _CannotServeError(str(error)) from None
    try:
        app = create_app(
            edition,
            database=database,
            keys=keys,
            dialect=chosen,
            fault=mutant,
            access_log=access_log(sys.stderr.write, log_format),
            token_lifetime_s=token_lifetime,
        )
    except StoreError as error:
        listener.close()
        raise _CannotServeError(str(error)) from None
    url = base_url(listener)

    def greet() -> None:
        click.echo(welcome(url, edition, keys))
        if mutant is not None:
            click.echo(f"Mutant {mutant.name}, which breaks {mutant.requirement}: {mutant.sentence}\n")
        sys.stdout.flush()

    run(app, listener, on_ready=greet)
