"""``fuzzing-commons.json``: a run in the report form of Web Fuzzing Commons, to be compared with fuzzers' results."""

from __future__ import annotations

from typing import Any

SCHEMA_VERSION = "0.12.1"
TEST_FILE = "report.json"

# Fault code of report.json → category of this version of the standard, which has counted anew since.
_CATEGORIES = {
    100: ("HTTP_STATUS_500", 100),
    101: ("SCHEMA_INVALID_RESPONSE", 200),
    102: ("SCHEMA_VALIDATION_BYPASS", 206),
    103: ("HTTP_NONWORKING_DELETE", 113),
    104: ("HTTP_SIDE_EFFECTS_FAILED_MODIFICATION", 114),
    203: ("SECURITY_MASS_ASSIGNMENT", 303),
    204: ("SECURITY_EXISTENCE_LEAKAGE", 304),
    206: ("SECURITY_INCONSISTENT_WRITE_AUTHORIZATION", 306),
    207: ("SECURITY_IGNORE_ANONYMOUS", 307),
    209: ("SECURITY_LEAKED_STACK_TRACES", 309),
}


def fuzzing_commons(document: dict[str, Any]) -> dict[str, Any]:
    """Return the report document of a run in that form.

    A test case is a requirement; the faults are the findings on one operation whose requirement has a fault code. The
    statuses of an operation are those that all requirements saw together.
    """
    operations = {one["id"]: f"{one['method']}:{one['path']}" for one in document.get("operations", ())}
    faults = [
        _fault(finding, operations[finding["operation"]])
        for finding in document["findings"]
        if finding["fault_code"] in _CATEGORIES and finding.get("operation") in operations
    ]
    categories = {(one["faultCategories"][0]["code"], one["faultCategories"][0]["context"]) for one in faults}
    return {
        "schemaVersion": SCHEMA_VERSION,
        "toolName": document["tool"]["name"],
        "toolVersion": document["tool"]["version"],
        "creationTime": document["started"],
        "faults": {"totalNumber": len(categories), "foundFaults": faults},
        "problemDetails": {
            "rest": {
                "outputHttpCalls": sum(len(finding["exchanges"]) for finding in document["findings"]),
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


def _fault(finding: dict[str, Any], operation: str) -> dict[str, Any]:
    category, code = _CATEGORIES[finding["fault_code"]]
    context = f"{finding['requirement']}: {finding['title']}"
    return {
        "operationId": operation,
        "testCaseId": finding["requirement"],
        "faultCategories": [{"id": category, "code": code, "context": context}],
    }


def _covered(document: dict[str, Any], operations: dict[str, str]) -> list[dict[str, Any]]:
    covered = []
    for one in document.get("operations", ()):
        statuses = [int(status) for status in one["statuses"] if status.isdigit()]
        first = next((rule["id"] for rule in document["requirements"] if one["id"] in rule.get("operations", ())), None)
        if first:
            covered.append({"endpointId": operations[one["id"]], "testCaseId": first, "httpStatus": statuses})
    return covered
