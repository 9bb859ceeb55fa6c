"""A run as a JSON value: what ``report.json`` holds, and what every other report is made from."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from apps_contract import __version__
from apps_contract.contract import requirement
from apps_contract.http.curl import curl_lines
from apps_contract.http.json_view import exchange_to_json

if TYPE_CHECKING:
    from apps_contract.run.events import RunEnded
    from apps_contract.run.findings import Finding
    from apps_contract.run.outcomes import Outcome

OUTCOMES = ("passed", "failed", "warned", "not_tested", "not_applicable")


def report_document(ended: RunEnded) -> dict[str, Any]:
    """Return the report of a run; it matches ``schemas/report.schema.json``. Every secret in it is masked already."""
    counts: Counter[str] = Counter(outcome.outcome for outcome in ended.outcomes)
    pace = ended.pace
    return {
        "tool": {"name": "apps-contract", "version": __version__},
        "contract": {"edition": ended.settings.edition, "side": "server"},
        "target": ended.target,
        "base_url": ended.base_url,
        "started": datetime.fromtimestamp(ended.started, UTC).isoformat(timespec="seconds"),
        "duration_s": round(ended.duration_s, 3),
        "requests": ended.requests,
        "statuses": dict(sorted(ended.statuses.items())),
        "rate_limited": {"answers": pace.limited, "waited_s": pace.waited_s} if pace else None,
        "seed": ended.settings.seed,
        "examples": ended.settings.examples,
        "level": ended.settings.level.value,
        "mode": ended.settings.mode,
        "exit_code": int(ended.exit_code),
        "ended_early": ended.ended_early or None,
        "summary": {name: counts.get(name, 0) for name in OUTCOMES},
        "requirements": [_requirement(outcome) for outcome in ended.outcomes],
        "findings": [finding_document(finding, ended.base_url) for finding in ended.findings],
        "left_overs": [{"project": entry.project_id, "app_id": entry.app_id} for entry in ended.left_overs],
    }


def finding_document(finding: Finding, base_url: str) -> dict[str, Any]:
    """Return one finding: what was expected and seen, every exchange, and how to repeat it."""
    breach = finding.breach
    rule = requirement(breach.requirement)
    return {
        "id": finding.id,
        "requirement": breach.requirement,
        "level": finding.level.value,
        "title": breach.title,
        "rule": rule.text,
        "expected": breach.expected,
        "actual": breach.actual,
        "path": breach.path or None,
        "fault_code": rule.fault_code,
        "flaky": finding.flaky,
        "also": list(finding.also),
        "test": finding.test,
        "case": finding.case or None,
        "exchanges": [exchange_to_json(exchange) for exchange in finding.exchanges],
        "curl": curl_lines(finding.exchanges, base_url, shows_made_up_credentials=True),
        "replay": f"apps-contract replay {finding.id}",
    }


def _requirement(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.requirement.id,
        "level": outcome.level.value,
        "title": outcome.requirement.title,
        "outcome": outcome.outcome,
        "reason": outcome.reason or None,
        "cases": outcome.cases,
        "duration_s": round(outcome.duration_s, 3),
        "findings": [finding.id for finding in outcome.findings],
    }
