"""A finding of any kind of run is repeated by its own line: it still happens, and against a healthy one no more."""

from __future__ import annotations

import json
import shlex
import sys

import pytest
from jsonschema import Draft7Validator

from apps_contract.clients.command import shown_command
from apps_contract.clients.faults import client_fault
from apps_contract.contract.library import document
from apps_contract.service.faults import fault

CLIENT = shlex.join([sys.executable, "-m", "apps_contract.clients.reference"])
# Of each group; several hang on what other tests sent before them.
SERVERS = [
    "missing-app-redirect",
    "delete-204",
    "text-401",
    "id-reused-after-delete",
    "get-cached-over-updates",
    "update-takes-id",
    "mask-ignored",
    "nul-500",
    "ttl-3651-taken",
    "any-key-reads-any-project",
    "creates-overwrite-each-other",
]
CLIENTS = ["sends-id", "null-secrets", "days-as-text", "json-as-text", "exits-silently"]
FUZZED = [
    ("large-ttl-as-text", "valid"),
    ("ttl-3651-taken", "invalid"),
    ("nul-500", "valid"),
    ("second-delete-200", "stateful"),
]


def report(place):
    found = json.loads((place / "report.json").read_text())
    document_errors = list(json_schema().iter_errors(found))
    assert document_errors == []
    return found


def json_schema():
    return Draft7Validator(document("report.schema.json"))


def as_pasted(line):
    """The arguments of a replay line."""
    program, *arguments = shlex.split(line)
    assert program == "apps-contract"
    return arguments


@pytest.fixture
def secrets(monkeypatch, keys):
    """The secrets in the environment, as is recommended, and a target of some other shell there, too."""
    monkeypatch.setenv("APPS_KEY_SECRET", keys[keys.index("--key-secret") + 1])
    monkeypatch.setenv("APPS_OTHER_KEY_SECRET", keys[keys.index("--other-key-secret") + 1])
    monkeypatch.setenv("APPS_TARGET", "http://127.0.0.1:9")
    monkeypatch.setenv("APPS_EDITION", "2021")
    monkeypatch.setenv("APPS_REQUIREMENT", "SRV-LOAD-3")
    return keys


@pytest.mark.parametrize("name", SERVERS)
def test_a_finding_on_a_server(serve, command, secrets, tmp_path, name):
    seeded = fault(name)
    url = serve(fault=seeded)
    options = ["--mode", "full", "--edition", "2023", "--requirement", seeded.requirement, "--report-dir", tmp_path]
    assert command("check", url, *secrets, *options)[0] == 1
    found = next(one for one in report(tmp_path)["findings"] if one["requirement"] == seeded.requirement)
    code, out, _ = command(*as_pasted(found["replay"]))
    assert (code, out.rstrip().endswith("still happens")) == (1, True), out
    code, out, _ = command(*as_pasted(found["replay"]), "--target", serve(), "--mode", "full")
    assert (code, out.rstrip().endswith("does not happen any more")) == (0, True), out


@pytest.mark.parametrize("name", CLIENTS)
def test_a_finding_on_a_client(command, secrets, tmp_path, name):
    assert secrets
    rule = client_fault(name).requirement
    adapter = f"{CLIENT} --fault {name}"
    options = [
        "--edition",
        "2023",
        "--requirement",
        rule,
        "--level",
        "should",
        "--auth",
        "basic",
        "--report-dir",
        tmp_path,
    ]
    assert command("judge", "--adapter", adapter, *options, "-q")[0] == 1
    found = report(tmp_path)
    assert (found["options"]["adapter"], found["options"]["auth"]) == (adapter, "basic")
    (line,) = {one["replay"] for one in found["findings"] if one["id"] == "f1"}
    code, out, _ = command(*as_pasted(line))
    assert (code, out.rstrip().endswith("still happens")) == (1, True), out
    code, out, _ = command(*as_pasted(line), "--adapter", CLIENT)
    assert (code, out.rstrip().endswith("does not happen any more")) == (0, True), out


@pytest.mark.parametrize(("name", "kind"), FUZZED)
def test_a_finding_of_a_campaign(serve, command, secrets, tmp_path, name, kind):
    url = serve(fault=fault(name))
    options = [
        "--budget",
        "3000requests",
        "--only",
        kind,
        "--stop-on-first",
        "--edition",
        "2023",
        "--report-dir",
        tmp_path,
    ]
    assert command("fuzz", url, *secrets, *options, "--requirement", fault(name).requirement)[0] == 1
    found = report(tmp_path)["findings"][0]
    assert found["replay"] == f"apps-contract replay f1 --report-dir {tmp_path}"
    code, out, _ = command(*as_pasted(found["replay"]))
    assert (code, out.rstrip().endswith("still happens")) == (1, True), out
    code, out, _ = command(*as_pasted(found["replay"]), "--target", serve())
    assert (code, out.rstrip().endswith("does not happen any more")) == (0, True), out


def test_what_passed_by_says_what_to_do_instead(command, tmp_path):
    script = tmp_path / "client.py"
    script.write_text(
        "import os, urllib.request, urllib.error\n"
        "url = os.environ['APPS_BASE_URL'] + '/v1/projects/' + os.environ['APPS_PROJECT_ID'] + '/apps'\n"
        "try: urllib.request.urlopen(url)\n"
        "except urllib.error.HTTPError: pass\n"
    )
    run = ["--edition", "2026", "--report-dir", tmp_path, "-q", "--", sys.executable, str(script)]
    assert command("judge", *run)[0] == 1
    found = report(tmp_path)
    assert found["kind"] == "traffic"
    code, out, _ = command("replay", "f1", "--report-dir", tmp_path)
    assert code == 3
    line = found["findings"][0]["replay"]
    assert "cannot be repeated, since it passed by in traffic" in out
    assert line in out
    assert (
        command(
            *as_pasted(line),
        )[0]
        == 1
    ), "the line repeats it"


@pytest.mark.parametrize(
    ("command_line", "shown"),
    [
        ("node adapter.mjs", "node adapter.mjs"),
        ("python 'my adapter.py' --verbose", "python 'my adapter.py' --verbose"),
        ("run --key-secret hunter2 x", "run --key-secret '***' x"),
        ("run --token=hunter2", "run '--token=***'"),
        ("env API_KEY=hunter2 run", "env 'API_KEY=***' run"),
        ("run https://me:hunter2@host/", "run 'https://***@host/'"),
    ],
)
def test_a_command_is_shown_without_secrets(command_line, shown):
    assert shown_command(command_line) == shown


def test_an_adapter_with_a_secret_has_to_be_given_again(command, tmp_path, monkeypatch):
    adapter = f"{CLIENT} --fault json-as-text"
    options = ["--requirement", "CLI-REQ-3", "--report-dir", tmp_path, "-q"]
    assert command("judge", "--adapter", f"{adapter} --api-key hunter2hunter2", *options)[0] == 1
    for file in tmp_path.iterdir():
        assert b"hunter2" not in file.read_bytes(), file.name
    code, _, err = command("replay", "f1", "--report-dir", tmp_path)
    assert code == 2
    assert "give it by --adapter" in err
    monkeypatch.setenv("APPS_ADAPTER", adapter)
    assert command("replay", "f1", "--report-dir", tmp_path)[0] == 1


def test_a_client_that_cannot_be_started_is_exit_3(command, tmp_path):
    options = ["--requirement", "CLI-REQ-3", "--report-dir", tmp_path, "-q"]
    assert command("judge", "--adapter", f"{CLIENT} --fault json-as-text", *options)[0] == 1
    code, _, err = command("replay", "f1", "--adapter", "no-such-program", "--report-dir", tmp_path)
    assert (code, "cannot start 'no-such-program'" in err) == (3, True)
