"""Says which requirement a violation breaks, and how binding that is (contract section 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apps_contract.contract.levels import Level
from apps_contract.contract.requirements import requirement

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.contract.editions import Edition
    from apps_contract.contract.violations import Location, Violation

_REQUEST_RULES = {
    "required": "SRV-INPUT-2",
    "type": "SRV-INPUT-3",
    "enum": "SRV-INPUT-4",
    "minimum": "SRV-INPUT-5",
    "maximum": "SRV-INPUT-5",
    "maxLength": "SRV-INPUT-5",
    "credentials": "SRV-INPUT-6",
    "foreign": "SRV-INPUT-6",
    "additionalProperties": "SRV-INPUT-7",
    "readOnly": "SRV-STATE-11",
}

# Answers that are not judged by SRV-SHAPE-1; no requirement is about the token answer.
_OTHER_ANSWERS = {"error": "SRV-SHAPE-3", "error_body": "SRV-SHAPE-3", "token": None}

# The clauses of SRV-INPUT-6, which differ in level.
_CREDENTIALS_CLAUSES = {"credentials": 0, "foreign": 1}


def is_request(schema_name: str) -> bool:
    """Tell whether a schema is about what clients send."""
    return schema_name in {"create", "update"} or schema_name.endswith("_request")


def bind(
    violation: Violation, schema_name: str, edition: Edition, rules_without: Callable[[Location], set[str]]
) -> Violation:
    """Return the violation with its requirement and level.

    ``rules_without`` tells what is wrong at a location once its member is taken away.
    """
    if not is_request(schema_name):
        broken = _OTHER_ANSWERS.get(schema_name, "SRV-SHAPE-1")
        return replace(violation, requirement=broken, level=Level.MUST if broken else None)
    if violation.rule == "type" and not violation.location:
        return replace(violation, requirement="SRV-INPUT-1", level=Level.MUST)
    level = _level(violation.rule, edition)
    if violation.found is None and violation.rule == "type" and isinstance(violation.location[-1], str):
        # A null may count as absent, so that refusing it is as binding as refusing its absence.
        without = rules_without(violation.location)
        level = min((_level(rule, edition) for rule in without), key=list(Level).index, default=Level.MAY)
    return replace(violation, requirement=_REQUEST_RULES[violation.rule], level=level)


def _level(rule: str, edition: Edition) -> Level:
    if rule in {"additionalProperties", "readOnly"}:
        return Level.MAY  # ignoring such a member conforms as well as refusing it
    if rule in _CREDENTIALS_CLAUSES:
        clause = requirement("SRV-INPUT-6").clauses[_CREDENTIALS_CLAUSES[rule]]
        return clause.level(edition) or Level.MAY
    return Level.MUST
