"""The real process: what it prints, what it logs, how it ends, and what it keeps."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

import apps_contract
from apps_contract.cli.serve import serve
from apps_contract.http.authentication import KeyPair, basic_header
from apps_contract.http.exchange import Request
from apps_contract.http.transport import SocketTransport, TransportError
from apps_contract.service.app import DEMO_KEYS
from apps_contract.service.runner import listen

ROOT = Path(apps_contract.__file__).parents[1]
COMMAND = [sys.executable, "-c", "from apps_contract.cli.serve import serve; serve()"]
APPS = "/v1/projects/demo-project/apps"
HEADERS = (("Authorization", basic_header(DEMO_KEYS[0])), ("Content-Type", "application/json"))
BODY = b'{"display_name": "x", "channel_credentials": []}'


def spawn(*options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(  # noqa: S603 -- our own command
        [*COMMAND, *options], cwd=ROOT, env=environment, text=True, **pipes
    )


@contextmanager
def running(*options):
    """Run ``serve``; give the process, its URL and what it printed up to the lines to paste."""
    process = spawn("--port", "0", *options)
    try:
        parts = [iter(process.stdout.readline, "\n") for _ in range(3)]  # the facts, what to try, how to judge
        lines = [line.strip() for part in parts for line in part]
        url = next(line.split()[-1] for line in lines if line.startswith("base URL"))
        yield process, url, lines
    finally:
        process.kill()
        process.communicate()


def fails(*options):
    """What the command says, and its exit code, when it cannot serve."""
    result = CliRunner().invoke(serve, options)
    return result.exit_code, result.stderr


def test_the_printed_lines_work_when_pasted():
    with running("--edition", "2026") as (_, _, lines):
        script = "\n".join(lines[lines.index("Try it:") + 1 : -2])
        result = subprocess.run(  # noqa: S603 -- the lines that we print ourselves
            ["/bin/sh", "-ec", script.replace("\ncurl", "\necho; curl")], capture_output=True, text=True, check=True
        )
    listed, got, updated, deleted, token = (json.loads(line) for line in result.stdout.strip().split("\n"))
    assert listed["apps"] == [got]
    assert updated["id"] == got["id"]
    assert updated["display_name"] == "New app display name"
    assert deleted is None
    assert token["token_type"] == "bearer"


def test_the_last_line_judges_the_server(tmp_path):
    with running("--edition", "2021") as (_, _, lines):
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        result = subprocess.run(  # noqa: S603 -- the line that we print ourselves
            ["/bin/sh", "-ec", f"{lines[-1]} --requirement SRV-AUTH"],
            cwd=tmp_path,
            env={"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Conforms to edition 2021\n" in result.stdout, "with nothing left untested"


def test_own_secrets_are_neither_printed_nor_logged():
    key = KeyPair("p", "k", "own-secret:with-colon")
    with running("--key", "p:k:own-secret:with-colon", "--log-format", "json") as (process, url, lines):
        transport = SocketTransport(url)
        for target in ("/v1/projects/p/apps?token=own-secret", "/v1/projects/q/apps"):
            transport.send(Request("GET", target, (("Authorization", basic_header(key)),)), timeout=10)
        transport.close()
        process.terminate()
        _, log = process.communicate(timeout=30)
    assert "own-secret" not in log + "".join(lines)
    entries = [json.loads(line) for line in log.splitlines()]
    assert [(entry["method"], entry["path"], entry["status"], entry["project"]) for entry in entries] == [
        ("GET", "/v1/projects/p/apps", 200, "p"),
        ("GET", "/v1/projects/q/apps", 403, "q"),
    ]
    assert all(entry["ms"] > 0 for entry in entries)


def test_the_text_log_has_one_line_per_request():
    with running() as (process, url, _):
        transport = SocketTransport(url)
        transport.send(Request("GET", "/%0d%0astatus=200"), timeout=10)
        transport.close()
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=30)
        assert process.returncode == 0
    assert re.fullmatch(r'time=\S+ method=GET path=/%0d%0astatus=200 status=404 ms=[\d.]+ project=""\n', log)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_acknowledged_app_survives_the_end_of_the_server(tmp_path, number):
    database = str(tmp_path / "apps.db")
    acknowledged = []
    enough = threading.Event()

    def load(url):
        transport = SocketTransport(url)
        try:
            while True:
                response = transport.send(Request("POST", APPS, HEADERS, BODY), timeout=30)
                assert response.status == 200
                acknowledged.append(response.json["id"])
                if len(acknowledged) > 100:
                    enough.set()
        except TransportError:
            pass
        finally:
            transport.close()

    with running("--database", database) as (process, url, _):
        clients = [threading.Thread(target=load, args=(url,)) for _ in range(4)]
        for client in clients:
            client.start()
        assert enough.wait(60)
        process.send_signal(number)
        process.communicate(timeout=30)
        assert process.returncode == (0 if number == signal.SIGTERM else -signal.SIGKILL)
        for client in clients:
            client.join(30)
    with running("--database", database) as (_, url, _):
        transport = SocketTransport(url)
        kept = [app["id"] for app in transport.send(Request("GET", APPS, HEADERS), timeout=30).json["apps"]]
        transport.close()
    assert set(acknowledged) <= set(kept)
    assert len(set(kept)) == len(kept)


def test_a_port_in_use_is_one_line():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        code, errors = fails("--port", str(port))
    assert (code, errors) == (2, f"Error: cannot listen on 127.0.0.1, port {port}: address already in use\n")


def test_a_database_in_use_is_one_line(tmp_path):
    database = str(tmp_path / "apps.db")
    with running("--database", database):
        code, errors = fails("--port", "0", "--database", database)
    assert code == 2
    assert errors == f"Error: {database}: is in use by another process; stop that one or choose another file\n"


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (["--dialect", "wraped"], "did you mean 'wrapped'?"),
        (["--mutant", "no-such-thing"], "unknown mutant 'no-such-thing'"),
        (["--key", "project:key"], "a key is written as PROJECT:KEY_ID:SECRET"),
        (["--key", "p:k:s", "--key", "q:k:t"], "two keys have the same key id"),
        (["--port", "65536"], "65536 is not in the range"),
        (["--token-lifetime", "0"], "0.0 is not in the range"),
        (["--host", "no.such.host.invalid"], "cannot listen on no.such.host.invalid"),
    ],
)
def test_wrong_options_end_with_2_and_advice(options, advice):
    code, errors = fails(*options)
    assert code == 2
    assert advice in errors
