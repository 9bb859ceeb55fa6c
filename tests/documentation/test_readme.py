"""The commands of the README are run, restricted by their surroundings where they would take long."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
NEEDS_NODE = pytest.mark.skipif(
    shutil.which("node") is None, reason="this client is written in Node, which is not here"
)


@pytest.fixture
def run(tmp_path):
    def ran(line, more="", *, port="8090", **environment):
        assert line in README
        line = line.replace(":8090", f":{port}")
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        places = {"PATH": path, "APPS_REPORT_DIR": str(tmp_path), **environment}
        return subprocess.run(  # noqa: S603 - the README's own line
            ["/bin/sh", "-c", line + more],
            cwd=ROOT,
            env={**os.environ, **places},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return ran


def test_a_server_with_bugs_is_found_out(run, tmp_path):
    start, check = (
        "python examples/third_party_server/server.py &",
        "apps-contract check http://127.0.0.1:8090 --project demo --key-id key --key-secret third-party-secret",
    )
    assert start in README
    command = [sys.executable, "examples/third_party_server/server.py", "0"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own example
    try:
        port = server.stdout.readline().strip().rpartition(":")[2]
        ended = run(check, port=port, APPS_REQUIREMENT="SRV-STATE-7")
    finally:
        server.kill()
        server.communicate()
    assert ended.returncode == 1
    assert "f1  SRV-STATE-7  MUST  update changed" in ended.stdout
    assert (tmp_path / "report.html").is_file()


@NEEDS_NODE
def test_a_client_in_another_language_is_judged(run):
    adapter = "apps-contract judge --adapter 'node examples/adapters/node_plain/adapter.mjs' "
    assert run(adapter + "--check-adapter").returncode == 0
    ended = run(adapter + "--edition 2026", " --requirement CLI-REQ-3")
    assert ended.returncode == 0
    assert "Conforms to edition 2026" in ended.stdout


def test_payload_files_are_judged(run):
    assert run("apps-contract validate schemas/examples").returncode == 0


def test_a_server_is_fuzzed(run):
    ended = run("apps-contract fuzz", " --budget 50requests")
    assert ended.returncode == 0
    assert "nothing found" in ended.stdout.lower() or "Conforms" in ended.stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("apps-contract schema list", "create"),
        ("apps-contract schema bundle create --edition 2026", '"$schema"'),
        ("apps-contract schema openapi --edition 2023", '"openapi": "3.1'),
        ("apps-contract schema diff 2023 2026", "breaks"),
        ("apps-contract explain SRV-STATE-7", "update mask"),
    ],
)
def test_the_contract_is_there_as_data(run, line, said):
    ended = run(line)
    assert ended.returncode == 0
    assert said in ended.stdout
