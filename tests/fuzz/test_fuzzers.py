from __future__ import annotations

import os
import subprocess
import sys

import pytest

from apps_contract._resources import folder
from apps_contract.service.app import DEMO_KEYS
from apps_contract.service.embedded import EmbeddedServer
from apps_contract.service.faults import fault

ROOT = folder("fuzzers").parent


def run(server, *arguments, examples=10) -> subprocess.CompletedProcess[str]:
    own, other = DEMO_KEYS
    options = [f"--apps-target={server.base_url}", f"--apps-examples={examples}", "--hypothesis-seed=1"]
    for prefix, key in (("", own), ("other-", other)):
        options += [f"--apps-{prefix}project={key.project_id}", f"--apps-{prefix}key-id={key.key_id}"]
        options += [f"--apps-{prefix}key-secret={key.key_secret}"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own


def test_the_reference_server_passes_the_fuzzers_and_the_example():
    with EmbeddedServer() as server:
        ended = run(server, "fuzzers", "examples/own_property")

    assert ended.returncode == 0, ended.stdout
    assert "skipped" not in ended.stdout


@pytest.mark.parametrize(
    ("name", "where", "said"),
    [
        ("entries-sorted", "fuzzers/test_bodies.py", "SRV-STATE-2"),
        ("id-reused-after-delete", "fuzzers/test_life_cycle.py", "SRV-STATE-1"),
    ],
)
def test_a_seeded_fault_fails_a_fuzzer_with_the_steps_to_repeat_it(name, where, said):
    with EmbeddedServer(fault=fault(name)) as server:
        ended = run(server, where, examples=100)  # it ends with the first that fails

    assert ended.returncode == 1, ended.stdout
    assert f"AssertionError: {said}" in ended.stdout
    assert "curl" in ended.stdout
    assert DEMO_KEYS[0].key_secret not in ended.stdout


def test_a_target_is_opened_anew_for_who_comes_back_to_a_test(tmp_path):
    """HypoFuzz takes all fixtures down whenever it moves on to another test, and comes back later."""
    (tmp_path / "to_and_fro.py").write_text("""
def pytest_runtestloop(session):
    opened = []
    for item in session.items[:2] * 2:
        session._setupstate.setup(item)
        opened.append(item._request.getfixturevalue("subject"))
        session._setupstate.teardown_exact(None)
    print("opened", len(set(map(id, opened))), "times")
    return True
""")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-s",
        "-p",
        "to_and_fro",
        "-p",
        "no:cacheprovider",
        "fuzzers/test_raw.py",
    ]
    paths = {"PYTHONPATH": str(tmp_path)}
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, **paths}, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert "opened 4 times" in ended.stdout, ended.stdout + ended.stderr
