"""A run as a JSON value: what ``report.json`` holds, and what every other report is made from."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from apps_contract import __version__
from apps_contract.contract import OPERATIONS, operation, requirement
from apps_contract.contract.library import document
from apps_contract.http.curl import curl_lines
from apps_contract.http.json_view import exchange_to_json
from apps_contract.report.coverage import coverage_document
from apps_contract.report.repeating import replay_line
from apps_contract.report.traffic import latency_document, operation_documents
from apps_contract.run.baseline import fingerprint
from apps_contract.run.findings import TRAFFIC
from apps_contract.run.options import recorded_options
from apps_contract.run.settings import Settings

if TYPE_CHECKING:
    from apps_contract.contract import Edition
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.events import RunEnded
    from apps_contract.run.findings import Finding
    from apps_contract.run.outcomes import Outcome

_OF_THE_CONNECTION = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "keep-alive", "accept-encoding", "expect"}
)
_OPERATION_WORD = re.compile(r"\b(list|create|get|delete|update)(?=s?\b)")

OUTCOMES = ("passed", "failed", "warned", "not_tested", "not_applicable")


def report_document(ended: RunEnded) -> dict[str, Any]:
    """Return the report of a run; it matches ``schemas/report.schema.json``. Every secret in it is masked already."""
    counts: Counter[str] = Counter(outcome.outcome for outcome in ended.outcomes)
    pace = ended.pace
    groups = {outcome.requirement.group for outcome in ended.outcomes}
    return {
        "tool": {"name": "apps-contract", "version": __version__},
        "contract": {"edition": ended.settings.edition, "side": _side(ended)},
        "kind": ended.kind,
        "target": ended.target,
        "base_url": ended.base_url,
        "started": datetime.fromtimestamp(ended.started, UTC).isoformat(timespec="milliseconds"),
        "duration_s": round(ended.duration_s, 3),
        "requests": ended.requests,
        "statuses": dict(sorted(ended.statuses.items())),
        "operations": operation_documents(ended.sent),
        "latency": latency_document(ended.sent),
        "coverage": coverage_document(ended.tried),
        "rate_limited": {"answers": pace.limited, "waited_s": pace.waited_s} if pace else None,
        "seed": ended.settings.seed,
        "examples": ended.settings.examples,
        "level": ended.settings.level.value,
        "mode": ended.settings.mode,
        "options": recorded_options(ended.settings),
        "exit_code": int(ended.exit_code),
        "ended_early": ended.ended_early or None,
        "summary": {name: counts.get(name, 0) for name in OUTCOMES},
        "groups": {group: name for group, name in document("requirements.json")["groups"].items() if group in groups},
        "requirements": [_requirement(outcome, ended.settings.edition) for outcome in ended.outcomes],
        "findings": [finding_document(finding, ended.base_url, ended.settings) for finding in ended.findings],
        "baseline": _baseline(ended),
        "docs_url": ended.settings.docs_url,
        "left_overs": [{"project": entry.project_id, "app_id": entry.app_id} for entry in ended.left_overs],
    }


def _side(ended: RunEnded) -> str:
    sides = {outcome.requirement.side for outcome in ended.outcomes} or {"server"}
    return sides.pop() if len(sides) == 1 else "both"


def finding_document(finding: Finding, base_url: str, settings: Settings | None = None) -> dict[str, Any]:
    """Return one finding: what was expected and seen, every exchange, and how to repeat it, as ``settings`` have it."""
    breach = finding.breach
    rule = requirement(breach.requirement)
    passed_by = finding.test == TRAFFIC
    sent = [_as_anybody_sends(exchange) for exchange in finding.exchanges] if passed_by else finding.exchanges
    curl = curl_lines(sent, base_url, shows_made_up_credentials=True)
    return {
        "id": finding.id,
        "fingerprint": fingerprint(finding),
        "requirement": breach.requirement,
        "level": finding.level.value,
        "title": breach.title,
        "rule": rule.text,
        "expected": breach.expected,
        "actual": breach.actual,
        "path": breach.path or None,
        "operation": _judged_operation(finding),
        "fault_code": rule.fault_code,
        "flaky": finding.flaky,
        "known": _known(finding),
        "also": list(finding.also),
        "test": finding.test,
        "case": finding.case or None,
        "seen_in": finding.seen_in or None,
        "fuzz": vars(finding.fuzzed) if finding.fuzzed else None,
        "exchanges": [exchange_to_json(exchange) for exchange in finding.exchanges],
        "curl": curl,
        "replay": replay_line(finding, settings or Settings(), curl),
    }


def _as_anybody_sends(exchange: Exchange) -> Exchange:
    """Return the exchange without what was about one connection: whoever repeats it has another."""
    kept = tuple(pair for pair in exchange.request.headers if pair[0].lower() not in _OF_THE_CONNECTION)
    return replace(exchange, request=replace(exchange.request, headers=kept))


def _known(finding: Finding) -> dict[str, Any] | None:
    known = finding.known
    if known is None:
        return None
    return {"reason": known.reason, "expires": known.expires.isoformat() if known.expires else None}


def _baseline(ended: RunEnded) -> dict[str, Any] | None:
    """Return what the baseline came to: how many findings it knew, and the entries that failed the run."""
    weighed = ended.baseline
    if weighed is None:
        return None
    return {
        "known": len(weighed.known),
        "stale": [entry.to_json() for entry in weighed.stale],
        "expired": [entry.to_json() for entry in weighed.expired],
    }


def _judged_operation(finding: Finding) -> str | None:
    """Return the operation that broke the rule: the one that the title blames, else the last of the finding's steps.

    Where no step reached an operation, as of a client that asked for a path of its own, the case says what was called.
    """
    steps = [exchange.operation for exchange in finding.exchanges if exchange.operation]
    if not steps:
        called = _OPERATION_WORD.findall(finding.case)
        return next((one.id for one in OPERATIONS if one.name in called), None)
    blamed = _OPERATION_WORD.findall(finding.breach.title)
    names = {operation(step).name: step for step in steps}
    return next((names[word] for word in blamed if word in names), steps[-1])


def _requirement(outcome: Outcome, edition: Edition) -> dict[str, Any]:
    rule = outcome.requirement
    return {
        "id": rule.id,
        "group": rule.group,
        "level": outcome.level.value,
        "title": rule.title,
        "text": rule.text,
        "clauses": [
            {"level": level.value, "text": clause.text} for clause in rule.clauses if (level := clause.level(edition))
        ],
        "source": rule.source,
        "usual_cause": rule.usual_cause,
        "example": rule.example,
        "outcome": outcome.outcome,
        "reason": outcome.reason or None,
        "cases": outcome.cases,
        "operations": dict(sorted(outcome.operations.items())),
        "duration_s": round(outcome.duration_s, 3),
        "findings": [finding.id for finding in outcome.findings],
    }
