import importlib.resources
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import junitparser
import pytest
import xmlschema
import yaml

from apps_contract.report.archive import archive
from apps_contract.report.badge import badge, badge_svg
from apps_contract.report.files import FORMATS, write_reports
from apps_contract.report.fuzzing_commons import fuzzing_commons
from apps_contract.report.github import github_annotations
from apps_contract.report.junit import junit
from apps_contract.report.markdown import summary

JUNIT = xmlschema.XMLSchema(Path(__file__).parent / "published" / "junit-10.xsd")

HOSTILE = "a|b <i>x</i> %0A::error::\r\n`code` \x00\ud800 ]]> &amp;"


@pytest.fixture(params=["findings", "clean"])
def any_document(request, document, clean_document):
    return document if request.param == "findings" else clean_document


def hostile(document):
    finding = document["findings"][0]
    finding.update(title=HOSTILE, expected=HOSTILE, actual=HOSTILE)
    return document


def test_junit_keeps_to_the_common_schema(any_document, tmp_path):
    file = tmp_path / "junit.xml"
    file.write_text(junit(any_document), encoding="utf-8")
    JUNIT.validate(file)


def test_junit_is_read_with_failures_as_failures(document, tmp_path):
    document["requirements"][-1].update(outcome="not_tested", reason="nothing to test with")
    document["summary"].update(
        passed=document["summary"]["passed"] - 1, not_tested=document["summary"]["not_tested"] + 1
    )
    file = tmp_path / "junit.xml"
    file.write_text(junit(hostile(document)), encoding="utf-8", errors="strict")
    suite = next(iter(junitparser.JUnitXml.fromfile(str(file))))
    levels = {item.name.partition(" ")[0]: item.value for item in suite.properties()}
    assert levels == {one["id"]: one["level"] for one in document["requirements"]}
    cases = {case.name.partition(" ")[0]: case for case in suite}
    assert len(cases) == len(document["requirements"])
    assert suite.failures == document["summary"]["failed"]
    assert suite.errors == 0
    for requirement in document["requirements"]:
        case = cases[requirement["id"]]
        kinds = [type(result).__name__ for result in case.result]
        expected = {"failed": ["Failure"], "not_tested": ["Skipped"], "not_applicable": ["Skipped"]}
        assert kinds == expected.get(requirement["outcome"], [])
        if kinds == ["Skipped"]:
            assert requirement["reason"] in case.result[0].message


def test_the_archive_holds_each_exchange_once(document):
    entries = archive(document)["log"]["entries"]
    numbers = {exchange["number"] for finding in document["findings"] for exchange in finding["exchanges"]}
    assert len(entries) == len(numbers)
    assert [entry["startedDateTime"] for entry in entries] == sorted(entry["startedDateTime"] for entry in entries)


def test_the_fuzzing_report_keeps_to_the_published_schema(any_document):
    text = (importlib.resources.files("webfuzzing_commons") / "data" / "report.yaml").read_text("utf-8")
    report = fuzzing_commons(any_document)
    jsonschema.Draft202012Validator(yaml.safe_load(text)).validate(report)
    cases = {case["id"] for case in report["testCases"]}
    endpoints = report["problemDetails"]["rest"]["endpointIds"]
    for fault in report["faults"]["foundFaults"]:
        assert fault["testCaseId"] in cases
        assert fault["operationId"] in endpoints


def test_fault_categories_are_those_of_the_standard():
    text = (importlib.resources.files("webfuzzing_commons") / "data" / "fault_categories.json").read_text("utf-8")
    known = {(category["id"], category["code"]) for category in json.loads(text)}
    from apps_contract.report import fuzzing_commons as module  # noqa: PLC0415 - the table is the module's own

    assert set(module._CATEGORIES.values()) <= known


def test_every_fault_code_of_the_catalogue_has_a_category():
    from apps_contract.contract import requirements  # noqa: PLC0415
    from apps_contract.report import fuzzing_commons as module  # noqa: PLC0415

    assert {rule.fault_code for rule in requirements("server") if rule.fault_code} <= set(module._CATEGORIES)


COMMAND = re.compile(r"::(error|warning|notice) title=([^:,]*)::(.*)")


def test_annotations_are_one_workflow_command_each(document):
    lines = github_annotations(hostile(document)).splitlines()
    assert len(lines) == len(document["findings"]) + 1
    found = [COMMAND.fullmatch(line) for line in lines]
    assert all(found)
    kinds = {"MUST": "error", "SHOULD": "warning", "MAY": "notice"}
    levels = [kinds[finding["level"]] for finding in document["findings"]]
    assert [one[1] for one in found if one][:-1] == levels


def test_a_summary_fits_a_comment_and_its_table_is_whole(document):
    text = summary(hostile(document))
    assert len(text) < 65_536
    rows = [line for line in text.splitlines() if re.match(r"\| f\d+ ", line)]
    assert len(rows) == len(document["findings"])
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 6 for row in rows)
    assert "<i>" not in text


def test_a_summary_of_many_findings_names_how_many_are_left_out(document):
    document["findings"] = [{**document["findings"][0], "id": f"f{number}"} for number in range(1, 101)]
    text = summary(document)
    assert "… and 70 more" in text
    assert len(text) < 65_536


BADGE = {
    "type": "object",
    "required": ["schemaVersion", "label", "message"],
    "properties": {
        "schemaVersion": {"const": 1},
        "label": {"type": "string"},
        "message": {"type": "string", "minLength": 1},
        "color": {"enum": ["brightgreen", "red", "lightgrey"]},
        "isError": {"type": "boolean"},
    },
    "additionalProperties": False,
}


def test_a_badge_tells_the_verdict(document, clean_document):
    broken = document["summary"]["failed"]
    document["requirements"] = document["requirements"][:]
    for one in (document, clean_document):
        jsonschema.validate(badge(one), BADGE)
        assert ET.fromstring(badge_svg(one)).tag.endswith("svg")  # noqa: S314 - our own text
    assert badge(clean_document)["message"] == "41 of 41"
    assert badge(document)["message"] == f"{broken} broken"


def test_every_format_can_be_made_of_any_run(any_document, tmp_path):
    write_reports(hostile(any_document) if any_document["findings"] else any_document, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"report.json", *FORMATS}


def test_what_cannot_be_finished_is_no_pass(clean_document):
    clean_document.update(exit_code=3, ended_early="the target stopped answering")
    assert "Could not finish" in summary(clean_document)
    assert badge(clean_document)["message"] == "not tested"
    assert "::error title=Could not finish::" in github_annotations(clean_document)


BASELINE = {
    "known": 0,
    "expired": [],
    "stale": [{"requirement": "SRV-STATE-1", "level": "MUST", "title": "x", "reason": "y"}],
}


def test_a_stale_entry_of_the_baseline_fails_in_every_format(clean_document, tmp_path):
    clean_document.update(baseline=BASELINE, exit_code=1)
    file = tmp_path / "junit.xml"
    file.write_text(junit(clean_document), encoding="utf-8")
    suite = next(iter(junitparser.JUnitXml.fromfile(str(file))))
    assert suite.failures == 1
    assert [case.name for case in suite if case.result] == ["SRV-STATE-1 x"]
    JUNIT.validate(file)
    assert "::error title=SRV-STATE-1%3A an entry of the baseline no longer happens::x" in github_annotations(
        clean_document
    )
    assert "1 of the baseline's entries no longer holds" in summary(clean_document)
