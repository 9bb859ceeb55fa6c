"""The client suite against seeded clients: faults are found for the right reason, variants pass."""

import json
import subprocess
import sys

import jsonschema
import pytest

from apps_contract._resources import folder
from apps_contract.clients.faults import UnknownClientFaultError, client_fault, client_faults, client_variants
from apps_contract.clients.protocol import ProtocolError, read_answer
from apps_contract.contract import requirements
from apps_contract.run.client_score import score_client


def test_every_client_requirement_has_faults_and_each_has_its_own_name():
    names = [fault.name for fault in (*client_faults(), *client_variants())]
    assert len(names) == len(set(names))
    assert {fault.requirement for fault in client_faults()} == {each.id for each in requirements("client")}


@pytest.mark.parametrize("name", ["id-unquoted", "text-stripped", "not-found-is-data", "exits-silently", "floods"])
def test_a_fault_is_found_for_the_right_reason(name):
    score = score_client(name)
    assert score.is_right, score.named


def test_an_unknown_fault_is_answered_with_the_nearest():
    with pytest.raises(UnknownClientFaultError, match="id-unquoted"):
        client_fault("id-unqoted")


def test_what_the_reference_adapter_writes_matches_the_schema():
    schema = json.loads((folder("schemas") / "adapter.schema.json").read_text())
    configure = {
        "id": 1,
        "op": "configure",
        "base_url": "http://127.0.0.1:9",
        "token_url": "http://127.0.0.1:9/oauth2/token",
    }
    configure |= {"project_id": "p", "key_id": "k", "key_secret": "s", "auth": "basic", "edition": "2026", "timeout": 1}
    asked = [configure, {"id": 2, "op": "get", "app_id": ".."}, {"id": 3, "op": "list"}]
    request = {**schema, "$ref": "#/definitions/request"}
    del request["anyOf"]
    for line in asked:
        jsonschema.validate(line, request)
    done = subprocess.run(
        [sys.executable, "-m", "apps_contract.clients.reference"],
        input="".join(json.dumps(line) + "\n" for line in [*asked[:2], {"id": 3, "op": "exit"}]),
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    answer = {**schema, "$ref": "#/definitions/answer"}
    del answer["anyOf"]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for line in answers:
        jsonschema.validate(line, answer)
    assert answers[0] == {"id": 1, "ok": True, "result": None}


@pytest.mark.parametrize(
    "line", [b"debug", b"[]", b'{"ok":true}', b'{"id":1}', b'{"id":1,"ok":false,"error":{"kind":"odd"}}']
)
def test_a_line_that_is_no_answer_is_told(line):
    with pytest.raises(ProtocolError):
        read_answer(line)


def test_a_report_says_which_operations_a_client_was_judged_by(tmp_path):
    command = [sys.executable, "-m", "apps_contract", "judge", "--requirement", "CLI-REQ-1", "--report-dir", tmp_path]
    adapter = f"{sys.executable} -m apps_contract.clients.reference --fault id-unquoted"
    ran = subprocess.run([*command, "--adapter", adapter], capture_output=True, check=False, timeout=120)  # noqa: S603
    assert ran.returncode == 1
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert len(report["requirements"][0]["operations"]) == 5
    assert {finding["operation"] for finding in report["findings"]} - {None}
    assert b"Requests  CLI-REQ" in ran.stdout
