"""Reads TOML files as the JSON values they stand for; TOML's parser tells no lines but in its errors."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

from apps_contract.files.errors import DocumentError
from apps_contract.files.json_reader import MAX_DEPTH, integer
from apps_contract.files.parsing import decoded

_PLACE = re.compile(r"^(.*) \(at line (\d+), column (\d+)\)$", re.DOTALL)
_HINTS = {
    "Invalid value": "; text stands in quotes",
    "Cannot overwrite a value": "; the same name stands there already",
}


def read_toml(data: bytes) -> Any:
    """Return the value of a TOML file, dates and times as text; raise DocumentError."""
    text = decoded(data, "TOML")
    try:
        return _plain(tomllib.loads(text, parse_float=_float))
    except RecursionError:
        raise DocumentError(f"is nested deeper than {MAX_DEPTH} levels", "deep nesting") from None
    except ValueError as error:
        found = _PLACE.match(str(error))
        place = (int(found[2]), int(found[3])) if found else (None, None)
        problem = found[1] if found else str(error)
        raise DocumentError(
            f"is no TOML: {problem[:1].lower()}{problem[1:]}{_HINTS.get(problem, '')}", "syntax", *place
        ) from None


def _float(text: str) -> float:
    value = float(text)
    if value - value != 0:
        raise ValueError(f"{text} is no JSON value")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return integer(str(value))
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value
