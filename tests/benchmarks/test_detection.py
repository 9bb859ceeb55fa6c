"""What the comparison of tools counts, and what it reads from their reports."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import detection
import pytest
from detectors import portman, schemathesis, specmatic
from detectors.detector import Detector
from detectors.documents import document, document_of_project
from detectors.report import Report, Run, unseen
from detectors.sample import SAMPLE_SIZE, sample
from detectors.table import Table

from apps_contract.contract import EDITIONS
from apps_contract.service.dialects import DIALECTS
from apps_contract.service.faults import FAULTS

FAULT = FAULTS["mask-ignored"]
RIGHT, WRONG = Report("SRV-STATE-7", "update"), Report("SRV-SHAPE-1", "update")


class Tool(Detector):
    name = "tool"
    settings = "none"

    def install(self):
        raise NotImplementedError

    def version(self):
        return "1"

    def run(self, target, seconds):
        raise NotImplementedError

    def about(self, report):
        return (report.check,)


TOOL = Tool(Path())


def run(kind, name, *reports):
    return Run("tool", kind, name, "2023", 10, 2.0, "done", reports)


def mark(*runs):
    return Table([FAULT], [TOOL], runs).mark(TOOL, FAULT)


def test_the_sample_shows_every_requirement_that_has_faults():
    drawn = sample(FAULTS.values())
    assert len(drawn) == SAMPLE_SIZE
    assert {one.requirement for one in drawn} == {one.requirement for one in FAULTS.values()}


def test_a_seed_draws_the_same_sample_whatever_the_order_of_the_faults():
    assert sample(FAULTS.values(), 30, seed=7) == sample(reversed(FAULTS.values()), 30, seed=7)
    assert sample(FAULTS.values(), 30, seed=7) != sample(FAULTS.values(), 30, seed=8)


def test_a_sample_larger_than_all_is_all():
    assert {one.name for one in sample(FAULTS.values(), 10_000)} == set(FAULTS)


@pytest.mark.parametrize(("names", "count"), [(["sample"], SAMPLE_SIZE), (["all"], len(FAULTS)), (["mask-ignored"], 1)])
def test_faults_are_asked_for_by_sample_all_or_name(names, count):
    assert len(detection.faults_of(names, SAMPLE_SIZE)) == count


def test_each_edition_that_a_fault_needs_has_healthy_runs():
    trials = detection.trials_of([FAULTS["ordinal-wraps"]])
    assert {trial.edition for trial in trials if trial.kind == "healthy"} == {"2023", "2026"}


def test_a_complaint_about_another_id_or_number_is_the_same_complaint():
    healthy = Report("check", "get", "app 01M83DNCM3ZFC30FXSPETJZTXN took 12 ms")
    faulty = Report("check", "get", "app 01M83E9A3H3ZFC30FXSPETJZTX took 7 ms")
    assert unseen([faulty], [healthy]) == ()
    assert unseen([replace(faulty, place="list")], [healthy]) != ()


def test_a_fault_is_found_by_what_the_healthy_server_did_not_draw():
    assert mark(run("fault", FAULT.name, RIGHT), run("healthy", "first")) == "●"
    assert mark(run("fault", FAULT.name, WRONG), run("healthy", "first")) == "◐"
    assert mark(run("fault", FAULT.name, RIGHT), run("healthy", "first", RIGHT)) == "○"
    assert mark(run("healthy", "first")) == "·"


def test_a_complaint_of_either_healthy_run_does_not_count():
    healthy = (run("healthy", "first"), run("healthy", "second", WRONG))
    assert mark(run("fault", FAULT.name, WRONG), *healthy) == "○"


def test_a_group_of_requirements_is_named_by_its_beginning_only_with_a_hyphen():
    assert TOOL.is_about(Report("SRV-INPUT-", "x"), "SRV-INPUT-12")
    assert not TOOL.is_about(Report("SRV-INPUT-1", "x"), "SRV-INPUT-12")


def test_whatever_is_said_of_a_conforming_variant_is_a_false_alarm():
    table = Table([], [TOOL], [run("variant", "wrapped", WRONG, WRONG), run("variant", "slow")])
    assert table.false_alarms(TOOL, "wrapped") == (("SRV-SHAPE-1", "update"),)
    assert table.false_alarms(TOOL, "slow") == ()
    assert table.false_alarms(TOOL, "gateway") is None


def test_the_should_that_a_variant_breaks_on_purpose_is_no_false_alarm():
    said = Report("SRV-STATE-3", "create")
    table = Table([], [TOOL], [run("variant", "terse", said), run("variant", "wrapped", said)])
    assert table.false_alarms(TOOL, "terse") == ()
    assert table.false_alarms(TOOL, "wrapped") != ()


def test_the_table_names_version_settings_and_each_fault():
    runs = [run("healthy", "first"), run("fault", FAULT.name, RIGHT), run("variant", "wrapped", WRONG)]
    shown = Table([FAULT], [TOOL], runs).markdown()
    assert "| **faults found** | **1 of 1** |" in shown
    assert "| **conforming variants with a false alarm** | **1 of 1** |" in shown
    assert "| SRV-STATE-7 | MUST | `mask-ignored` | 2023 | ● |" in shown


def test_what_not_every_tool_was_shown_is_left_out_and_said():
    other = Tool(Path())
    other.name = "other"
    runs = [run("fault", FAULT.name, RIGHT), run("variant", "wrapped")]
    shown = Table([FAULT], [TOOL, other], runs).markdown()
    assert "mask-ignored" not in shown
    assert f"Left out: {1 + len(DIALECTS)} faults and variants" in shown


def test_a_run_is_kept_as_json():
    made = run("fault", FAULT.name, RIGHT, WRONG)
    assert Run.from_json(json.loads(json.dumps(made.to_json()))) == made


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_document_for_peers_names_the_members_of_a_mask(edition):
    update = document(edition)["paths"]["/v1/projects/{project_id}/apps/{app_id}"]["patch"]
    (mask,) = [each for each in update["parameters"] if each["name"].startswith("update_mask")]
    assert "display_name" in mask["schema"]["items"]["enum"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_document_of_a_project_begins_behind_it(edition):
    made = document_of_project(edition)
    assert set(made["paths"]) == {"/apps", "/apps/{app_id}"}
    assert "project_id" not in json.dumps([item["parameters"] for item in made["paths"].values()])


def failure(check, operation, message):
    info = {"failure": {"operation": operation, "title": "Accepted", "message": message}}
    return {"name": check, "status": "failure", "failure_info": info}


def test_failures_are_read_from_the_events_of_schemathesis(tmp_path):
    taken = "Invalid data\nInvalid component: in body - a -> b: Object with unexpected properties"
    checks = [failure("negative_data_rejection", "POST /apps", taken), {"name": "ignored_auth", "status": "success"}]
    events = [
        {"EngineStarted": {}},
        {"ScenarioFinished": {"recorder": {"checks": {"case": checks}}}},
        {"NonFatalError": {"label": "GET /apps", "info": "timed out"}},
    ]
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join(map(json.dumps, events)) + '\n{"cut off')
    assert [*schemathesis._reports(file)] == [
        Report(
            "negative_data_rejection",
            "POST /apps",
            "Accepted; Invalid component: in body - unexpected properties",
        ),
        Report("error", "GET /apps", "timed out"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Scenario: GET /apps -> 200\nSpecification expected status 200 but response contained status 403",
            Report("good 403", "GET /apps", "200 expected"),
        ),
        (
            "Scenario: POST /apps -> 4xx\nExpected 4xx status, but received 200",
            Report("bad 200", "POST /apps", "4xx expected"),
        ),
        (
            "Scenario: GET /apps -> 200\n>> RESPONSE.BODY\n\nR1001: Type mismatch",
            Report("body", "GET /apps", "RESPONSE.BODY R1001: Type mismatch"),
        ),
    ],
)
def test_failures_are_read_from_the_junit_file_of_specmatic(tmp_path, text, expected):
    file = tmp_path / "TEST.xml"
    failed = f'<testcase name="a"><failure>{text.replace(">", "&gt;")}</failure></testcase>'
    file.write_text(f'<suite>{failed}<testcase name="b"/></suite>')
    assert [*specmatic._reports(file)] == [expected]


def test_failures_are_read_from_the_report_of_newman():
    error = {"test": "[GET]::/apps - Schema is valid", "message": "not an object"}
    document_of_run = {"run": {"failures": [{"source": {"name": "List all apps"}, "error": error}]}}
    assert [*portman._reports(document_of_run)] == [Report("Schema is valid", "List all apps", "not an object")]
