"""``fuzzing-commons.json``: a run in the report form of Web Fuzzing Commons, to be compared with fuzzers' results."""

from __future__ import annotations

from typing import Any

SCHEMA_VERSION = "0.12.1"
TEST_FILE = "report.json"


def fuzzing_commons(document: dict[str, Any]) -> dict[str, Any]:
    """Return the report document of a run in that form.

    A test case is a requirement; the faults are the findings on requirements that have a fault code. The statuses of an
    operation are those that all requirements saw together.
    """
    operations = {one["id"]: f"{one['method']}:{one['path']}" for one in document.get("operations", ())}
    faults = [_fault(finding, operations) for finding in document["findings"] if finding["fault_code"]]
    categories = {(one["faultCategories"][0]["code"], one["faultCategories"][0]["context"]) for one in faults}
    return {
        "schemaVersion": SCHEMA_VERSION,
        "toolName": document["tool"]["name"],
        "toolVersion": document["tool"]["version"],
        "creationTime": document["started"],
        "faults": {"totalNumber": len(categories), "foundFaults": faults},
        "problemDetails": {
            "rest": {
                "totalHttpCalls": document["requests"],
                "evaluatedHttpCalls": document["requests"],
                "endpointIds": list(operations.values()),
                "coveredHttpStatus": _covered(document, operations),
            }
        },
        "totalTests": len(document["requirements"]),
        "testFilePaths": [TEST_FILE],
        "testCases": [
            {"id": one["id"], "filePath": TEST_FILE, "name": one["title"], "startLine": 0, "endLine": 0}
            for one in document["requirements"]
        ],
        "executionTimeInSeconds": round(document["duration_s"]),
    }


def _fault(finding: dict[str, Any], operations: dict[str, str]) -> dict[str, Any]:
    operation = operations.get(finding.get("operation") or "")
    return {
        **({"operationId": operation} if operation else {}),
        "testCaseId": finding["requirement"],
        "faultCategories": [
            {"code": finding["fault_code"], "context": f"{finding['requirement']}: {finding['title']}"}
        ],
    }


def _covered(document: dict[str, Any], operations: dict[str, str]) -> list[dict[str, Any]]:
    covered = []
    for one in document.get("operations", ()):
        statuses = [int(status) for status in one["statuses"] if status.isdigit()]
        first = next((rule["id"] for rule in document["requirements"] if one["id"] in rule.get("operations", ())), None)
        if first:
            covered.append({"endpointId": operations[one["id"]], "testCaseId": first, "httpStatus": statuses})
    return covered
