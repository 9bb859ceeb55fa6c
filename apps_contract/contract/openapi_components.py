"""The schemas of an edition as the components of an OpenAPI document, named by their titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.contract.schemas import schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.contract.editions import Edition


def component_schemas(names: Iterable[str], edition: Edition) -> dict[str, Any]:
    """Return the schemas of those names, and all that they refer to, by component name; request entries as oneOf."""
    bodies = list(names)
    found: dict[str, Any] = {}
    for name in bodies:
        document = schema(name, edition, one_of=True)
        found |= document.pop("definitions", {})
        found[name] = {key: value for key, value in document.items() if key not in {"$schema", "$id"}}
    for name in bodies:
        found[name].pop("examples")  # the examples of a body stand beside it, and mock servers would answer these first
    titles = {name: str(body["title"]) for name, body in found.items()}
    return {titles[name]: _retargeted(found[name], titles) for name in sorted(found, key=titles.__getitem__)}


def reference(name: str, edition: Edition) -> dict[str, str]:
    """Return a reference to the component of a schema."""
    return {"$ref": f"#/components/schemas/{schema(name, edition)['title']}"}


def _retargeted(node: Any, titles: dict[str, str]) -> Any:
    """Copy a schema with references to components instead of local definitions."""
    if isinstance(node, list):
        return [_retargeted(item, titles) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        return {"$ref": f"#/components/schemas/{titles[node['$ref'].rpartition('/')[2]]}"}
    return {key: _retargeted(value, titles) for key, value in node.items()}
