"""Which format a file has: by its name, else by how its content begins."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Final, Literal, get_args

Format = Literal["json", "ndjson", "yaml", "toml", "har"]

FORMATS: Final[tuple[Format, ...]] = get_args(Format)

_BY_SUFFIX: Final[dict[str, Format]] = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".jsonlines": "ndjson",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".har": "har",
}


def format_by_name(name: str) -> Format | None:
    """Return the format that a file's name tells, or None."""
    return _BY_SUFFIX.get(PurePath(name).suffix.lower())


def format_by_content(beginning: bytes) -> Format:
    """Return ``ndjson`` if the first line is one JSON value and another line follows, else ``json``."""
    first, newline, rest = beginning.lstrip().partition(b"\n")
    if not newline or not rest.strip():
        return "json"
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return "json"
    return "ndjson"
