"""The five operations (contract section 3), read from ``schemas/operations.json``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from apps_contract.contract.library import document, unknown_name_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apps_contract.contract.editions import Edition


class UnknownOperationError(LookupError):
    """No operation of that id or name; the message names the nearest one."""


@dataclass(frozen=True)
class Operation:
    """One operation: how it is called, which schemas its bodies keep to, and its documented statuses."""

    id: str
    name: str
    summary: str
    method: str
    path: str
    request_schema: str | None
    response_schema: str | None
    response_description: str
    statuses: tuple[int, ...]
    masks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)

    def mask_parameter(self, edition: Edition) -> str | None:
        """Return the name of the query parameter that names the fields to change, or None where there is none."""
        return str(self.masks[edition]["name"]) if self.masks else None

    def mask_is_repeated(self, edition: Edition) -> bool:
        """Tell whether the mask is given once per field, instead of as one comma-separated value."""
        return bool(self.masks) and self.masks[edition]["style"] == "repeated"


def _load() -> tuple[Operation, ...]:
    return tuple(
        Operation(
            **{name: entry[name] for name in ("id", "name", "summary", "method", "path")},
            **{name: entry[name] for name in ("request_schema", "response_schema", "response_description")},
            statuses=tuple(entry["statuses"]),
            masks=entry.get("mask_parameter", {}),
        )
        for entry in document("operations.json")["operations"]
    )


OPERATIONS: tuple[Operation, ...] = _load()


def operation(id_or_name: str) -> Operation:
    """Return the operation with that id (``App_GetApp``) or name (``get``); raise UnknownOperationError."""
    for candidate in OPERATIONS:
        if id_or_name in {candidate.id, candidate.name}:
            return candidate
    raise UnknownOperationError(unknown_name_message("operation", id_or_name, [known.id for known in OPERATIONS]))
