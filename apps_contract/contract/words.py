"""Says JSON values and what is expected of them in words for a person."""

from __future__ import annotations

import json
from typing import Any

from apps_contract.contract.library import nearest

_LONGEST = 60
_DEEPEST = 4
_HUGE = 10**_LONGEST
_TYPE_NAMES = {"array": "an array", "boolean": "true or false", "integer": "an integer", "null": "null"}


def quoted(value: Any) -> str:
    """Return the JSON text of a value, shortened when it is long or deep."""
    text = json.dumps(_pruned(value, _DEEPEST), ensure_ascii=False)
    printable = "".join(char if char.isprintable() else char.encode("unicode-escape").decode() for char in text)
    return printable if len(printable) <= _LONGEST else f"{printable[: _LONGEST - 1]}…"


def _pruned(value: Any, depth: int) -> Any:
    """Cut away what is too deep or too long to be shown, so that no value is too big to be written."""
    if isinstance(value, str):
        return value[:_LONGEST]
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < _HUGE else "…"
    if isinstance(value, (list, dict)) and depth == 0:
        return "…"
    if isinstance(value, list):
        return [_pruned(item, depth - 1) for item in value[:_LONGEST]]
    if isinstance(value, dict):
        return {key: _pruned(value[key], depth - 1) for key in list(value)[:_LONGEST]}
    return value


def kind(value: Any) -> str:
    """Return what a value is, with its text where that is short: ``the string "7"``, ``an object``."""
    if value is None or isinstance(value, bool):
        return quoted(value)
    if isinstance(value, str):
        return f"the string {quoted(value)}"
    if isinstance(value, (int, float)):
        return "a huge number" if abs(value) >= _HUGE else f"the number {quoted(value)}"
    return "an array" if isinstance(value, list) else "an object"


def type_name(name: str) -> str:
    """Return a JSON type's name with its article."""
    return _TYPE_NAMES.get(name, f"an {name}" if name[0] in "aeiou" else f"a {name}")


def choice(names: list[str]) -> str:
    """Join names as alternatives: ``a, b or c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def did_you_mean(found: Any, allowed: list[str]) -> str:
    """Return advice that names the nearest allowed value, empty where none is near."""
    meant = nearest(found, allowed) if isinstance(found, str) else None
    return f"; did you mean {quoted(meant)}?" if meant else ""


def limits(schema: dict[str, Any]) -> str:
    """Return the range that a number schema allows: ``from 1 to 3650``, ``at least 0``."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"from {low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}"
