"""The entry of a request written as alternatives (oneOf) instead of conditions: what generators and OpenAPI tools read.

Both forms allow the same entries. This one is derived, so that the table of channels is written once.
"""

from __future__ import annotations

from typing import Any

ENTRY = "credential_request"


def entry_alternatives(entry: dict[str, Any], definitions: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the alternatives of a request entry by name, each a closed object without conditions.

    ``entry`` is the bundled schema of the entry in its conditional form, ``definitions`` what its references point to.
    """
    alternatives: dict[str, dict[str, Any]] = {}
    for condition in entry["allOf"]:
        channels = condition["if"]["properties"]["channel"]
        then = condition["then"]
        members = [choice["required"][0] for choice in then.get("oneOf", [then])]
        for member in members:
            allowed = [name for name in then["propertyNames"]["enum"] if name == member or name not in members]
            target = definitions[entry["properties"][member]["$ref"].rpartition("/")[2]]
            alternatives[f"{member}_entry"] = {
                "title": f"{target['title'].removesuffix('Request')}Entry",
                "description": f"An entry that carries {member}.",
                "type": "object",
                "required": [*entry["required"], member],
                "properties": {**{name: entry["properties"][name] for name in allowed}, "channel": _named(channels)},
                "additionalProperties": False,
            }
    return alternatives


def with_alternatives(document: dict[str, Any]) -> dict[str, Any]:
    """Return a bundled schema with its request entry, wherever it stands, as a choice of alternatives."""
    definitions = dict(document.get("definitions", {}))
    is_entry = str(document.get("$id", "")).endswith(f"/{ENTRY}.json")
    entry = document if is_entry else definitions.get(ENTRY)
    if entry is None:
        return document
    alternatives = entry_alternatives(entry, definitions)
    choice = {key: entry[key] for key in ("$schema", "$id", "title", "description", "examples") if key in entry}
    choice["oneOf"] = [{"$ref": f"#/definitions/{name}"} for name in alternatives]
    definitions |= alternatives
    if is_entry:
        return {**choice, "definitions": definitions}
    definitions[ENTRY] = choice
    return {**document, "definitions": definitions}


def _named(channels: dict[str, Any]) -> dict[str, Any]:
    return {"description": "The channel of the entry.", "type": "string", **channels}
