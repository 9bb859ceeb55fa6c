"""One difference between two editions, and whom it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from apps_contract.contract.words import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

Breaks = Literal["clients", "servers", "both", "none"]
Direction = Literal["request", "response", "requirement"]


class Kind(StrEnum):
    """What can happen to a place in a schema."""

    MEMBER_ADDED = "member added"
    REQUIRED_MEMBER_ADDED = "required member added"
    MEMBER_REMOVED = "member removed"
    REQUIRED_MEMBER_REMOVED = "required member removed"
    BECAME_REQUIRED = "became required"
    BECAME_OPTIONAL = "became optional"
    TYPE_CHANGED = "type changed"
    VALUE_ADDED = "value added"
    VALUE_REMOVED = "value removed"
    RANGE_WIDENED = "range widened"
    RANGE_NARROWED = "range narrowed"
    DEFAULT_CHANGED = "default changed"
    NULL_ALLOWED = "null allowed"
    NULL_FORBIDDEN = "null forbidden"
    CREDENTIALS_CHANGED = "credentials changed"
    CREDENTIALS_ADDED = "credentials choice added"
    CREDENTIALS_REMOVED = "credentials choice removed"
    RULE_ADDED = "rule added"
    RULE_REMOVED = "rule removed"
    PARAMETER_ADDED = "query parameter added"
    PARAMETER_REMOVED = "query parameter removed"
    PARAMETER_DOCUMENTED = "query parameter documented"
    LEVEL_RAISED = "level raised"
    LEVEL_LOWERED = "level lowered"


@dataclass(frozen=True)
class Change:
    """One difference.

    ``schemas`` names where it shows (``create``, ``update``, ``app`` …; the operation for a query parameter, the id
    for a requirement), ``path`` the place in them. ``breaks`` says who, having kept the old edition, fails against a
    partner that keeps the new one; ``reason`` says why in one sentence.
    """

    direction: Direction
    schemas: tuple[str, ...]
    path: str
    kind: Kind
    old: Any
    new: Any
    breaks: Breaks
    reason: str

    def __str__(self) -> str:
        old = "" if self.old is None else f" {_text(self.old)}"
        arrow = " →" if self.old is not None and self.new is not None else ""
        new = "" if self.new is None else f" {_text(self.new)}"
        return f"{self.path.rstrip('.')}: {self.kind}{old}{arrow}{new}"

    def to_json(self) -> dict[str, Any]:
        """Return the change as a JSON object."""
        return {**vars(self), "schemas": list(self.schemas), "kind": str(self.kind)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else quoted(value)


# Whom each kind of change breaks, by direction. A "client" here kept the old edition and meets a server of the new
# one; a "server" kept the old edition and meets clients of the new one.
REQUEST: Mapping[Kind, tuple[Breaks, str]] = {
    Kind.MEMBER_ADDED: (
        "servers",
        "new clients may send it, an old server does not know it; old clients never send it",
    ),
    Kind.REQUIRED_MEMBER_ADDED: ("both", "old clients do not send it, and an old server does not know it"),
    Kind.MEMBER_REMOVED: ("clients", "old clients may send it, and it is no longer a member"),
    Kind.REQUIRED_MEMBER_REMOVED: ("both", "old clients send it, and an old server asks for it"),
    Kind.BECAME_REQUIRED: ("clients", "old clients may leave it out, and a new server refuses that"),
    Kind.BECAME_OPTIONAL: ("servers", "new clients may leave it out, and an old server refuses that"),
    Kind.TYPE_CHANGED: ("both", "each side refuses what the other means"),
    Kind.VALUE_ADDED: ("servers", "new clients may send it, and an old server refuses it"),
    Kind.VALUE_REMOVED: ("clients", "old clients may send it, and a new server refuses it"),
    Kind.RANGE_WIDENED: ("servers", "new clients may send what an old server refuses"),
    Kind.RANGE_NARROWED: ("clients", "old clients may send what a new server refuses"),
    Kind.DEFAULT_CHANGED: ("both", "leaving it out now means something else"),
    Kind.NULL_ALLOWED: ("servers", "new clients may send null, and an old server refuses it"),
    Kind.NULL_FORBIDDEN: ("clients", "old clients may send null, and a new server refuses it"),
    Kind.CREDENTIALS_CHANGED: ("both", "old clients send the old object, and an old server asks for it"),
    Kind.CREDENTIALS_ADDED: ("servers", "new clients may send the new object, and an old server asks for the old one"),
    Kind.CREDENTIALS_REMOVED: ("clients", "old clients may send the old object, and a new server refuses it"),
    Kind.RULE_ADDED: ("clients", "old clients may break it, and a new server refuses that"),
    Kind.RULE_REMOVED: ("servers", "new clients may break it, and an old server refuses that"),
    Kind.PARAMETER_ADDED: ("servers", "new clients may send it, and an old server ignores it"),
    Kind.PARAMETER_REMOVED: ("clients", "old clients may send it, and a new server ignores it"),
    Kind.PARAMETER_DOCUMENTED: ("none", "it was accepted before"),
}

_TOLERANT = "a conforming client reads what it does not know (CLI-ANS-1)"

RESPONSE: Mapping[Kind, tuple[Breaks, str]] = {
    Kind.MEMBER_ADDED: ("none", f"{_TOLERANT}, and a server may leave it out"),
    Kind.REQUIRED_MEMBER_ADDED: ("servers", "an old server does not answer it"),
    Kind.MEMBER_REMOVED: ("none", "old clients cope with its absence, and an old server may still answer it"),
    Kind.REQUIRED_MEMBER_REMOVED: ("clients", "old clients rely on it"),
    Kind.BECAME_REQUIRED: ("servers", "an old server may leave it out"),
    Kind.BECAME_OPTIONAL: ("clients", "old clients rely on it"),
    Kind.TYPE_CHANGED: ("both", "each side reads or answers another type"),
    Kind.VALUE_ADDED: ("none", _TOLERANT),
    Kind.VALUE_REMOVED: ("servers", "an old server may still answer it"),
    Kind.RANGE_WIDENED: ("clients", "old clients rely on the old range"),
    Kind.RANGE_NARROWED: ("servers", "an old server may still answer what is now out of range"),
    Kind.DEFAULT_CHANGED: ("none", "the answer says the value"),
    Kind.NULL_ALLOWED: ("none", "a conforming client reads null for an optional object (CLI-ANS-1)"),
    Kind.NULL_FORBIDDEN: ("servers", "an old server may still answer null"),
    Kind.RULE_ADDED: ("servers", "an old server may still answer what breaks it"),
    Kind.RULE_REMOVED: ("clients", "old clients rely on it"),
}
