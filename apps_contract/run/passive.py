"""Judges requests that merely passed by: without an adapter nothing is known of what the client's caller got."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from apps_contract.checks.breach import Breach
from apps_contract.checks.client import patience
from apps_contract.checks.client import requests as rules
from apps_contract.http.redaction import Redactor
from apps_contract.run.events import RunEnded, Sent
from apps_contract.run.findings import Finding, Result
from apps_contract.run.outcomes import exit_code, numbered, outcomes
from apps_contract.run.suite import selected_requirements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from apps_contract.checks.client.record import Insight, Recorded
    from apps_contract.contract import Edition
    from apps_contract.run.settings import Settings

_MOST_IN_A_ROW = 5
_UNAUTHORIZED = 401
_WRITING = ("create", "update")

JUDGED = ("CLI-REQ-1", "CLI-REQ-2", "CLI-REQ-3", "CLI-REQ-4", "CLI-REQ-5", "CLI-REQ-6", "CLI-ANS-7")
_UNTOLD = "what the client's caller gets is not known without an adapter"


def judge_traffic(
    records: Sequence[Recorded], insight: Insight, settings: Settings, target: str, started: float
) -> RunEnded:
    """Return the verdict on traffic. Requirements that traffic alone says nothing about are not tested."""
    selected = selected_requirements(settings.requirements, "client")
    redactor = Redactor([insight.key, *insight.tokens], shows_made_up_credentials=True)
    results = []
    for requirement in selected:
        if requirement.id not in JUDGED:
            results.append(Result(requirement.id, "traffic", 0, not_tested=_UNTOLD))
            continue
        concerned = [seen for seen in records if _concerns(requirement.id, seen)]
        found: dict[str, Finding] = {}
        for seen in concerned:
            for breach in _breaches(requirement.id, seen, records, insight, settings.edition):
                level = breach.level_in(settings.edition)
                text = redactor.text(breach.actual)
                finding = Finding(replace(breach, actual=text), level, (redactor.exchange(seen.exchange),), "traffic")
                found.setdefault(breach.title, finding)
        missing = "" if concerned else "no request of this kind passed by"
        sent = Counter(seen.exchange.operation for seen in concerned if seen.exchange.operation)
        findings = tuple(found.values())
        results.append(
            Result(requirement.id, "traffic", len(concerned), findings, not_tested=missing, operations=dict(sent))
        )
    findings = numbered(results, selected)
    judged = outcomes(results, findings, selected, settings.edition, settings.level)
    exchanges = [seen.exchange for seen in records]
    statuses = Counter("no answer" if each.status is None else f"{each.status // 100}xx" for each in exchanges)
    return RunEnded(
        settings,
        target,
        "http://127.0.0.1:8700",
        started,
        time.time() - started,
        len(records),
        judged,
        findings,
        exit_code(judged, findings, settings.level, ended_early=False),
        statuses=dict(statuses),
        sent=tuple(Sent(each.operation, each.status, each.duration_s) for each in exchanges),
    )


def breaches_of(seen: Recorded, insight: Insight, edition: Edition) -> list[Breach]:
    """Return what one request breaks, for a live view."""
    return [breach for rule in JUDGED for breach in _breaches(rule, seen, (seen,), insight, edition)]


def breaches_on_record(seen: Recorded, edition: Edition) -> list[Breach | None]:
    """Return what a recorded request breaks, by the rules that need to know nothing of keys and tokens."""
    project_id = unquote(seen.exchange.request.target.split("/")[3])
    return [
        rules.path_is_documented(seen, project_id, []),
        rules.body_matches_schema(seen, edition),
        rules.body_is_json(seen),
        rules.accepts_json(seen),
    ]


def _concerns(requirement_id: str, seen: Recorded) -> bool:
    match requirement_id:
        case "CLI-REQ-2":
            return seen.operation in _WRITING
        case "CLI-REQ-6":
            return seen.endpoint == "token"
        case "CLI-ANS-7":
            return seen.exchange.status == _UNAUTHORIZED
    return seen.endpoint == "api"


def _breaches(
    requirement_id: str, seen: Recorded, records: Sequence[Recorded], insight: Insight, edition: Edition
) -> Iterator[Breach]:
    checks: dict[str, Sequence[Callable[[], Breach | None]]] = {
        "CLI-REQ-1": [lambda: rules.path_is_documented(seen, insight.key.project_id, [])],
        "CLI-REQ-2": [lambda: rules.body_matches_schema(seen, edition)],
        "CLI-REQ-3": [lambda: rules.body_is_json(seen)],
        "CLI-REQ-4": [lambda: rules.is_authenticated(seen, insight), lambda: rules.url_holds_no_secret(seen, insight)],
        "CLI-REQ-5": [lambda: rules.accepts_json(seen)],
        "CLI-REQ-6": [lambda: patience.token_request_is_right(seen, insight)],
        "CLI-ANS-7": [lambda: _loops_on_401(seen, records)],
    }
    for check in checks[requirement_id]:
        if (breach := check()) is not None:
            yield breach


def _loops_on_401(seen: Recorded, records: Sequence[Recorded]) -> Breach | None:
    """Count the same call in a row, each answered 401, up to this one."""
    request = seen.exchange.request
    row = 0
    for other in records:
        if other.endpoint == "token":
            continue
        same = other.exchange.request.target == request.target and other.exchange.request.method == request.method
        row = row + 1 if same and other.exchange.status == _UNAUTHORIZED else 0
        if other is seen:
            break
    if row <= _MOST_IN_A_ROW:
        return None
    return Breach(
        "CLI-ANS-7", "a lasting 401 leads to an unbounded number of requests", "at most 5 calls", f"{row} calls"
    )
