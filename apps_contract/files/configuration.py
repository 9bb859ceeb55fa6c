"""Reads the project's configuration: ``apps-contract.toml``, or ``[tool.apps-contract]`` in ``pyproject.toml``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from apps_contract.contract import EDITIONS, UnknownSchemaError, unknown_name_message
from apps_contract.files.errors import ConfigurationError
from apps_contract.files.schema_choice import schema_name

if TYPE_CHECKING:
    from pathlib import Path

    from apps_contract.contract import Edition

_OWN_FILE: Final = "apps-contract.toml"
_PROJECT_FILE: Final = "pyproject.toml"
_TABLE: Final = "apps-contract"
_KEYS: Final = {"edition": str, "level": str, "strict": bool, "schemas": dict}


@dataclass(frozen=True)
class Configuration:
    """What a configuration file says; None where it says nothing. ``patterns`` are relative to the folder ``base``."""

    edition: Edition | None = None
    level: str | None = None
    strict: bool | None = None
    patterns: tuple[tuple[str, str], ...] = ()
    base: str = ""


def find_configuration(folder: Path) -> Configuration:
    """Return the configuration of the nearest folder that has one, going upwards; raise ConfigurationError."""
    for parent in (folder, *folder.parents):
        own, project = parent / _OWN_FILE, parent / _PROJECT_FILE
        if _is_file(own):
            return read_configuration(own)
        if _is_file(project) and f"tool.{_TABLE}" in _text(project):
            return read_configuration(project)
    return Configuration()


def _is_file(file: Path) -> bool:
    return os.path.isfile(file)  # noqa: PTH113 -- says no where nothing may be looked at; pathlib raises


def read_configuration(file: Path) -> Configuration:
    """Return what a configuration file says; raise ConfigurationError."""
    import tomllib  # noqa: PLC0415 -- start-up: most runs have no configuration

    try:
        table = tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: {error}") from None
    if file.name == _PROJECT_FILE:
        table = table.get("tool", {}).get(_TABLE, {})
    return _checked(table, file)


def _checked(table: dict[str, Any], file: Path) -> Configuration:
    for key, value in table.items():
        if key not in _KEYS:
            raise ConfigurationError(f"{file}: {unknown_name_message('setting', key, _KEYS)}")
        if not isinstance(value, _KEYS[key]):
            raise ConfigurationError(f"{file}: {key} must be a {_KEYS[key].__name__}")
    edition = table.get("edition")
    if edition is not None and edition not in EDITIONS:
        raise ConfigurationError(f"{file}: {unknown_name_message('edition', edition, EDITIONS)}")
    level = table.get("level")
    if level is not None and level not in {"must", "should"}:
        raise ConfigurationError(f"{file}: {unknown_name_message('level', level, ['must', 'should'])}")
    for pattern, name in table.get("schemas", {}).items():
        if not isinstance(name, str):
            raise ConfigurationError(f"{file}: the schema of {pattern!r} must be a name")
    return Configuration(edition, level, table.get("strict"), tuple(table.get("schemas", {}).items()), str(file.parent))


def named_patterns(configuration: Configuration, edition: Edition) -> tuple[tuple[str, str], ...]:
    """Return the patterns with the schemas' own names in an edition; raise ConfigurationError."""
    try:
        return tuple((pattern, schema_name(name, edition)) for pattern, name in configuration.patterns)
    except UnknownSchemaError as error:
        raise ConfigurationError(f"{configuration.base}: [schemas]: {error}") from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: {error}") from None
