"""The outcome as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from apps_contract import __version__
from apps_contract.contract import requirement

if TYPE_CHECKING:
    from apps_contract.files.finding import Finding
    from apps_contract.files.outcome import Outcome

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(outcome: Outcome) -> str:
    """Return the text of the SARIF log."""
    findings = outcome.tally.findings
    ids = sorted({_rule_id(finding) for finding in findings})
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "apps-contract",
                "semanticVersion": __version__,
                "rules": [_rule(rule_id) for rule_id in ids],
            }
        },
        "results": [_result(finding, ids, outcome.tally.count_of(finding)) for finding in findings],
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not outcome.troubles,
                "exitCode": outcome.exit_code,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": trouble}} for trouble in outcome.troubles
                ],
            }
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True, indent=2) + "\n"


def _rule_id(finding: Finding) -> str:
    return finding.requirement or f"payload/{finding.rule.replace(' ', '-')}"


def _rule(rule_id: str) -> dict[str, Any]:
    if rule_id.startswith("payload/"):
        return {"id": rule_id, "shortDescription": {"text": rule_id.partition("/")[2]}}
    known = requirement(rule_id)
    return {"id": rule_id, "shortDescription": {"text": known.title}, "fullDescription": {"text": known.text}}


def _result(finding: Finding, ids: list[str], count: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.file)}}
    if finding.line is not None:
        physical["region"] = {"startLine": finding.line, "startColumn": finding.column or 1}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.path, "kind": "member"}]
    text = f"{finding.path}: {finding.message}" if finding.path else finding.message
    return {
        "ruleId": _rule_id(finding),
        "ruleIndex": ids.index(_rule_id(finding)),
        "level": finding.severity.value,
        "message": {"text": text},
        "locations": [location],
        "occurrenceCount": count,
    }


def _uri(file: str) -> str:
    relative = os.path.relpath(file) if os.path.isabs(file) else file  # noqa: PTH117 -- a name, no file is touched
    inside = relative if not relative.startswith("..") else file
    return quote(os.fsencode(inside.replace(os.sep, "/")))
