import copy
import json
from pathlib import Path

import jsonschema
import pytest

from apps_contract.report.sarif import FINGERPRINT, sarif

PUBLISHED = Path(__file__).parent / "published" / "sarif-2.1.0-rtm.5.json"
VALIDATOR = jsonschema.Draft4Validator(
    json.loads(PUBLISHED.read_text("utf-8")), format_checker=jsonschema.FormatChecker()
)


@pytest.fixture
def log(document):
    return sarif(document)


def test_the_log_keeps_to_the_standard(log, clean_document):
    VALIDATOR.validate(log)
    VALIDATOR.validate(sarif(clean_document))


def test_the_standard_would_tell_what_is_wrong(log):
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert [error.json_path for error in VALIDATOR.iter_errors(log)] == ["$.runs[0].results[0].level"]


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
    VALIDATOR.validate(sarif(document))
