"""The JSON Schemas of each edition, each bundled into one self-contained document (contract section 4)."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any

from apps_contract._resources import folder
from apps_contract.contract.alternatives import with_alternatives
from apps_contract.contract.library import document, stems, unknown_name_message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apps_contract.contract.editions import Edition

BASE_ID = "https://apps-contract.invalid/schemas/"

# Answers that every edition shares and that no schema of an edition refers to.
_STANDALONE = ("error", "token")


class UnknownSchemaError(LookupError):
    """No schema of that name in that edition; the message names the nearest one."""

    def __init__(self, name: str, edition: Edition) -> None:
        self.name = name
        self.edition = edition
        super().__init__(unknown_name_message(f"schema of edition {edition}", name, schema_names(edition)))


def schema(name: str, edition: Edition, *, one_of: bool = False) -> dict[str, Any]:
    """Return the schema ``name`` of an edition as one draft-07 document whose references are all local.

    References to single members are written out, so that ranges and enums stand where they apply. With ``one_of`` the
    request entry is a choice of alternatives instead of a set of conditions; both allow the same. The caller owns the
    returned document. Raises UnknownSchemaError.
    """
    bundled = bundle(name, edition)
    return deepcopy(with_alternatives(bundled) if one_of else bundled)


def schema_file(name: str, edition: Edition) -> Path:
    """Return the path of the file that holds a schema, with its relative references. Raises UnknownSchemaError."""
    if not is_schema(name, edition):
        raise UnknownSchemaError(name, edition)
    return folder("schemas") / _path(name, edition)


def is_schema(name: str, edition: Edition) -> bool:
    """Tell whether an edition knows a schema, mostly without reading all of its schemas to find the shared ones."""
    return name in stems(edition) or name in _STANDALONE or name in schema_names(edition)


@cache
def schema_names(edition: Edition) -> tuple[str, ...]:
    """Return the names of all schemas that an edition knows, sorted: its own and the shared ones it refers to."""
    seen: set[str] = set()
    waiting = [_path(name, edition) for name in (*stems(edition), *_STANDALONE)]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        waiting += [_target(path, reference)[0] for reference in _references(document(path))]
    return tuple(sorted(path.rpartition("/")[2].removesuffix(".json") for path in seen))


@cache
def bundle(name: str, edition: Edition) -> dict[str, Any]:
    """Return what ``schema`` returns, but one document shared by all callers, who must not change it."""
    if not is_schema(name, edition):
        raise UnknownSchemaError(name, edition)
    path = _path(name, edition)
    definitions: dict[str, Any] = {}
    bundled = _localized(document(path), path, definitions)
    bundled["$id"] = f"{BASE_ID}bundled/{edition}/{name}.json"
    if definitions:
        bundled["definitions"] = dict(sorted(definitions.items()))
    return dict(bundled)


def _path(name: str, edition: Edition) -> str:
    return f"{edition if name in stems(edition) else 'shared'}/{name}.json"


def _target(path: str, reference: str) -> tuple[str, str]:
    """Split a reference that stands in the file ``path`` into the file it means and the pointer into that file."""
    file, _, pointer = reference.partition("#")
    return (normpath(join(dirname(path), file)) if file else path), pointer


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            yield reference
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _localized(node: Any, path: str, definitions: dict[str, Any]) -> Any:
    """Copy ``node`` of the file ``path`` with local references; what they point to is added to ``definitions``."""
    if isinstance(node, list):
        return [_localized(value, path, definitions) for value in node]
    if not isinstance(node, dict):
        return node
    if "$ref" not in node:
        return {key: _localized(value, path, definitions) for key, value in node.items()}
    target, pointer = _target(path, node["$ref"])
    if pointer:
        return _localized(_pointed(document(target), pointer), target, definitions)
    name = target.rpartition("/")[2].removesuffix(".json")
    if name not in definitions:
        definitions[name] = None  # taken, in case the file refers to itself
        body = {key: value for key, value in document(target).items() if key not in {"$schema", "$id"}}
        definitions[name] = _localized(body, target, definitions)
    return {"$ref": f"#/definitions/{name}"}


def _pointed(node: Any, pointer: str) -> Any:
    for part in pointer.removeprefix("/").split("/"):
        node = node[part]
    return node
