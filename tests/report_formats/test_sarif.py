import copy

import jsonschema
import pytest

from apps_contract.report.sarif import FINGERPRINT, sarif

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
BODY = {"type": "object", "properties": {"text": {"type": "string"}, "binary": {"type": "string"}}, "minProperties": 1}
STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}

# SARIF 2.1.0, sections 3.13 to 3.49: what binds the parts that we write. The whole published schema accepts them too.
SCHEMA = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": {"properties": {"level": LEVEL}},
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "invocations": {
                        "items": {
                            "required": ["executionSuccessful"],
                            "properties": {
                                "startTimeUtc": MOMENT,
                                "endTimeUtc": MOMENT,
                                "exitCode": {"type": "integer"},
                            },
                        }
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "properties": {
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": LEVEL,
                                "message": TEXT,
                                "partialFingerprints": STRINGS,
                                "webRequest": {"properties": {"headers": STRINGS, "body": BODY}},
                                "webResponse": {
                                    "properties": {"headers": STRINGS, "body": BODY, "statusCode": {"type": "integer"}}
                                },
                                "suppressions": {"items": {"properties": {"kind": {"enum": ["inSource", "external"]}}}},
                                "locations": {
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {
                                                            "uri": {"type": "string", "pattern": r"^[A-Za-z0-9/_.%-]+$"}
                                                        }
                                                    },
                                                    "region": {
                                                        "properties": {"startLine": {"type": "integer", "minimum": 1}}
                                                    },
                                                }
                                            }
                                        }
                                    }
                                },
                            },
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                },
            },
        },
    },
}


@pytest.fixture
def log(document):
    return sarif(document)


def test_the_log_keeps_to_the_standard(log, clean_document):
    jsonschema.validate(log, SCHEMA)
    jsonschema.validate(sarif(clean_document), SCHEMA)


def test_every_result_points_to_its_rule_which_has_help(log, document):
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [requirement["id"] for requirement in document["requirements"]]
    assert len(run["results"]) == len(document["findings"])
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert "apps-contract explain" in rule["help"]["text"]


def test_fingerprints_are_the_same_from_run_to_run(log, document):
    later = copy.deepcopy(document)
    for number, finding in enumerate(later["findings"]):
        finding["id"] = f"f{number + 7}"
        finding["title"] += " in another place"
    marks = [result["partialFingerprints"][FINGERPRINT] for result in log["runs"][0]["results"]]
    assert [one["partialFingerprints"][FINGERPRINT] for one in sarif(later)["runs"][0]["results"]] == marks
    assert len(set(marks)) == len(marks)


def test_a_known_finding_is_suppressed_with_its_reason(document):
    document["findings"][0]["known"] = {"reason": "mended next week", "expires": None}
    result = sarif(document)["runs"][0]["results"][0]
    assert result["suppressions"] == [{"kind": "external", "justification": "mended next week"}]
    jsonschema.validate(sarif(document), SCHEMA)
