"""The keywords of a schema that a payload breaks, as small typed data, by jsonschema-rs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from apps_contract.contract.compiled import compiled
from apps_contract.contract.editions import EDITIONS
from apps_contract.contract.schemas import bundle, schema_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract.editions import Edition
    from apps_contract.contract.violations import Location

# Deeper than any schema looks: below this, a container's content decides nothing.
_DEEPEST = 16

# So many elements of an array are looked at together, and so many members of an object.
_LONGEST = 100
_MOST_MEMBERS = 2000

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


def schema_errors(payload: Any, schema_name: str, edition: Edition, part: int = 0) -> list[SchemaError]:
    """Return every keyword of a schema that a payload breaks, in one of its ``parts``; places are those in the part."""
    value = manageable(payload, part)
    try:
        found = list(compiled(schema_name, edition).iter_errors(value))
    except ValueError:  # lone surrogates, infinity
        from apps_contract.contract import schema_error_by_jsonschema  # noqa: PLC0415 -- takes 0.1 s to import

        return schema_error_by_jsonschema.schema_errors(payload, schema_name, edition, part)
    document = bundle(schema_name, edition)
    return [_converted(error, value, document, 0) for error in found]


def parts(value: Any, depth: int = _DEEPEST) -> int:
    """Return in how many parts a JSON value is looked at: only very long arrays make more than one."""
    if not depth or not isinstance(value, (dict, list)):
        return 1
    own = -(-len(value) // _LONGEST) if isinstance(value, list) else 1
    items = value.values() if isinstance(value, dict) else value
    return max(own, 1, *(parts(item, depth - 1) for item in items if isinstance(item, (dict, list))))


def whole_place(place: Location, payload: Any, part: int) -> Location:
    """Return the location in a payload of what is at a place of one of its parts."""
    found: list[str | int] = []
    for step in place:
        if isinstance(step, int) and len(payload) > _LONGEST:
            step += part * _LONGEST  # noqa: PLW2901 -- the same step
        found.append(step)
        payload = payload.get(step) if isinstance(payload, dict) else payload[step]
    return tuple(found)


def manageable(value: Any, part: int = 0, depth: int = _DEEPEST) -> Any:
    """Copy a part of a JSON value so that every library takes it.

    Of long arrays it has some elements, of objects with very many members some of those that no schema names; very deep
    containers are emptied, huge integers cut down.
    """
    if isinstance(value, dict):
        members = value.items() if len(value) <= _MOST_MEMBERS else _some_members(value)
        return {key: manageable(item, part, depth - 1) for key, item in members} if depth else {}
    if isinstance(value, list):
        some = value[part * _LONGEST : (part + 1) * _LONGEST] if len(value) > _LONGEST else value
        return [manageable(item, part, depth - 1) for item in some] if depth else []
    if isinstance(value, int) and not -_HUGE < value < _HUGE:
        return _HUGE if value > 0 else -_HUGE
    return value


def _some_members(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    known = _names()
    for number, (name, item) in enumerate(value.items()):
        if number < _MOST_MEMBERS or name in known:
            yield name, item


@cache
def _names() -> frozenset[str]:
    """Return the names of all members that any schema of any edition knows."""
    found: set[str] = set()
    waiting: list[Any] = [bundle(name, edition) for edition in EDITIONS for name in schema_names(edition)]
    for node in waiting:
        if isinstance(node, dict):
            found.update(node.get("properties", ()))
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return frozenset(found)


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
