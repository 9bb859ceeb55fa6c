"""The keywords of a schema that a payload breaks, as small typed data, by jsonschema-rs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from apps_contract.contract.compiled import compiled
from apps_contract.contract.schemas import bundle

if TYPE_CHECKING:
    from apps_contract.contract.editions import Edition
    from apps_contract.contract.violations import Location

# Deeper than any schema looks: below this, a container's content decides nothing.
_DEEPEST = 16

# Beyond every range of the contract; Python refuses to write integers of some thousand digits.
_HUGE = 1 << 1024


@dataclass(frozen=True)
class SchemaError:
    """One keyword that an instance breaks.

    ``place`` is the instance's location in the payload, ``trail`` the keyword's in the schema, and ``depth`` how far
    below the alternatives it is that it belongs to. ``branches`` holds, for anyOf and oneOf, the errors of each.
    """

    keyword: str
    allowed: Any
    schema: dict[str, Any]
    instance: Any
    place: Location
    trail: Location
    depth: int
    branches: tuple[tuple[SchemaError, ...], ...]


def schema_errors(payload: Any, schema_name: str, edition: Edition) -> list[SchemaError]:
    """Return every keyword of a schema that a payload breaks."""
    value = manageable(payload)
    try:
        found = list(compiled(schema_name, edition).iter_errors(value))
    except ValueError:  # lone surrogates, infinity
        from apps_contract.contract import schema_error_by_jsonschema  # noqa: PLC0415 -- takes 0.1 s to import

        return schema_error_by_jsonschema.schema_errors(payload, schema_name, edition)
    document = bundle(schema_name, edition)
    return [_converted(error, value, document, 0) for error in found]


def manageable(value: Any, depth: int = _DEEPEST) -> Any:
    """Copy a JSON value so that every library takes it: very deep containers emptied, huge integers cut down."""
    if isinstance(value, dict):
        return {key: manageable(item, depth - 1) for key, item in value.items()} if depth else {}
    if isinstance(value, list):
        return [manageable(item, depth - 1) for item in value] if depth else []
    if isinstance(value, int) and not -_HUGE < value < _HUGE:
        return _HUGE if value > 0 else -_HUGE
    return value


def _converted(error: jsonschema_rs.ValidationError, payload: Any, document: dict[str, Any], above: int) -> SchemaError:
    """Convert an error; ``above`` is how deep in the payload the alternatives are judged that it belongs to."""
    place = tuple(error.instance_path)
    instance = _at(place, payload)
    kind = error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.PropertyNames):
        instance = kind.error.instance  # the name
    *way, last = error.evaluation_path
    keyword = str(last)
    schema = _schema_at(way, document)
    return SchemaError(
        keyword=keyword,
        allowed=schema[keyword],
        schema=schema,
        instance=instance,
        place=place,
        trail=tuple(step for step in error.evaluation_path if step != "$ref"),
        depth=len(place) - above,
        branches=tuple(
            tuple(_converted(inner, payload, document, len(place)) for inner in branch)
            for branch in _branches(kind)
            if branch
        ),
    )


def _branches(kind: jsonschema_rs.ValidationErrorKind) -> list[list[jsonschema_rs.ValidationError]]:
    kinds = jsonschema_rs.ValidationErrorKind
    return kind.context if isinstance(kind, (kinds.AnyOf, kinds.OneOfNotValid)) else []


def _at(place: Location, value: Any) -> Any:
    for step in place:
        value = value[step]
    return value


def _schema_at(way: list[str | int], document: dict[str, Any]) -> dict[str, Any]:
    """Return the schema at the end of a way through a document, along its references."""
    node: Any = document
    for step in way:
        node = node[step]
        if step == "$ref":
            node = document["definitions"][node.rpartition("/")[2]]
    assert isinstance(node, dict)
    return node
