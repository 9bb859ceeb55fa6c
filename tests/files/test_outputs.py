"""What other programs read."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from file_payloads import CREATE, create, lines

# What Jenkins and others read.
XSD = Path(__file__).parents[1] / "report_formats" / "published" / "junit-10.xsd"


@pytest.fixture
def files(write):
    write("in/good.json", CREATE)
    write("in/bad.json", create(display_name=7, processing_mode="<&>\x01"))
    write("in/many.ndjson", lines(CREATE, create(display_name=8)))
    return "in"


def test_json_has_the_members_of_the_other_reports(validate, files):
    said = validate(files, "--format", "json")
    document = json.loads(said.out)
    assert document["exit_code"] == said.code == 1
    assert document["summary"]["payloads"] == 4
    assert document["summary"]["without_findings"] == 2
    assert document["schemas"][0]["chosen_by"] == "guessed"
    finding = document["findings"][0]
    assert {"id", "requirement", "level", "title", "rule", "expected", "actual", "path", "fault_code"} <= set(finding)
    assert (finding["file"], finding["line"], finding["column"], finding["count"]) == ("in/bad.json", 1, 18, 2)
    assert finding["requirement"] == "SRV-INPUT-3"
    assert finding["fault_code"] == 102


def test_junit_has_a_case_for_each_file(validate, files):
    text = validate(files, "no-such.json", "--format", "junit").out
    xmlschema.XMLSchema(XSD).validate(text)
    root = ET.fromstring(text)  # noqa: S314 -- our own
    cases = {case.get("name"): [child.tag for child in case] for case in root.iter("testcase")}
    assert cases == {
        "in/bad.json": ["failure"],
        "in/good.json": [],
        "in/many.ndjson": ["failure"],
        "no such file or folder: no-such.json": ["error"],
    }
    assert root.get("failures") == "2"
    assert root.get("errors") == "1"


def test_sarif_names_rules_places_and_how_often(validate, files):
    run = json.loads(validate(files, "--format", "sarif").out)["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["SRV-INPUT-3", "SRV-INPUT-4"]
    first = run["results"][0]
    assert first["level"] == "error"
    assert first["occurrenceCount"] == 2
    place = first["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "in/bad.json"}, "region": {"startLine": 1, "startColumn": 18}}
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_github_annotations_are_one_line_each_and_escaped(validate, files):
    said = validate(files, "--format", "github")
    assert said.lines[0] == (
        "::error file=in/bad.json,line=1,col=18,title=SRV-INPUT-3::display_name: found the number 7, expected a string "
        "(and 1 more like this)"
    )
    assert sum(line.startswith("::") for line in said.lines) == len(said.lines) - 1


def test_a_report_goes_to_a_file(validate, files, tmp_path):
    said = validate(files, "no-such.json", "--format", "json", "--output", "report.json")
    assert said.out == ""
    assert "no-such.json" in said.err
    assert json.loads((tmp_path / "report.json").read_text())["exit_code"] == 1
    assert validate(files, "--output", "no/such/folder.json").code == 2
