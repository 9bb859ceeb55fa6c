"""The fastest yes or no to many values at once: a first pass, whose yes counts and whose no is looked into.

``jsonschema-rs`` gets the entries of a request as alternatives, which it judges faster than conditions; a test proves
that both forms allow the same.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract import contract

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.contract import Edition

    AcceptMany = Callable[[list[Any]], bool]

WITH_RULES_BEYOND_THE_SCHEMA = {("create", "2026"), ("update", "2026")}


@cache
def accept_many(schema_name: str, edition: Edition, *, strict: bool) -> AcceptMany:
    """Return a function that says yes when every value keeps to the schema and breaks no rule, advice included.

    With ``strict``, members that the schema does not name are refused wherever they stand. It may raise ValueError,
    TypeError or RecursionError where it is in doubt.
    """
    keeps_schema = accept_many_by_schema(schema_name, edition, strict=strict)
    if (schema_name, edition) not in WITH_RULES_BEYOND_THE_SCHEMA:
        return keeps_schema

    def accept(values: list[Any]) -> bool:
        return keeps_schema(values) and not any(map(_may_break_a_rule, values))

    return accept


def accept_many_by_schema(schema_name: str, edition: Edition, *, strict: bool) -> AcceptMany:
    """Return the first pass by the schema alone."""
    import jsonschema_rs  # noqa: PLC0415 -- so that wrong use is told before anything heavy is loaded

    return jsonschema_rs.Draft7Validator(array_of(schema_name, edition, strict=strict)).is_valid


def array_of(schema_name: str, edition: Edition, *, strict: bool) -> dict[str, Any]:
    """Return the schema of an array whose elements keep to a schema; closed everywhere if ``strict``."""
    element = contract.schema(schema_name, edition, one_of=True)
    if strict:
        close(element)
    outer: dict[str, Any] = {key: element.pop(key) for key in ("$schema", "definitions") if key in element}
    del element["$id"]  # it would become the base of the references inside
    return {**outer, "type": "array", "items": element}


def close(schema: Any) -> None:
    """Forbid, in a schema of the contract, every member that it does not name."""
    if isinstance(schema, list):
        for item in schema:
            close(item)
    elif isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for key, item in schema.items():
            if key not in {"if", "examples", "enum", "default"}:
                close(item)


def _may_break_a_rule(request: dict[str, Any]) -> bool:
    """Tell whether a request of edition 2026 could break a rule that looks at several entries."""
    has_line = False
    for entry in request.get("channel_credentials", ()):
        if entry["channel"] == "LINE":
            if has_line:
                return True
            has_line = True
        elif entry.get("credential_ordinal_number"):
            return True
    return False
