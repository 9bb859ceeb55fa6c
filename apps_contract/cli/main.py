"""The command and its subcommands, each imported only when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from apps_contract import __version__
from apps_contract.cli.characters import spare_narrow_encodings

# Command → module and its click command there. Only what is typed is imported, so that small commands start at once.
COMMANDS = {
    "check": ("apps_contract.cli.check", "Judge a server: the suite against a URL or a Python application."),
    "judge": ("apps_contract.cli.judge", "Judge a client in any language: the client suite, or its own tests."),
    "proxy": ("apps_contract.cli.proxy", "Judge both sides of live traffic between a client and a server."),
    "validate": ("apps_contract.cli.validate", "Judge payload files: JSON, JSON lines, YAML, TOML, HAR."),
    "serve": ("apps_contract.cli.serve", "Run the reference server."),
    "mutants": ("apps_contract.cli.mutants", "The suite's own score against all seeded faults."),
    "schema": ("apps_contract.cli.schema", "The contract itself: schemas, OpenAPI, what changed between editions."),
    "explain": ("apps_contract.cli.explain", "What a requirement means, its usual cause, how it is tested."),
    "replay": ("apps_contract.cli.replay", "Repeat one finding of the last report."),
    "fuzz": ("apps_contract.cli.fuzz", "A fuzz campaign against a server, for minutes or for a night."),
    "report": ("apps_contract.cli.report", "Reports of earlier runs: every format, side by side, over time."),
    "baseline": ("apps_contract.cli.baseline", "Keep the file of known findings, for --baseline."),
    "compare": ("apps_contract.cli.compare", "What became better and worse between two runs."),
}

WELCOME = """\
apps-contract tells whether a server or a client keeps the contract of the Apps endpoints.

\b
Try it now, against the embedded reference server:
  apps-contract check
\b
A server, by its URL (a Python application also in process: --asgi, --wsgi):
  export APPS_PROJECT=… APPS_KEY_ID=… APPS_KEY_SECRET=…
  apps-contract check http://127.0.0.1:8080
  apps-contract fuzz http://127.0.0.1:8080 --budget 2m
\b
A client, by an adapter in any language, or by its own tests:
  apps-contract judge --adapter 'node adapter.mjs'
  apps-contract judge -- npm test
\b
Payload files:
  apps-contract validate payloads/
\b
What does a finding mean?
  apps-contract explain SRV-STATE-7     (the page: reports/latest/report.html)
\b
Complete commands and options by Tab (bash; zsh_source and fish_source likewise):
  eval "$(_APPS_CONTRACT_COMPLETE=bash_source apps-contract)"
"""


class LazyGroup(click.Group):
    """Imports a subcommand when it is called, and knows the others by their first line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all subcommands, in the order of use."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one subcommand; None for an unknown name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; an unknown name is answered with the nearest one."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415 - only for a typing error

            near = get_close_matches(name, COMMANDS, n=1)
            advice = f"did you mean {near[0]!r}?" if near else "apps-contract --help lists the commands"
            ctx.fail(f"no command {name!r}: {advice}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    help=WELCOME,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    no_args_is_help=False,
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="apps-contract")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Show what to do next when no command is given."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: list[str] | None = None) -> None:
    """Run the command and exit: 0 conforms, 1 violation, 2 wrong use, 3 could not test, 4 our own error."""
    spare_narrow_encodings()
    try:
        code: Any = group.main(arguments, prog_name="apps-contract", standalone_mode=False)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = 2
    except click.ClickException as error:
        click.echo(f"apps-contract: {_one_line(error)}", err=True)
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("apps-contract: interrupted", err=True)
        code = 3
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 3  # whoever read the output left before the verdict
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback reaches a user
        code = _own_error(error)
    sys.exit(code if isinstance(code, int) else 0)


def _one_line(error: click.ClickException) -> str:
    text = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    if context is not None and isinstance(error, click.UsageError):
        return f"{text} (see '{context.command_path} --help')"
    return text


def _own_error(error: Exception) -> int:
    """Say that the fault is ours, and where; the whole traceback only when asked for."""
    import traceback  # noqa: PLC0415 -- only for an error of ours

    if os.environ.get("APPS_CONTRACT_DEBUG"):
        traceback.print_exc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(last.filename)}:{last.lineno}"  # noqa: PTH119 - a name, no file is touched
    text = str(error).strip().splitlines()
    click.echo(
        f"apps-contract: our own error, not the target's: {type(error).__name__}: {text[0] if text else ''} ({where}); "
        "APPS_CONTRACT_DEBUG=1 shows more",
        err=True,
    )
    return 4
