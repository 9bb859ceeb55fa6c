"""Says which requirement a violation breaks, and how binding that is (contract section 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apps_contract.contract.forms import credential_forms
from apps_contract.contract.levels import Level
from apps_contract.contract.requirements import requirement

if TYPE_CHECKING:
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

_ANSWERS = {"error": "SRV-SHAPE-3", "error_body": "SRV-SHAPE-3", "token": None}


def is_request(schema_name: str) -> bool:
    """Tell whether a schema is about what clients send."""
    return schema_name in {"create", "update"} or schema_name.endswith("_request")


def bind(violation: Violation, payload: Any, schema_name: str, edition: Edition) -> Violation:
    """Return the violation with its requirement and level."""
    if not is_request(schema_name):
        broken = _ANSWERS.get(schema_name, "SRV-SHAPE-1")
        return replace(violation, requirement=broken, level=Level.MUST if broken else None)
    if violation.rule == "type" and not violation.location:
        return replace(violation, requirement="SRV-INPUT-1", level=Level.MUST)
    level = _level(violation, payload, edition)
    return replace(violation, requirement=_REQUEST_RULES[violation.rule], level=level)


def _level(violation: Violation, payload: Any, edition: Edition) -> Level | None:
    match violation.rule:
        case "additionalProperties" | "readOnly":
            return Level.MAY  # ignoring such a member conforms as well as refusing it
        case "credentials":
            return _clause_level("SRV-INPUT-6", 0, edition)
        case "foreign":
            return _clause_level("SRV-INPUT-6", 1, edition)
        case _:
            return Level.MUST


def _clause_level(requirement_id: str, clause: int, edition: Edition) -> Level | None:
    return requirement(requirement_id).clauses[clause].level(edition)
