"""``replay ID --export-pytest``: the file fails against the server with the fault, and passes against one without."""

from __future__ import annotations

import ast
import json
import os
import runpy
import subprocess
import sys

import pytest

from apps_contract.report.document import report_document
from apps_contract.report.regression import NotExportableError, regression_test
from apps_contract.run.runner import run_suite
from apps_contract.run.settings import Settings
from apps_contract.service.faults import FAULTS, fault

from .conftest import OTHER, OWN

# At least one of each requirement of the groups SHAPE, STATE, INPUT, AUTH and LOAD that a server may break.
BROKEN = [
    "list-bare-array",
    "large-ttl-as-text",
    "delete-warns-about-channels",
    "missing-app-redirect",
    "text-401",
    "code-as-text",
    "grpc-code",
    "stack-trace-on-bad-json",
    "id-reused-after-delete",
    "secret-of-first-entry-only",
    "default-ttl-30",
    "first-get-after-update-old",
    "list-lags-one-update",
    "update-resets-unsent",
    "mask-ignored",
    "update-half-applied",
    "deleted-app-still-got",
    "unknown-delete-200",
    "create-takes-id",
    "update-takes-id",
    "refused-create-stored",
    "token-used-once",
    "bearer-hides-callback-secret",
    "absent-basic-auth-as-null",
    "name-trimmed",
    "text-after-json-ignored",
    "bad-body-for-unknown-app-500",
    "missing-channels-taken",
    "callback-secret-of-any-type",
    "unknown-channel-dropped",
    "ttl-3651-taken",
    "foreign-credentials-taken",
    "any-media-type-taken",
    "nul-500",
    "put-updates",
    "unknown-mask-field-ignored-2023",
    "ttl-3650-refused",
    "list-open",
    "any-key-reads-any-project",
    "body-read-before-auth",
    "bearer-delete-401",
    "401-without-challenge",
    "existence-told-by-status",
    "creates-overwrite-each-other",
]
GROUPS = {"SRV-SHAPE", "SRV-STATE", "SRV-INPUT", "SRV-AUTH", "SRV-LOAD"}


@pytest.fixture
def variables(monkeypatch):
    """The variables that an exported test reads, but for the target."""
    known = {"APPS_TOKEN_URL": "/oauth2/token"}
    for prefix, key in (("APPS_", OWN), ("APPS_OTHER_", OTHER)):
        known |= {f"{prefix}PROJECT": key.project_id, f"{prefix}KEY_ID": key.key_id}
        known |= {f"{prefix}KEY_SECRET": key.key_secret}
    for name, value in known.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def exported(serve, tmp_path, variables):
    """Let the suite find a fault, and export it: returns the file, and the URL of the faulty server."""
    assert variables is None

    def export(name):
        seeded = fault(name)
        edition = "2023" if "2023" in seeded.editions else seeded.editions[-1]
        url = serve(edition=edition, fault=seeded)
        settings = Settings(
            url=url, edition=edition, key=OWN, other_key=OTHER, token_url="/oauth2/token", mode="full", examples=2,
            requirements=(seeded.requirement,), timeout=5.0, report_dir=tmp_path, stop_at_first=True,
        )  # fmt: skip
        document = json.loads(json.dumps(report_document(run_suite(settings))))
        found = next(one for one in document["findings"] if one["requirement"] == seeded.requirement)
        file = tmp_path / f"test_{name.replace('-', '_')}.py"
        file.write_text(regression_test(found, document), encoding="utf-8")
        return file, url, edition

    return export


def run_test(file, url, monkeypatch):
    """Run an exported test in this process, as pytest would, with its clean-up."""
    monkeypatch.setenv("APPS_TARGET", url)
    module = runpy.run_path(str(file))
    (test,) = (value for name, value in module.items() if name.startswith("test_"))
    try:
        test()
    finally:
        for path, answer, authorization in module.get("MADE", ()):
            if path.endswith("/apps"):
                module["send"]("DELETE", f"{path}/{answer.json().get('id')}", authorization=authorization)


def test_every_group_is_among_the_faults():
    assert {fault(name).requirement.rpartition("-")[0] for name in BROKEN} == GROUPS
    assert len({fault(name).requirement for name in BROKEN}) >= 34


@pytest.mark.parametrize("name", BROKEN)
def test_it_fails_while_the_fault_is_there_and_passes_without(exported, serve, monkeypatch, name):
    file, url, edition = exported(name)
    with pytest.raises(Exception, match=r"(?s).*"):  # an answer may be so wrong that reading it fails
        run_test(file, url, monkeypatch)
    run_test(file, serve(edition=edition), monkeypatch)


def test_the_file_stands_alone(exported, serve):
    """Plain pytest, in a process that sees neither our plugin nor the place it was written in."""
    file, url, _ = exported("mask-ignored")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([one.name for one in node.names] if isinstance(node, ast.Import) else [node.module])
    }
    assert imported - set(sys.stdlib_module_names) == {"pytest", "requests"}
    text = file.read_text()
    for secret in (OWN.key_secret, OTHER.key_secret, OWN.key_id, OWN.project_id, url):
        assert secret not in text
    for target, code in ((url, 1), (serve(), 0)):
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-I", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(file)],
            env={**os.environ, "APPS_TARGET": target, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            cwd=file.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr


def test_it_leaves_nothing_behind(exported, serve, monkeypatch, variables):
    assert variables is None
    file, _, _ = exported("mask-ignored")
    url = serve()
    run_test(file, url, monkeypatch)
    listed = runpy.run_path(str(file))["send"]("GET", f"/v1/projects/{OWN.project_id}/apps")
    assert listed.json()["apps"] == []


def test_a_message_that_breaks_http_goes_through_a_socket(exported):
    file, _, _ = exported("nul-500")
    text = file.read_text()
    ast.parse(text)
    assert "SRV-INPUT-8" in text
    document, finding = json.loads(RAW_REPORT), json.loads(RAW_FINDING)
    written = regression_test(finding, document)
    ast.parse(written)
    assert "send_raw(" in written
    assert 'b"GET " + (PREFIX + APPS)' in written
    assert "OWN.encode()" in written


RAW_REPORT = json.dumps(
    {"contract": {"edition": "2023"}, "options": {"project": OWN.project_id}, "base_url": "http://127.0.0.1:8700"}
)
RAW_FINDING = json.dumps(
    {
        "id": "f1",
        "test": "server/test_requests.py::test_server_lives_through_any_message[SRV-INPUT-8]",
        "requirement": "SRV-INPUT-8",
        "level": "MUST",
        "title": "a request was answered with 500",
        "rule": "MUST: …",
        "expected": "a complete answer with a status below 500",
        "actual": "status 500",
        "path": None,
        "replay": "apps-contract replay f1",
        "exchanges": [
            {
                "number": 1,
                "operation": None,
                "app_id": None,
                "started": 0,
                "duration_s": 0,
                "request": {
                    "method": "GET",
                    "target": f"/v1/projects/{OWN.project_id}/apps",
                    "headers": [],
                    "body": None,
                    "raw": {
                        "text": f"GET /v1/projects/{OWN.project_id}/apps HTTP/1.1\r\nHost: 127.0.0.1:8700\r\n"
                        "Authorization: Basic ***\r\nX-Odd: a\u0000b\r\n\r\n"
                    },
                },
                "response": {"status": 500, "reason": "", "headers": [], "body": {"text": ""}},
                "failure": None,
            }
        ],
    }
)


def test_a_finding_on_a_client_has_no_file():
    finding = {**json.loads(RAW_FINDING), "requirement": "CLI-ANS-4"}
    with pytest.raises(NotExportableError, match=r"about a client.*repeat it by apps-contract replay f1"):
        regression_test(finding, json.loads(RAW_REPORT))


def test_the_command_writes_the_file_and_sends_nothing(serve, command, keys, tmp_path):
    url = serve(fault=fault("mask-ignored"))
    place = ["--report-dir", tmp_path]
    assert command("check", url, *keys, "--requirement", "SRV-STATE-7", *place)[0] == 1
    file = tmp_path / "test_mask.py"
    code, out, _ = command("replay", "f1", "--target", "http://127.0.0.1:9", "--export-pytest", file, *place)
    assert code == 0
    assert f"pytest {file}" in out
    assert "def test_" in file.read_text()
    code, _, err = command("replay", "f1", "--export-pytest", tmp_path / "none" / "x.py", *place)
    assert (code, "cannot write" in err) == (2, True)


def test_all_faults_are_known_by_their_names():
    assert set(BROKEN) <= set(FAULTS)
