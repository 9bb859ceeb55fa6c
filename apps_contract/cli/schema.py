"""``apps-contract schema``: the contract itself, for people and for other tools (design section 2.1)."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from apps_contract import contract
from apps_contract.contract import DEFAULT_EDITION, EDITIONS, Edition, UnknownSchemaError

if TYPE_CHECKING:
    from apps_contract.contract.change import Change

_EDITION = click.Choice(EDITIONS)

_edition_option = click.option(
    "--edition",
    type=_EDITION,
    default=DEFAULT_EDITION,
    show_default=True,
    envvar="APPS_EDITION",
    show_envvar=True,
    help="The documented state of the API.",
)

_format_option = click.option(
    "--format", "output_format", type=click.Choice(["text", "json"]), default="text", show_default=True
)

_output_option = click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of the terminal.",
)


_EPILOG = """\b
Examples:
  apps-contract schema list --edition 2026
  apps-contract schema show update
  apps-contract schema bundle create --edition 2026 --output create.json
  apps-contract schema openapi --edition 2023
  apps-contract schema diff 2023 2026"""


class _WrongUse(click.ClickException):
    """Wrong use in one line, with exit code 2."""

    exit_code = 2


@click.group(epilog=_EPILOG)
def schema() -> None:
    """Show the contract: schemas, an OpenAPI document, what changed between editions."""


@schema.command(name="list")
@_edition_option
@_format_option
def list_schemas(edition: Edition, output_format: str) -> None:
    """List the schemas of an edition."""
    found = [(name, contract.schema(name, edition)) for name in contract.schema_names(edition)]
    if output_format == "json":
        rows = [{"name": name, "title": body["title"], "description": body["description"]} for name, body in found]
        _print_json({"edition": edition, "schemas": rows})
        return
    width = max(len(name) for name, _ in found)
    for name, body in found:
        click.echo(f"{name:{width}}  {body['description']}")


@schema.command()
@click.argument("name")
@_edition_option
def show(name: str, edition: Edition) -> None:
    """Print the file of one schema, with its relative references."""
    try:
        click.echo(contract.schema_file(name, edition).read_text(encoding="utf-8"), nl=False)
    except UnknownSchemaError as error:
        raise _WrongUse(str(error)) from None


@schema.command()
@click.argument("name")
@_edition_option
@click.option("--one-of", is_flag=True, help="Write the request entry as alternatives instead of conditions.")
@_output_option
def bundle(name: str, edition: Edition, *, one_of: bool, output: Path | None) -> None:
    """Print one schema with all that it refers to, as one document."""
    try:
        _print_json(contract.schema(name, edition, one_of=one_of), output)
    except UnknownSchemaError as error:
        raise _WrongUse(str(error)) from None


@schema.command()
@_edition_option
@_output_option
def openapi(edition: Edition, output: Path | None) -> None:
    """Print an OpenAPI 3.1 document of an edition."""
    from apps_contract.contract.openapi import openapi_document  # noqa: PLC0415 -- only this command needs it

    _print_json(openapi_document(edition), output)


@schema.command()
@click.argument("old", type=_EDITION, metavar="OLD")
@click.argument("new", type=_EDITION, metavar="NEW")
@_format_option
def diff(old: Edition, new: Edition, output_format: str) -> None:
    """Name each change between two editions and whom it breaks."""
    from apps_contract.contract.diff import differences  # noqa: PLC0415 -- only this command needs it

    changes = differences(old, new)
    if output_format == "json":
        _print_json({"old": old, "new": new, "changes": [change.to_json() for change in changes]})
        return
    for (direction, schemas), rows in groupby(changes, key=lambda change: (change.direction, change.schemas)):
        click.echo(f"{direction} {', '.join(schemas)}")
        for change in rows:
            click.echo(f"  {change}\n      breaks {change.breaks}: {change.reason}")
    click.echo(_counts(changes, old, new))


def _counts(changes: list[Change], old: Edition, new: Edition) -> str:
    from apps_contract.contract.change import Breaks  # noqa: PLC0415 -- only diff needs it

    counts = {who: sum(change.breaks == who for change in changes) for who in get_args(Breaks)}
    return f"{len(changes)} changes from {old} to {new}; they break " + ", ".join(
        f"{who}: {count}" for who, count in counts.items()
    )


def _print_json(value: Any, output: Path | None = None) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    if output is None:
        click.echo(text)
        return
    try:
        output.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise _WrongUse(f"cannot write {output}: {error.strerror}") from None
