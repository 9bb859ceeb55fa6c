"""``report.sarif``: findings as SARIF 2.1.0, the form in which code hosts and editors take the results of analyses.

Rules are requirements; a result is a finding, recognised from run to run by its fingerprint.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from apps_contract.report.links import published_link

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "appsContract/v1"
_LEVELS = {"MUST": "error", "SHOULD": "warning", "MAY": "note"}


def sarif(document: dict[str, Any]) -> dict[str, Any]:
    """Return the report document of a run as a SARIF log."""
    rules = document["requirements"]
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    operations = {one["id"]: one for one in document.get("operations", ())}
    started = datetime.fromisoformat(document["started"])
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": document["tool"]["name"],
                        "version": document["tool"]["version"],
                        "rules": [_rule(rule, published_link(rule["id"], document)) for rule in rules],
                    }
                },
                "automationDetails": {"id": f"apps-contract/{document['contract']['edition']}/"},
                "invocations": [
                    {
                        "executionSuccessful": not document.get("ended_early") and document["exit_code"] in {0, 1},
                        "exitCode": document["exit_code"],
                        "startTimeUtc": _moment(started),
                        "endTimeUtc": _moment(started + timedelta(seconds=document["duration_s"])),
                    }
                ],
                "results": [
                    _result(finding, places[finding["requirement"]], operations) for finding in document["findings"]
                ],
                "columnKind": "unicodeCodePoints",
                "properties": {"target": document["target"], "seed": document["seed"]},
            }
        ],
    }


def _rule(rule: dict[str, Any], link: str | None) -> dict[str, Any]:
    text = rule.get("text") or rule["title"]
    cause, example = rule.get("usual_cause"), rule.get("example")
    help_text = [text, *([f"Usual cause: {cause}"] if cause else []), *([f"Broken by: {example}"] if example else [])]
    return {
        "id": rule["id"],
        "name": rule["id"],
        "shortDescription": {"text": rule["title"]},
        "fullDescription": {"text": text},
        "help": {
            "text": "\n\n".join([*help_text, f"More: apps-contract explain {rule['id']}"]),
            "markdown": "\n\n".join(
                [*help_text, f"More: `apps-contract explain {rule['id']}`{f', or [{link}]({link})' if link else ''}"]
            ),
        },
        **({"helpUri": link} if link else {}),
        "defaultConfiguration": {"level": _LEVELS[rule["level"]]},
        "properties": {"tags": [rule["level"], rule.get("group") or rule["id"].rpartition("-")[0]]},
    }


def _result(finding: dict[str, Any], place: int, operations: dict[str, Any]) -> dict[str, Any]:
    operation = operations.get(finding.get("operation") or "")
    path = operation["path"] if operation else "/"
    at = f"\nAt: {finding['path']}" if finding["path"] else ""
    last = finding["exchanges"][-1] if finding["exchanges"] else None
    known = finding.get("known")
    return {
        "ruleId": finding["requirement"],
        "ruleIndex": place,
        "level": _LEVELS[finding["level"]],
        "message": {
            "text": f"{finding['title']}.\nExpected: {finding['expected']}\nActual: {finding['actual']}{at}\n"
            f"Repeat: {finding['replay']}"
        },
        "locations": [
            {
                # A web service has no files: the path of the operation stands for one.
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(path.removeprefix("/") or "api", safe="/")},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [
                    {
                        "name": operation["name"] if operation else "none",
                        "fullyQualifiedName": operation["id"] if operation else finding["requirement"],
                        "kind": "function",
                    }
                ],
            }
        ],
        "partialFingerprints": {FINGERPRINT: finding["fingerprint"]} if "fingerprint" in finding else {},
        **({"webRequest": _request(last["request"])} if last else {}),
        **({"webResponse": _response(last["response"])} if last and last["response"] else {}),
        **({"suppressions": [{"kind": "external", "justification": known["reason"]}]} if known else {}),
        "properties": {
            "level": finding["level"],
            "flaky": finding["flaky"],
            "faultCode": finding["fault_code"],
            "curl": finding["curl"],
        },
    }


def _request(request: dict[str, Any]) -> dict[str, Any]:
    return {
        "protocol": "HTTP",
        "version": "1.1",
        "method": request["method"],
        "target": request["target"],
        "headers": dict(request["headers"]),
        "body": _content(request["raw"] or request["body"]),
    }


def _response(response: dict[str, Any]) -> dict[str, Any]:
    return {
        "protocol": "HTTP",
        "version": "1.1",
        "statusCode": response["status"],
        "reasonPhrase": response["reason"],
        "headers": dict(response["headers"]),
        "body": _content(response["body"]),
    }


def _content(body: dict[str, Any] | None) -> dict[str, str]:
    if not body:
        return {"text": ""}
    return {"text": body["text"]} if "text" in body else {"binary": body["base64"]}


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
