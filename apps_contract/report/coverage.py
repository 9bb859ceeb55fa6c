"""What of a body was tried, in numbers: members by kinds of defect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS = (
    ("wrong type", ("type-",)),
    ("null", ("null", "type-null")),
    ("missing", ("missing", "no-", "both-")),
    ("not in enum", ("enum-", "foreign-")),
    ("range", ("above", "below", "far-above", "far-below", "wraps", "lowest", "highest", "zero-")),
    ("length", ("longest", "too-long", "far-too-long", "empty-text", "shortest")),
    ("unknown member", ("unknown-", "read-only")),
)
_OTHER = "allowed forms"
KINDS = (*(kind for kind, _ in _KINDS), _OTHER)


def coverage_document(tried: Mapping[str, Mapping[tuple[str, str], bool]]) -> list[dict[str, Any]]:
    """Return, for each operation with a body, how many (place, operator) pairs were tried, by member and kind."""
    return [_operation(name, pairs) for name, pairs in tried.items() if pairs]


def _operation(name: str, pairs: Mapping[tuple[str, str], bool]) -> dict[str, Any]:
    members: dict[str, dict[str, list[int]]] = {}
    for (location, operator), is_tried in pairs.items():
        member = location.partition(".")[0].partition("[")[0] or "the whole body"
        cell = members.setdefault(member, {}).setdefault(_kind(operator), [0, 0])
        cell[0] += is_tried
        cell[1] += 1
    return {"operation": name, "tried": sum(pairs.values()), "of": len(pairs), "members": members}


def _kind(operator: str) -> str:
    longest = [(len(start), kind) for kind, starts in _KINDS for start in starts if operator.startswith(start)]
    return max(longest)[1] if longest else _OTHER
