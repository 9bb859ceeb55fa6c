"""The judge around a command, and the judge that stays: exit codes, signals, statuses and reports."""

import signal
import socket
import subprocess
import sys
import time

import pytest
import requests

from .commands import COMMAND, environment, outcomes, report, run, running

CALL = """
import os, requests
url = os.environ["APPS_BASE_URL"] + "/v1/projects/" + os.environ["APPS_PROJECT_ID"] + "/apps"
auth = (os.environ["APPS_KEY_ID"], os.environ["APPS_KEY_SECRET"])
requests.{method}(url, auth=auth, json={body}, timeout=9)
raise SystemExit({status})
"""


def program(method="get", body=None, status=0):
    return ["--", sys.executable, "-c", CALL.format(method=method, body=body, status=status)]


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (program(), 0, "status 0"),
        (program("post", {"display_name": 7}), 1, "status 0"),
        (program(status=7), 3, "status 7"),
        (program("post", {"display_name": 7}, status=7), 1, "status 7"),
        (["--", sys.executable, "-c", "pass"], 3, "status 0"),
        (["--", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], 3, "status 137"),
        (["--", "/nowhere/at-all"], 2, "cannot start"),
    ],
    ids=["conforms", "breaks", "fails", "breaks and fails", "silent", "killed", "nowhere"],
)
def test_a_command_and_its_exit_code(tmp_path, command, code, said):
    ended = run("judge", *command, cwd=tmp_path)
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    if code != 2:
        document = report(tmp_path)
        assert document["exit_code"] == code
        assert said in document["target"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_passed_on_to_the_command(tmp_path, number):
    script = (
        "import signal, sys, time\n"
        "def end(number, _): open('got', 'w').write(str(number)); sys.exit(5)\n"
        f"signal.signal({int(number)}, end)\n"
        "open('ready', 'w').close()\n"
        "time.sleep(60)"
    )
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [*COMMAND, "judge", "--", sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not (tmp_path / "ready").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        _, told = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (tmp_path / "got").read_text() == str(int(number))
    assert process.returncode == 3
    assert f"status 5 after {signal.Signals(number).name}" in told
    assert "interrupted" in report(tmp_path)["ended_early"]


@pytest.fixture
def judge(tmp_path):
    with running("judge", "--port", 0, "--edition", "2026", cwd=tmp_path) as (process, exported):
        yield process, exported


def apps_of(exported):
    return f"{exported['APPS_BASE_URL']}/v1/projects/{exported['APPS_PROJECT_ID']}/apps"


def key_of(exported):
    return exported["APPS_KEY_ID"], exported["APPS_KEY_SECRET"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_judge_that_stays_with_verdict_and_report(tmp_path, judge, number):
    process, exported = judge
    requests.post(apps_of(exported), auth=key_of(exported), json={"id": "x"}, timeout=9)
    process.send_signal(number)
    told, complaints = process.communicate(timeout=30)
    assert (process.returncode, complaints) == (1, "")
    assert "Does not conform to edition 2026" in told
    assert outcomes(tmp_path)["CLI-REQ-2"] == "failed"
    assert outcomes(tmp_path)["CLI-ANS-1"] == "not_tested"
    assert report(tmp_path)["contract"]["side"] == "client"


def test_a_judge_that_nobody_called_could_not_test(tmp_path, judge):
    process, _ = judge
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert (process.returncode, report(tmp_path)["exit_code"]) == (3, 3)


def test_a_port_of_ones_own_choice_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with running("judge", "--port", port, cwd=tmp_path) as (_, exported):
        assert exported["APPS_BASE_URL"] == f"http://127.0.0.1:{port}"
        assert requests.get(apps_of(exported), auth=key_of(exported), timeout=9).ok


def test_a_port_in_use_is_wrong_use(tmp_path, judge):
    _, exported = judge
    ended = run("judge", "--port", exported["APPS_BASE_URL"].rpartition(":")[2], cwd=tmp_path)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "cannot listen" in ended.stderr


def test_a_path_that_is_no_http_is_judged_too(tmp_path, judge):
    process, exported = judge
    host, port = exported["APPS_BASE_URL"].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=9) as connection:
        connection.sendall("GET /v1/projects/p/apps/ä HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert (process.returncode, outcomes(tmp_path)["CLI-REQ-1"]) == (1, "failed")
