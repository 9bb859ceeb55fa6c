"""``apps-contract validate``: payload files against the contract's schemas."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from apps_contract import contract
from apps_contract.contract import DEFAULT_EDITION, EDITIONS, Edition, Level
from apps_contract.files.configuration import Configuration, find_configuration, named_patterns, read_configuration
from apps_contract.files.errors import ConfigurationError
from apps_contract.files.formats import FORMATS, Format
from apps_contract.files.outcome import Outcome
from apps_contract.files.output import OUTPUTS, writer
from apps_contract.files.rules import MEBIBYTE, Rules
from apps_contract.files.schema_choice import COMMON, schema_name

if TYPE_CHECKING:
    from apps_contract.files.tally import Tally

_EPILOG = """\b
Examples:
  apps-contract validate fixtures/
  apps-contract validate app.json --schema create --edition 2026 --strict
  apps-contract validate 'logs/**/*.ndjson' --schema app --workers 4
  zcat events.ndjson.gz | apps-contract validate - --schema app
  apps-contract validate traffic.har --format sarif --output report.sarif

\b
Exit codes: 0 valid, 1 violation, 2 wrong use, 3 could not judge, 4 our own error."""


class _WrongUse(click.ClickException):
    """Wrong use in one line, with exit code 2."""

    exit_code = 2


@click.command(epilog=_EPILOG)
@click.argument("files", nargs=-1, metavar="FILE|FOLDER|GLOB|-…")
@click.option("--schema", metavar="|".join(COMMON), help="What the payloads are. Default: as said above.")
@click.option("--edition", type=click.Choice(EDITIONS), envvar="APPS_EDITION", show_envvar=True, help="Default: 2023.")
@click.option("--strict/--no-strict", default=None, help="Members that the contract does not know are errors.")
@click.option(
    "--level", type=click.Choice(["must", "should"]), envvar="APPS_LEVEL", show_envvar=True, help="What fails."
)
@click.option(
    "--type", "format_name", type=click.Choice(FORMATS), help="The files' format. Default: by name or content."
)
@click.option("--format", "output_name", type=click.Choice(OUTPUTS), default="text", show_default=True)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--all", "every", is_flag=True, help="Every finding in full, not only the first of each kind.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes. Default: one, or one per core for much data.")
@click.option(
    "--max-bytes",
    type=click.IntRange(1),
    default=64 * MEBIBYTE,
    show_default=True,
    help="Refuse bigger documents and lines.",
)
@click.option("--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read this configuration.")
@click.option(
    "--editor-schemas",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write schemas for editors ($schema) to FOLDER/EDITION/, and judge nothing.",
)
@click.option("--color/--no-color", default=None, help="Default: on a terminal, unless NO_COLOR is set.")
def validate(  # noqa: PLR0913 -- one parameter for each option
    *,
    files: tuple[str, ...],
    schema: str | None,
    edition: Edition | None,
    strict: bool | None,
    level: str | None,
    format_name: Format | None,
    output_name: str,
    output: Path | None,
    every: bool,
    workers: int | None,
    max_bytes: int,
    config: Path | None,
    editor_schemas: Path | None,
    color: bool | None,
) -> int:
    """Judge payload files: JSON, JSON lines, YAML, TOML and HAR.

    Without --schema, a payload's $schema member tells what it is, then the configuration ([tool.apps-contract.schemas]
    in pyproject.toml, or [schemas] in apps-contract.toml: file-name pattern = schema), else it is guessed, and said so.
    """
    if not files and editor_schemas is None:
        raise click.UsageError("name a file, a folder, a pattern, or - for the standard input")
    from apps_contract.files.run import judge_files  # noqa: PLC0415 -- after wrong use has been told, quickly

    try:
        if editor_schemas is not None:
            return _write_editor_schemas(editor_schemas, edition or find_configuration(Path.cwd()).edition)
        rules = _rules(schema, edition, strict, level, max_bytes, every, config)
        started = time.time()
        tally, missing = judge_files(files, rules, format_name, workers)
    except (ConfigurationError, contract.UnknownSchemaError) as error:
        raise _WrongUse(str(error)) from None
    outcome = Outcome(rules, tally, tuple(missing), _is_coloured(color, output), started, time.time() - started)
    _put(writer(output_name)(outcome), output)
    if output is not None or output_name != "text":
        _tell_troubles(tally, missing)
    return outcome.exit_code


def _rules(  # noqa: PLR0913, PLR0917 -- what decides
    schema: str | None,
    edition: Edition | None,
    strict: bool | None,  # noqa: FBT001
    level: str | None,
    largest: int,
    every: bool,  # noqa: FBT001
    config: Path | None,
) -> Rules:
    """Join options and configuration: an option wins."""
    found: Configuration = read_configuration(config) if config else find_configuration(Path.cwd())
    chosen = edition or found.edition or DEFAULT_EDITION
    return Rules(
        edition=chosen,
        schema=schema_name(schema, chosen) if schema else None,
        strict=bool(found.strict) if strict is None else strict,
        level=Level((level or found.level or "must").upper()),
        patterns=named_patterns(found, chosen),
        base=found.base,
        largest=largest,
        every=every,
    )


def _write_editor_schemas(folder: Path, edition: Edition | None) -> int:
    from apps_contract.files.editor import write_editor_schemas  # noqa: PLC0415 -- start-up

    try:
        for file in write_editor_schemas(folder, edition or DEFAULT_EDITION):
            click.echo(file)
    except OSError as error:
        raise _WrongUse(f"cannot write below {folder}: {error.strerror}") from None
    return 0


def _is_coloured(color: bool | None, output: Path | None) -> bool:  # noqa: FBT001 -- unset, on or off
    if color is not None:
        return color
    return output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _put(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text.encode("utf-8", "backslashreplace"), nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise _WrongUse(f"cannot write {output}: {error.strerror}") from None


def _tell_troubles(tally: Tally, missing: list[str]) -> None:
    for line in [*missing, *(f"{file}: {reason}" for file, reason in tally.unreadable.items())][:20]:
        click.echo(f"apps-contract: {line}", err=True)
