"""What is wrong with a request body, found in a bounded time and said without repeating anything of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apps_contract.contract import is_valid, validate

if TYPE_CHECKING:
    from apps_contract.contract import Edition, Violation

# Explaining an entry takes a thousand times longer than telling that it is wrong: more than this nobody reads anyway.
_MOST_ENTRIES = 5

_SENTENCES = {
    "required": "is required",
    "credentials": "is required for this channel",
    "foreign": "does not belong to this channel",
    "type": "must be of type {}",
    "enum": "must be one of {}",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "maxLength": "must have at most {} characters",
    "line_ordinals_unique": "is the ordinal number of another LINE entry too",
}


def find_violations(request: dict[str, Any], schema_name: str, edition: Edition) -> list[Violation]:
    """Return what is wrong with a body, in document order; of many wrong entries only the first few are looked at.

    An empty list means that the body is valid: what the contract gives as advice only is not held against it.
    """
    if is_valid(request, schema_name, edition):
        return []
    numbers, excerpt = _excerpt(request, edition)
    found = [violation for violation in validate(excerpt, schema_name, edition) if not violation.is_advice]
    return [_renumbered(violation, numbers) for violation in found] if numbers else found


def sentence(violation: Violation) -> str:
    """Say what is expected instead."""
    expected = violation.expected
    if isinstance(expected, list | tuple):
        expected = ", ".join(map(str, expected))
    return _SENTENCES.get(violation.rule, f"breaks the rule {violation.rule}").format(expected)


def _excerpt(request: dict[str, Any], edition: Edition) -> tuple[list[int], dict[str, Any]]:
    """Leave out entries that are not to be explained; return the numbers of the others (none: all) and what is left."""
    entries = request.get("channel_credentials")
    if not isinstance(entries, list) or len(entries) <= _MOST_ENTRIES:
        return [], request
    wrong = [number for number, entry in enumerate(entries) if not is_valid(entry, "credential_request", edition)]
    numbers = wrong[:_MOST_ENTRIES]
    return numbers, {**request, "channel_credentials": [entries[number] for number in numbers]} if numbers else request


def _renumbered(violation: Violation, numbers: list[int]) -> Violation:
    location = violation.location
    if len(location) > 1 and isinstance(location[1], int):
        location = (location[0], numbers[location[1]], *location[2:])
    return replace(violation, location=location)
