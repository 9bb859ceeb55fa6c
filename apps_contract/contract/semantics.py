"""The rules that a schema cannot carry: they look at several entries of one request at once.

Each rule gets a request that already keeps to its schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.contract.levels import Level
from apps_contract.contract.violations import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract.editions import Edition

_LINE_MEMBERS = ("line_credentials", "line_enterprise_credentials")


def line_ordinals_unique(request: dict[str, Any]) -> Iterator[Violation]:
    """No two LINE entries have the same ordinal number, given or defaulted (contract section 4.3, SRV-INPUT-6)."""
    first_with: dict[int, int] = {}
    for index, entry in _line_entries(request):
        ordinal = entry.get("credential_ordinal_number", 0)
        first = first_with.setdefault(ordinal, index)
        if first != index:
            yield Violation(
                location=("channel_credentials", index, "credential_ordinal_number"),
                message=f"{ordinal} is the ordinal number of LINE entry {first} already; each LINE entry needs its own",
                rule="line_ordinals_unique",
                found=ordinal,
                requirement="SRV-INPUT-6",
                level=Level.SHOULD,
            )


def one_default_line(request: dict[str, Any]) -> Iterator[Violation]:
    """At most one LINE entry is the default one: advice, since the contract does not say what two would mean."""
    defaults = [
        (index, member)
        for index, entry in _line_entries(request)
        for member in _LINE_MEMBERS
        if entry.get(member, {}).get("is_default")
    ]
    for index, member in defaults[1:]:
        yield Violation(
            location=("channel_credentials", index, member, "is_default"),
            message=f"LINE entry {defaults[0][0]} is the default already; only one can be",
            rule="one_default_line",
            found=True,
        )


def ordinal_only_for_line(request: dict[str, Any]) -> Iterator[Violation]:
    """Only LINE uses other ordinal numbers than 0: advice, since the contract does not say that others are refused."""
    for index, entry in enumerate(request.get("channel_credentials", [])):
        ordinal = entry.get("credential_ordinal_number", 0)
        if entry["channel"] != "LINE" and ordinal != 0:
            yield Violation(
                location=("channel_credentials", index, "credential_ordinal_number"),
                message=f"found {ordinal}; only LINE entries use other ordinal numbers than 0",
                rule="ordinal_only_for_line",
                found=ordinal,
                expected=0,
            )


def _line_entries(request: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, entry in enumerate(request.get("channel_credentials", [])):
        if entry["channel"] == "LINE":
            yield index, entry


_RULES_OF_2026 = (line_ordinals_unique, one_default_line, ordinal_only_for_line)


def semantic_violations(payload: Any, schema_name: str, edition: Edition) -> Iterator[Violation]:
    """Yield what the semantic rules find in a payload that keeps to its schema."""
    if edition == "2026" and schema_name in {"create", "update"}:
        for rule in _RULES_OF_2026:
            yield from rule(payload)
