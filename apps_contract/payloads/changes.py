"""Updates in which every value differs from what an app holds: a member that should change, or should not, shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.payloads.shapes import Shape, request_shape
from apps_contract.payloads.valid import all_entries, setting, settings

if TYPE_CHECKING:
    from apps_contract.contract import Edition


def changed_update(edition: Edition, app: dict[str, Any], display_name: str, tag: str = "changed") -> dict[str, Any]:
    """Return a valid update of every member of ``app`` (as an answer shows it) to another value than it has."""
    shape = request_shape("update", edition)
    changed = {
        name: _other(shape.members[name], app.get(name), setting(edition, "update", name, tag))
        for name in settings(edition, "update")
    }
    return {"display_name": display_name, "channel_credentials": all_entries(edition, tag=tag), **changed}


def _other(shape: Shape, current: Any, example: Any) -> Any:
    """Return a value of the shape that is not ``current``; ``example`` is one value to choose from."""
    if isinstance(example, dict):
        inner = current if isinstance(current, dict) else {}
        return {name: _other(shape.members[name], inner.get(name), value) for name, value in example.items()}
    if example != current:
        return example
    if isinstance(example, bool):
        return not example
    if isinstance(example, int):
        return example + 1 if shape.maximum is None or example < shape.maximum else example - 1
    if shape.enum:
        return next((word for word in shape.enum if word != current), example)
    return f"{example}-changed"
