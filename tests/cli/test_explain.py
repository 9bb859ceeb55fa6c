"""``apps-contract explain``: every requirement can be explained, and a finding of the last report."""

import json

import pytest
from click.testing import CliRunner

from apps_contract.cli.explain import explain
from apps_contract.contract import requirements
from apps_contract.report.catalogue import FAULT_CODES
from apps_contract.run.catalogue import all_tests


def explained(*arguments):
    result = CliRunner().invoke(explain, [str(argument) for argument in arguments])
    assert not isinstance(result.exception, Exception), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("rule", requirements(), ids=lambda rule: rule.id)
def test_every_requirement_is_explained(rule):
    code, out = explained(rule.id.lower())
    assert code == 0
    flat = " ".join(out.split())
    for text in (rule.id, rule.title, " ".join(rule.text.split()), rule.example, rule.usual_cause, rule.source):
        assert " ".join(text.split()) in flat
    assert f"--requirement {rule.id}" in flat
    assert rule.fault_code is None or FAULT_CODES[rule.fault_code] in flat
    assert max(len(line) for line in out.splitlines()) <= 130


def test_each_test_of_a_requirement_is_named_with_its_sentence():
    _, out = explained("SRV-STATE-7")
    assert "- With an update mask, update changes only the members that the mask names." in out
    assert "server/test_update.py::test_mask_limits_what_changes[SRV-STATE-7]" in out
    assert all(test.sentence for test in all_tests())


def test_levels_that_differ_by_edition_are_told():
    _, out = explained("SRV-INPUT-6")
    assert "editions    SHOULD in 2021 and 2023, MUST in 2026" in out
    _, out = explained("SRV-INPUT-11")
    assert "- MUST in 2021, SHOULD in 2023, MUST in 2026: An unknown top-level field" in out


def test_a_group_is_listed():
    code, out = explained("SRV-LOAD")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  SRV")] == [
        "SRV-LOAD-1",
        "SRV-LOAD-2",
        "SRV-LOAD-3",
    ]


def test_a_mutant_that_breaks_it_can_be_started():
    _, out = explained("SRV-INPUT-6")
    assert "apps-contract serve --mutant " in out


def test_an_unknown_id_is_wrong_use_with_the_nearest():
    code, out = explained("SRV-STATE-77")
    assert code == 2
    assert "did you mean 'SRV-STATE-7'?" in out


def test_a_finding_without_a_report_is_wrong_use_with_the_mend(tmp_path):
    code, out = explained("f1", "--report-dir", tmp_path)
    assert code == 2
    assert "run apps-contract check first" in out


@pytest.mark.parametrize("text", ["", "{", "[]", '{"findings": []}', "\udcff", json.dumps({"tool": 7})])
def test_a_report_that_is_none(tmp_path, text):
    (tmp_path / "report.json").write_text(text, errors="surrogateescape")
    code, out = explained("f1", "--report-dir", tmp_path)
    assert code == 2
    assert "run apps-contract check again" in " ".join(out.split())
