"""The outcome as one JSON document, its findings with the members that the reports of other commands have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apps_contract import __version__
from apps_contract.contract import UnknownRequirementError, requirement
from apps_contract.files.finding import Severity

if TYPE_CHECKING:
    from apps_contract.files.finding import Finding
    from apps_contract.files.outcome import Outcome


def write(outcome: Outcome) -> str:
    """Return the text of the document."""
    return json.dumps(document(outcome), ensure_ascii=True, indent=2) + "\n"


def document(outcome: Outcome) -> dict[str, Any]:
    """Return the document as a JSON value."""
    tally = outcome.tally
    return {
        "tool": {"name": "apps-contract", "version": __version__},
        "contract": {"edition": outcome.rules.edition},
        "level": outcome.rules.level.value,
        "strict": outcome.rules.strict,
        "duration_s": round(outcome.duration_s, 3),
        "exit_code": outcome.exit_code,
        "summary": {
            "files": len(tally.files),
            "payloads": tally.payloads,
            "without_findings": tally.payloads - tally.with_findings,
            "invalid": tally.invalid,
            "unexplained": tally.unexplained,
            "not_judged": tally.undecided_payloads,
            "passed_over": tally.passed_over,
            **{f"{severity}s": tally.severities[severity] for severity in Severity},
        },
        "schemas": [
            {"schema": choice.schema, "edition": choice.edition, "chosen_by": choice.how, "payloads": count}
            for choice, count in sorted(tally.choices.items(), key=lambda item: -item[1])
        ],
        "not_judged": outcome.troubles,
        "findings": [
            finding_document(finding, number, tally.count_of(finding))
            for number, finding in enumerate(tally.findings, 1)
        ],
    }


def finding_document(finding: Finding, number: int, count: int) -> dict[str, Any]:
    """Return one finding; ``count`` says how many like it there are."""
    return {
        "id": f"f{number}",
        "requirement": finding.requirement,
        "level": finding.level.value if finding.level else None,
        "severity": finding.severity.value,
        "title": finding.message,
        "rule": finding.rule,
        "expected": finding.expected or None,
        "actual": finding.found or None,
        "path": finding.path or None,
        "fault_code": _fault_code(finding),
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "schema": finding.schema,
        "edition": finding.edition,
        "count": count,
    }


def _fault_code(finding: Finding) -> int | None:
    try:
        return requirement(finding.requirement).fault_code if finding.requirement else None
    except UnknownRequirementError:
        return None
