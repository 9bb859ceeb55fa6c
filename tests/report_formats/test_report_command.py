import copy
import json
import sqlite3

import pytest
from click.testing import CliRunner

from apps_contract.cli.main import group


@pytest.fixture
def run():
    def ran(*arguments):
        return CliRunner().invoke(group, [str(argument) for argument in arguments], standalone_mode=False)

    return ran


@pytest.fixture
def saved(tmp_path):
    def save(document, name):
        file = tmp_path / name
        file.write_text(json.dumps(document))
        return file

    return save


def test_one_report_is_written_in_every_format_beside_it(run, saved, document, tmp_path):
    result = run("report", saved(document, "report.json"))
    assert result.exception is None
    written = {file.name for file in tmp_path.iterdir()}
    assert {"report.html", "junit.xml", "report.sarif", "summary.md", "exchanges.har", "badge.svg"} <= written
    assert len(result.output.splitlines()) == len(written) - 1


def test_the_golden_sample_is_what_its_report_json_renders_to(run, sample_folder, tmp_path):
    assert run("report", sample_folder, "--output", tmp_path).exception is None
    for file in sample_folder.iterdir():
        if file.name != "report.json":
            assert (tmp_path / file.name).read_text("utf-8") == file.read_text("utf-8"), file.name


def test_one_format_is_printed(run, sample_folder):
    assert run("report", sample_folder, "--format", "markdown").output.startswith("## ❌ Does not conform")
    assert json.loads(run("report", sample_folder, "--format", "badge").output)["schemaVersion"] == 1


def test_several_reports_make_a_matrix(run, saved, document, clean_document, tmp_path):
    clean_document = {**clean_document, "target": "another <server>"}
    result = run("report", saved(document, "a.json"), saved(clean_document, "b.json"), "--output", tmp_path / "out")
    assert result.exception is None
    page = (tmp_path / "out" / "matrix.html").read_text()
    assert page.count('<th scope="col">') == 2
    assert page.count('<th scope="row">') == len(document["requirements"])
    assert page.count('<tr class="differs">') == sum(one["outcome"] != "passed" for one in document["requirements"])
    assert "another &lt;server&gt;" in page
    said = page.partition('id="said-title"')[2]
    broken = {one["requirement"]: one["title"] for one in document["findings"]}
    assert all(requirement in said for requirement in broken)
    assert "SRV-SHAPE-1 " not in said
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")


def test_a_history_remembers_each_run_once_and_shows_the_trend(run, saved, document, clean_document, tmp_path):
    history = tmp_path / "runs.sqlite"
    first, second = (
        saved(document, "a.json"),
        saved({**clean_document, "started": "2030-01-01T00:00:00+00:00"}, "b.json"),
    )
    assert run("report", first, "--history", history).exception is None
    assert run("report", first, second, "--history", history).exception is None
    with sqlite3.connect(history) as database:
        assert database.execute("SELECT count(*) FROM runs").fetchone() == (2,)
    database.close()
    page = (tmp_path / "trend.html").read_text()
    assert page.count("<g><title>") == 2
    assert page.index("2030-01-01") > page.index(document["started"][:10])
    assert "SRV-STATE-6" in page
    assert "SRV-SHAPE-1" not in page


def test_what_a_run_did_not_ask_is_no_failure_of_the_trend(run, saved, clean_document, tmp_path):
    part = copy.deepcopy(clean_document)
    part.update(started="2030-01-01T00:00:00+00:00", requirements=part["requirements"][:3])
    both = saved(clean_document, "a.json"), saved(part, "b.json")
    assert run("report", *both, "--history", tmp_path / "runs.sqlite").exception is None
    assert "Every requirement passed in every run." in (tmp_path / "trend.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report"], "give the report.json of a run"),
        (["report", "missing.json"], "cannot read missing.json"),
        (["report", "--history", "missing/runs.sqlite"], "cannot be used as a history"),
        (["compare", "missing.json", "missing.json"], "cannot read missing.json"),
    ],
)
def test_wrong_use_is_told_in_one_line(run, arguments, said):
    result = run(*arguments)
    assert said in str(result.exception)
    assert result.exception.exit_code == 2


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tool": 1}', "\xff"])
def test_what_is_no_report_is_refused(run, tmp_path, text):
    file = tmp_path / "x.json"
    file.write_bytes(text.encode("latin-1"))
    assert "is no" in str(run("report", file).exception)


def compare(run, saved, old, new, *more):
    return run("compare", saved(old, "old.json"), saved(new, "new.json"), *more)


def test_the_same_run_is_no_regression(run, saved, document):
    result = compare(run, saved, document, document)
    assert result.return_value == 0
    assert "0 worse, 0 better" in result.output


def test_a_newly_broken_requirement_is_a_regression(run, saved, document, clean_document):
    result = compare(run, saved, clean_document, document)
    assert result.return_value == 1
    assert "worse   SRV-STATE-6   passed → failed" in result.output
    assert compare(run, saved, document, clean_document).return_value == 0


def test_a_pass_that_is_no_longer_tested_is_a_regression(run, saved, clean_document):
    now = copy.deepcopy(clean_document)
    now["requirements"][3].update(outcome="not_tested", reason="no second project")
    result = compare(run, saved, clean_document, now)
    assert result.return_value == 1
    assert "passed → not tested" in result.output
    assert "no second project" in result.output


def test_a_new_finding_on_a_broken_requirement_is_a_regression(run, saved, document):
    now = copy.deepcopy(document)
    now["findings"].append({**document["findings"][0], "id": "f99", "fingerprint": "new", "title": "something else"})
    result = compare(run, saved, document, now, "--format", "json")
    assert result.return_value == 1
    assert json.loads(result.output)["worse"] == [
        {"requirement": document["findings"][0]["requirement"], "text": "new finding f99  something else"}
    ]
    assert compare(run, saved, now, document).return_value == 0


def test_editions_are_not_compared(run, saved, document):
    other = {**document, "contract": {**document["contract"], "edition": "2026"}}
    assert "compare like with like" in str(compare(run, saved, document, other).exception)
