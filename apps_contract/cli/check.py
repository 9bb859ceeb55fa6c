"""``apps-contract check``: the server suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from apps_contract.cli.errors import ends_like_ctrl_c, one_line_errors
from apps_contract.cli.options import output_options, run_options
from apps_contract.run.options import settings_of

if TYPE_CHECKING:
    from apps_contract.cli.options import Output

_EPILOG = """\b
Examples:
  apps-contract check
  apps-contract check http://127.0.0.1:8080 --edition 2026
  apps-contract check --asgi mymodule:app --requirement SRV-STATE
  APPS_KEY_SECRET=… apps-contract check https://api.test --project p --key-id k

\b
Exit codes: 0 conforms, 1 violation, 2 wrong use, 3 could not test, 4 our own error."""


@click.command(epilog=_EPILOG)
@click.argument("url", required=False)
@run_options
@output_options
def check(url: str | None, *, output: Output, **values: Any) -> int:
    """Judge a server by the contract of the Apps endpoints.

    URL is the server's base URL (or APPS_TARGET). Without one, the embedded reference server is judged.
    """
    with one_line_errors(), ends_like_ctrl_c():
        settings = settings_of(url, values.get)
        from apps_contract.cli.listeners import listeners  # noqa: PLC0415 - after wrong use has been told, quickly
        from apps_contract.run.runner import run_suite  # noqa: PLC0415

        with listeners(settings, output) as listening:
            return int(run_suite(settings, listening).exit_code)
