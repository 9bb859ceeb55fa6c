"""What the App schema of an edition documents: its members at every depth, and their defaults."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition

# Contract section 6, SRV-STATE-4: these may change by themselves.
VOLATILE_MEMBERS = frozenset({"rate_limits", "queue_stats"})
VOLATILE_ENTRY_MEMBERS = frozenset({"state", "channel_known_id"})

Tree = dict[str, Any]
"""A member's name to the tree of its own members; an empty tree for a simple value."""


@cache
def app_members(edition: Edition) -> Tree:
    """Return the documented members of an App, at every depth; those of an array's elements stand directly below it."""
    root = schema("app", edition)
    return _tree(root, root)


def stable(app: dict[str, Any], edition: Edition) -> dict[str, Any]:
    """Return what the contract lets a caller compare of an App: without volatile and without undocumented members."""
    kept: dict[str, Any] = _known(app, app_members(edition))
    for name in VOLATILE_MEMBERS:
        kept.pop(name, None)
    entries = kept.get("channel_credentials")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            for name in VOLATILE_ENTRY_MEMBERS:
                entry.pop(name, None)
    return kept


@cache
def default_of(member: str, inner: str | None, edition: Edition) -> Any:
    """Return the documented default of an App's member, or of ``inner`` within it; None where none is documented."""
    root = schema("app", edition)
    nodes = list(_nodes_of(root, root, member))
    if inner is not None:
        nodes = [deep for node in nodes for deep in _nodes_of(node, root, inner)]
    for node in nodes:
        for part in _parts(node, root):
            if "default" in part:
                return part["default"]
    return None


def _known(value: Any, tree: Tree) -> Any:
    if isinstance(value, dict) and tree:
        return {name: _known(inner, tree[name]) for name, inner in value.items() if name in tree}
    if isinstance(value, list):
        return [_known(inner, tree) for inner in value]
    return value


def _tree(node: dict[str, Any], root: dict[str, Any]) -> Tree:
    tree: Tree = {}
    for part in _parts(node, root):
        for name, inner in part.get("properties", {}).items():
            merged = tree.setdefault(name, {})
            merged.update({**_tree(inner, root), **merged} if isinstance(inner, dict) else {})
        if isinstance(part.get("items"), dict):
            tree.update(_tree(part["items"], root))
    return tree


def _nodes_of(node: dict[str, Any], root: dict[str, Any], member: str) -> Iterator[dict[str, Any]]:
    for part in _parts(node, root):
        inner = part.get("properties", {}).get(member)
        if isinstance(inner, dict):
            yield inner


def _parts(node: dict[str, Any], root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Walk a schema and every schema that applies at the same place: behind references, combinations and conditions."""
    yield node
    if "$ref" in node:
        yield from _parts(_resolve(node["$ref"], root), root)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in node.get(keyword, ()):
            yield from _parts(inner, root)
    for keyword in ("then", "else"):
        if isinstance(node.get(keyword), dict):
            yield from _parts(node[keyword], root)


def _resolve(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    node: Any = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        node = node[step.replace("~1", "/").replace("~0", "~")]
    assert isinstance(node, dict)
    return node
