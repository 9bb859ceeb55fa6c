"""``pytest contract_tests/client --apps-adapter COMMAND``: the client suite by pytest, as the server suite is."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import pytest

from apps_contract.contract import requirements

from .test_pytest_door import CLONE, ON, run_pytest

assert run_pytest  # a fixture

CLIENT = shlex.join([sys.executable, "-m", "apps_contract.clients.reference"])
FEW = ("--apps-requirement=CLI-REQ-3", "--apps-requirement=SRV-STATE-4")


def test_a_client_that_conforms(run_pytest, tmp_path):
    code, out = run_pytest(f"--apps-adapter={CLIENT}", *FEW, tests="contract_tests/client")
    assert code == 0, out
    assert f"Apps contract, edition 2023: the client of {CLIENT}" in out
    assert "1 passed, 0 failed" in out
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["kind"], report["options"]["adapter"]) == ("client", CLIENT)
    assert (tmp_path / "junit.xml").exists()


def test_a_faulty_client_fails_its_test_and_may_be_known(run_pytest, command, tmp_path):
    adapter = f"--apps-adapter={CLIENT} --fault json-as-text"
    options = [adapter, "--apps-auth=basic", "--apps-requirement=CLI-REQ-3", "--apps-level=should"]
    code, out = run_pytest(*options, tests="contract_tests/client")
    assert code == 1
    assert "CLI-REQ-3 MUST: " in out
    assert f"replay    apps-contract replay CLI-REQ-3 --report-dir {tmp_path}" in out
    assert "Does not conform to edition 2023: 1 requirement broken" in out
    assert command("replay", "CLI-REQ-3", "--report-dir", tmp_path)[0] == 1

    file = tmp_path / "baseline.json"
    assert command("baseline", "update", file, "--report", tmp_path, "--reason", "ticket 17")[0] == 0
    _, out = run_pytest(*options, f"--apps-baseline={file}", tests="contract_tests/client")
    assert "Conforms to edition 2023" in out
    _, out = run_pytest(
        f"--apps-adapter={CLIENT}", *options[1:], f"--apps-baseline={file}", tests="contract_tests/client"
    )
    assert "no longer happens" in out


def test_each_requirement_has_a_test_of_its_own(run_pytest):
    code, out = run_pytest("--collect-only", "-q", f"--apps-adapter={CLIENT}", tests="contract_tests/client")
    assert code == 0
    wanted = {one.id for one in requirements() if one.side == "client"}
    assert {line.rpartition("[")[2].rstrip("]") for line in out.splitlines() if "::" in line} == wanted


def test_without_an_adapter_our_own_client_is_judged(run_pytest):
    code, out = run_pytest("--apps-requirement=CLI-REQ-3", tests="contract_tests/client", plugins=False)
    assert code == 0, out
    assert "apps_contract.clients.reference" in out
    assert "Conforms to edition 2023" in out


def test_both_suites_together_judge_the_server_and_say_what_was_left_out(run_pytest):
    code, out = run_pytest(*FEW, tests="contract_tests")
    assert code == 0, out
    assert "the embedded reference server" in out
    assert "the client suite was not run, since a session judges one side: pytest contract_tests/client" in out
    code, out = run_pytest(*FEW, f"--apps-adapter={CLIENT}", tests="contract_tests")
    assert code == 0, out
    assert "the server suite was not run, since a session judges one side: pytest contract_tests/server" in out


@pytest.mark.parametrize(
    ("options", "tests", "line"),
    [
        (
            [f"--apps-adapter={CLIENT}", "--apps-target=http://127.0.0.1:9", *ON],
            "contract_tests",
            "--apps-target and --apps-adapter: a session judges a server or a client, not both",
        ),
        (
            [f"--apps-adapter={CLIENT}"],
            "contract_tests/server",
            "--apps-adapter was given, and no test of contract_tests/client is among these",
        ),
        (
            ["--apps-target=http://127.0.0.1:9", *ON],
            "contract_tests/client",
            "--apps-target was given, and no test of contract_tests/server is among these",
        ),
        (
            [f"--apps-adapter={CLIENT}", "--apps-auth=magic"],
            "contract_tests/client",
            "--apps-auth 'magic': choose from",
        ),
        (["--apps-adapter='unfinished"], "contract_tests/client", "No closing quotation"),
        (["--apps-requirement=SRV-STATE-4"], "contract_tests/client", "SRV-STATE-4 names no requirement of the client"),
    ],
)
def test_wrong_use_is_one_line(run_pytest, options, tests, line):
    code, out = run_pytest(*options, tests=tests)
    assert code == pytest.ExitCode.USAGE_ERROR
    (error,) = [text for text in out.splitlines() if text.startswith("ERROR:")]
    assert line in error


def test_a_client_that_cannot_be_started_is_one_line(run_pytest):
    code, out = run_pytest("--apps-adapter=no-such-program", tests="contract_tests/client")
    assert code == pytest.ExitCode.INTERRUPTED
    assert "Exit: apps-contract: cannot start 'no-such-program'" in out


def test_the_environment_names_the_adapter(run_pytest):
    code, out = run_pytest("--apps-requirement=CLI-REQ-3", tests="contract_tests", APPS_ADAPTER=CLIENT)
    assert code == 0, out
    assert f"the client of {CLIENT}" in out


def test_the_clone_without_the_package_installed(tmp_path):
    """As a bare clone: the interpreter sees the dependencies, and the package only by conftest.py."""
    code = (
        "import importlib.util as u, sys; real = u.find_spec\n"
        "sys.path[:] = [p for p in sys.path if p != '']\n"
        "u.find_spec = lambda name, *more: None if name == 'apps_contract' else real(name, *more)\n"
        "import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    )
    arguments = ["contract_tests/client", "--apps-requirement=CLI-REQ-3", f"--apps-report-dir={tmp_path}"]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", code, "-p", "no:cacheprovider", *arguments],
        cwd=CLONE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
