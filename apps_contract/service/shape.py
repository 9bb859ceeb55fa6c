"""What the schemas say about members: which a request may carry, which an answer shows, and their defaults."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract import schema

if TYPE_CHECKING:
    from apps_contract.contract import Edition

# Members by name; None stands for a value without members. The elements of an array have the array's shape.
Shape = dict[str, "Shape | None"]


@cache
def shape(schema_name: str, edition: Edition) -> Shape:
    """Return the members of an object that a schema knows, at every depth."""
    document = schema(schema_name, edition)
    return _shape(document, document) or {}


@cache
def defaults(edition: Edition) -> dict[str, Any]:
    """Return the members of an app that have a default; a small object's default holds those of its members."""
    document = schema("create", edition)
    found = {name: _default(part, document) for name, part in document["properties"].items()}
    return {name: value for name, value in found.items() if value is not None}


@cache
def entry_defaults(edition: Edition) -> dict[str, Any]:
    """Return the members of a channel's entry that have a default."""
    document = schema("credential_request", edition)
    found = {name: _default(part, document) for name, part in document["properties"].items()}
    return {name: value for name, value in found.items() if value is not None}


@cache
def read_only_defaults(edition: Edition) -> dict[str, Any]:
    """Return the read-only objects of an app as they stand at its beginning."""
    document = schema("app", edition)
    own = set(shape("create", edition))
    found = {name: _default(part, document) for name, part in document["properties"].items() if name not in own}
    return {name: value for name, value in found.items() if value is not None}


def _resolved(part: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = document["definitions"][part["$ref"].rpartition("/")[2]]
    return part


def _shape(part: dict[str, Any], document: dict[str, Any]) -> Shape | None:
    part = _resolved(part, document)
    if "items" in part:
        return _shape(part["items"], document)
    for choice in part.get("anyOf", ()):
        if (found := _shape(choice, document)) is not None:
            return found
    if "properties" not in part:
        return None
    return {name: _shape(member, document) for name, member in part["properties"].items()}


def _default(part: dict[str, Any], document: dict[str, Any]) -> Any:
    part = _resolved(part, document)
    if "default" in part:
        return part["default"]
    members = {name: _default(member, document) for name, member in part.get("properties", {}).items()}
    return {name: value for name, value in members.items() if value is not None} or None
