"""The client suite against seeded clients: faults are found for the right reason, variants pass."""

import json
import shlex
import subprocess
import sys

import jsonschema
import pytest

from apps_contract._resources import folder
from apps_contract.checks.client import patience
from apps_contract.checks.client.answers import sees_what_was_sent
from apps_contract.checks.client.record import Recorded, Said
from apps_contract.clients.faults import UnknownClientFaultError, client_fault, client_faults, client_variants
from apps_contract.clients.protocol import ProtocolError, read_answer
from apps_contract.contract import requirements
from apps_contract.http.exchange import Exchange, Request
from apps_contract.payloads.answers import full_app
from apps_contract.run.client_runner import run_client_suite
from apps_contract.run.client_score import score_client
from apps_contract.run.settings import Settings


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


def test_undocumented_members_may_be_lost():
    app = full_app("2026")
    seen = {name: value for name, value in app.items() if name not in {"persist_message_status", "message_search"}}
    assert sees_what_was_sent(Said(ok=True, result=seen), app, "2026", "an answer") is None


def test_a_pause_counts_from_when_the_answer_began_to_go_out():
    """A busy judge notes the end of an answer late; the client had it before."""
    exchange = Exchange(Request("GET", "/"))
    calls = [Recorded(exchange, "api", answered=10.2, sent=10.0), Recorded(exchange, "api", arrived=11.0)]
    assert patience.honours_retry_after(calls, 1.0, "Retry-After: 1") is None
    early = [calls[0], Recorded(exchange, "api", arrived=10.5)]
    assert patience.honours_retry_after(early, 1.0, "Retry-After: 1")


def retried(pauses, reaction):
    """Return a call whose tries came with these pauses between them."""
    times = [0.0]
    for pause in pauses:
        times.append(times[-1] + pause)
    calls = [Recorded(Exchange(Request("GET", "/")), "api", arrived=t, answered=t, sent=t) for t in times]
    return patience.Retries(calls, reaction)


@pytest.mark.parametrize(
    ("runs", "title"),
    [
        ([retried([0.002, 0.003, 0.002], 0.004)] * 4, "without a pause"),
        ([retried([0.012, 0.05, 0.014], 0.015), *[retried([0.011, 0.013, 0.012], 0.012)] * 5], "without a pause"),
        ([retried([0.15, 0.15, 0.15], 0.004), retried([0.15, 0.31, 0.15], 0.004)] * 3, "do not grow"),
        ([retried([0.4, 0.2, 0.1], 0.004)] * 4, "do not grow"),
    ],
)
def test_pauses_that_are_none_or_do_not_grow_are_found_on_a_busy_machine(runs, title):
    assert title in patience.pauses_grow(runs).title


@pytest.mark.parametrize(
    "runs",
    [
        [retried([0.1, 0.2, 0.4], 0.004)] * 4,
        [retried([0.07, 0.05, 0.39], 0.01), retried([0.01, 0.19, 0.2], 0.01), retried([0.09, 0.1, 0.3], 0.01)],
        [retried([0.1], 0.004)] * 4,
        [retried([0.12, 0.2, 0.41], 0.3)] * 4,  # so busy that nothing is said of pauses at all
    ],
)
def test_pauses_that_grow_pass_with_chance_or_load_or_one_retry(runs):
    assert patience.pauses_grow(runs) is None


def test_a_misread_answer_is_shown_at_its_smallest():
    command = shlex.join([sys.executable, "-m", "apps_contract.clients.reference", "--fault", "empty-is-null"])
    settings = Settings(edition="2023", examples=1, requirements=("CLI-ANS-1",), report_dir=None)
    ended = run_client_suite(settings, command, auths=("basic",))
    (finding,) = ended.findings
    (shown,) = finding.exchanges[-1].response.json["apps"]
    assert finding.breach.path == "result.apps[0].display_name"
    assert shown == {"id": "a", "display_name": "", "channel_credentials": []}
