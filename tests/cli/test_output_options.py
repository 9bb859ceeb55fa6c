"""Every long run takes --format, --history, --quiet and --verbose, and means the same by them."""

import json
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from apps_contract._options import CLIENT_OPTIONS, OPTIONS, TRAFFIC_OPTIONS
from apps_contract.cli.main import group
from apps_contract.http.har import har
from apps_contract.http.json_view import exchange_from_json
from apps_contract.service.app import DEMO_KEYS
from apps_contract.service.embedded import EmbeddedServer

ROOT = Path(__file__).parents[2]
KEY = DEMO_KEYS[0]
CALL = f"""
import os, requests
key = os.environ.get("APPS_KEY_ID", "{KEY.key_id}"), os.environ.get("APPS_KEY_SECRET", "{KEY.key_secret}")
project = os.environ.get("APPS_PROJECT_ID", "{KEY.project_id}")
url = f"{{os.environ['APPS_BASE_URL']}}/v1/projects/{{project}}/apps"
requests.post(url, auth=key, json={{"display_name": 7}}, timeout=9)
"""
FAULTY = f"{sys.executable} -m apps_contract.clients.reference --fault id-unquoted"
PROGRAM = ["--", sys.executable, "-c", CALL]


@pytest.fixture(scope="module")
def server():
    with EmbeddedServer() as running:
        yield running.base_url


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """A recording with a finding, of the sample."""
    document = json.loads((ROOT / "reports" / "sample" / "report.json").read_text("utf-8"))
    exchanges = [exchange_from_json(one) for finding in document["findings"] for one in finding["exchanges"]]
    file = tmp_path_factory.mktemp("har") / "recorded.har"
    file.write_text(json.dumps(har(exchanges, "http://app.test")))
    return str(file)


KEYS = ["--project", KEY.project_id, "--key-id", KEY.key_id, "--key-secret", KEY.key_secret]
RUNS = {
    "check": ["check", "--asgi", "faulty_app:app", "--requirement", "SRV-STATE-6", *KEYS],
    "fuzz": ["fuzz", "--budget", "60requests"],
    "judge by adapter": ["judge", "--adapter", FAULTY, "--requirement", "CLI-REQ-1"],
    "judge a command": ["judge"],
    "judge a recording": ["judge", "--har"],
    "proxy": ["proxy", "--target"],
}
CONFORMS = {"fuzz", "judge a recording"}


@pytest.fixture(params=list(RUNS))
def run(request, server, recording, tmp_path, monkeypatch):
    """Return a function that does a run with these options."""
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "report_formats"))
    monkeypatch.chdir(tmp_path)
    tail = {"judge a command": PROGRAM, "judge a recording": [recording], "proxy": [server, *PROGRAM]}
    name = request.param

    def ran(*options):
        sys.modules.pop("faulty_app", None)
        words = RUNS[name]
        more = tail.get(name, [])
        takes_value = words[-1] in {"--har", "--target"}
        command = [*words, *more[:1], *options, *more[1:]] if takes_value else [*words, *options, *more]
        result = CliRunner().invoke(group, command, standalone_mode=False)
        assert result.return_value == (0 if name in CONFORMS else 1), result.output
        return result

    ran.folder = tmp_path
    ran.findings = lambda: json.loads((tmp_path / "reports/latest/report.json").read_text("utf-8"))["findings"]
    return ran


def test_quiet_is_a_line_for_each_finding_and_the_verdict(run):
    lines = run("--quiet").stdout.splitlines()
    assert len(lines) == len(run.findings()) + 1
    assert lines[-1].partition(":")[0] in {"Conforms", "Does not conform"}


def test_json_is_the_report_and_nothing_else(run):
    said = json.loads(run("--format", "json").stdout)
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text("utf-8"))
    jsonschema.validate(said, schema)
    assert len(said["findings"]) == len(run.findings())


@pytest.mark.parametrize("more", [[], ["-q"]])
def test_github_adds_an_annotation_for_each_finding_and_the_verdict(run, more):
    lines = run("--format", "github", *more).stdout.splitlines()
    assert sum(line.startswith("::") for line in lines) == len(run.findings()) + 1


def test_a_history_remembers_each_run(run):
    for _ in range(2):
        run("--history", "runs.sqlite", "-q")
    assert (run.folder / "trend.html").read_text("utf-8").count("<g><title>") == 2


def test_verbose_tells_what_goes_on_beside_the_output(run):
    result = run("--verbose", "-q")
    assert len(result.stdout.splitlines()) == len(run.findings()) + 1
    steps = ("test_", " requests, ", "POST /v1/projects/", "PATCH /v1/projects/")
    assert any(step in line for line in result.stderr.splitlines() for step in steps)
    assert KEY.key_secret not in result.stderr


@pytest.mark.parametrize("name", list(RUNS))
def test_a_file_that_is_no_history_is_told_before_anything_is_sent(name, server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs.sqlite").write_text("no database")
    kept = ["--history", "runs.sqlite"]
    more = {"judge a command": PROGRAM, "judge a recording": ["x.har"], "proxy": [server]}.get(name, [])
    command = [*RUNS[name], *more, *kept] if name != "judge a command" else [*RUNS[name], *kept, *more]
    result = CliRunner().invoke(group, command, standalone_mode=False)
    assert "cannot be used as a history" in str(result.exception)
    assert result.exception.exit_code == 2
    assert result.stdout == ""


def options_of(name):
    command = group.get_command(None, name)
    return {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize(
    ("name", "table"), [("check", OPTIONS), ("fuzz", OPTIONS), ("judge", CLIENT_OPTIONS), ("proxy", TRAFFIC_OPTIONS)]
)
def test_the_options_of_a_run_are_those_of_the_table(name, table):
    shared = {"--format", "--history", "--quiet", "-q", "--verbose", "-v"}
    assert options_of(name) >= shared | {f"--{option.name}" for option in table}


def score(*options):
    command = ["mutants", "--requirement", "SRV-SHAPE-2", "--quick", *options]
    return CliRunner().invoke(group, command, standalone_mode=False)


def test_the_score_takes_them_too():
    quiet = score("-q", "-v")
    assert "right name" not in quiet.stdout
    assert "1 of 1 faults found" in quiet.stdout
    assert "SRV-SHAPE-2 in " in quiet.stderr
    assert json.loads(score("--format", "json").stdout)["faults"][0]["found"] is True


def test_options_of_a_client_are_read_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APPS_ADAPTER", FAULTY)
    monkeypatch.setenv("APPS_REQUIREMENT", "CLI-REQ-1")
    monkeypatch.setenv("APPS_AUTH", "basic")
    result = CliRunner().invoke(group, ["judge", "--format", "json"], standalone_mode=False)
    said = json.loads(result.stdout)
    assert [one["id"] for one in said["requirements"]] == ["CLI-REQ-1"]
    assert said["options"]["auth"] == "basic"
    # Whoever names a command at the door does not mean the adapter of the environment.
    result = CliRunner().invoke(group, ["judge", "-q", *PROGRAM], standalone_mode=False)
    assert "give one of" not in str(result.exception)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["judge"], "give one of --adapter"),
        (["judge", "--adapter", "x", "--", "true"], "give one of --adapter"),
        (["judge", "--check-adapter", "--port", "0"], "--check-adapter needs --adapter"),
        (["judge", "--adapter", "x", "--edition", "1999"], "--edition '1999': choose from"),
        (["proxy", "--target", "http://127.0.0.1:1", "--level", "may"], "--level 'may': choose from"),
    ],
)
def test_wrong_use_is_told_with_the_mend(arguments, said):
    result = CliRunner().invoke(group, arguments, standalone_mode=False)
    assert said in str(result.exception)
    assert result.exception.exit_code == 2
