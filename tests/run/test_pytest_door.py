"""``pytest contract_tests``, as a process of its own: with and without options, against good and bad servers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from apps_contract import _pytest_run, pytest_plugin
from apps_contract.run.marks import MARK

from .conftest import OTHER, OWN, Wrapped, answer

CLONE = Path(pytest_plugin.__file__).parent.parent
ON = [
    f"--apps-project={OWN.project_id}",
    f"--apps-key-id={OWN.key_id}",
    f"--apps-key-secret={OWN.key_secret}",
    f"--apps-other-project={OTHER.project_id}",
    f"--apps-other-key-id={OTHER.key_id}",
    f"--apps-other-key-secret={OTHER.key_secret}",
]


@pytest.fixture
def run_pytest(tmp_path):
    """Run pytest on the suite in the clone; returns its exit code and what it printed."""

    def run(*arguments, tests="contract_tests/server", cwd=CLONE, plugins=True, **environment):
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error"]
        command += [tests, f"--apps-report-dir={tmp_path}", *arguments]
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            cwd=cwd,
            env={
                **os.environ,
                "COLUMNS": "200",
                **({} if plugins else {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done.returncode, done.stdout + done.stderr

    return run


def test_without_options_the_embedded_server_is_tested(run_pytest, tmp_path):
    code, out = run_pytest("-k", "SRV-STATE-4 or SRV-SHAPE-2", "--apps-requirement", "SRV-STATE-4")
    assert code == 0, out
    assert "Apps contract, edition 2023: the embedded reference server" in out
    assert "1 passed, 0 failed" in out
    assert json.loads((tmp_path / "report.json").read_text())["exit_code"] == 0
    assert (tmp_path / "junit.xml").exists()


def test_a_bare_clone_needs_no_installed_plugin(run_pytest):
    code, out = run_pytest("--apps-requirement=SRV-STATE-4", plugins=False)
    assert code == 0, out
    assert "Conforms to edition 2023" in out


def test_a_failing_requirement_fails_its_test_with_a_readable_text(run_pytest, serve):
    def before(scope):
        return answer(500, {"code": 500, "message": "no", "status": "X"}) if scope["method"] == "DELETE" else None

    url = serve(Wrapped(before))
    code, out = run_pytest(
        f"--apps-target={url}", *ON, "--apps-requirement=SRV-STATE-9", "--apps-requirement=SRV-LOAD-3"
    )
    assert code == 1
    for text in (
        "SRV-STATE-9 MUST: ",
        "rule      MUST: after delete, get, update and a second delete answer 404 or 403",
        "expected  status 200",
        "actual    status 500",
        'step      curl -i -X DELETE "http://127.0.0.1',
        "→ 500 ",
        "explain   apps-contract explain SRV-STATE-9",
        "replay    apps-contract replay SRV-STATE-9",
        "Does not conform to edition 2023: 1 requirement broken",
        "FAILED contract_tests/server/test_delete.py::test_deleted_app_is_gone[SRV-STATE-9]",
    ):
        assert text in out
    assert OWN.key_secret not in out


def test_should_findings_are_told_in_the_summary_and_fail_only_when_asked_for(run_pytest, serve):
    bare = answer(401, {"code": 401, "message": "no", "status": "UNAUTHENTICATED"})
    app = Wrapped(lambda scope: None if b"authorization" in dict(scope["headers"]) else bare)
    options = [f"--apps-target={serve(app)}", *ON, "--apps-requirement=SRV-AUTH-5"]
    code, out = run_pytest(*options)
    assert code == 0, out
    assert "f1   SRV-AUTH-5    SHOULD  a 401 does not say how to authenticate" in out
    assert "0 passed, 0 failed, 1 warned" in out
    code, out = run_pytest(*options, "--apps-level=should")
    assert code == 1


def test_what_cannot_be_tested_is_skipped_with_its_reason(run_pytest, serve):
    alone = [option for option in ON if "other" not in option]
    code, out = run_pytest(
        f"--apps-target={serve()}", *alone, "--apps-requirement=SRV-AUTH-2", "--apps-requirement=SRV-LOAD-3", "-rs"
    )
    assert code == 0, out
    assert "test_access.py" in out
    assert "not tested: needs a second project: give --other-project" in out
    assert "Conforms to edition 2023, as far as tested: 1 requirement could not be" in out


def test_a_run_that_tested_nothing_is_no_success(run_pytest, serve):
    alone = [option for option in ON if "other" not in option]
    code, out = run_pytest(f"--apps-target={serve()}", *alone, "--apps-requirement=SRV-AUTH-2")
    assert code == 1
    assert "Nothing could be tested" in out


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--apps-edition=2022"], "--apps-edition '2022': choose from 2021, 2023, 2026"),
        (["--apps-requirement=SRV-STAT"], "did you mean"),
        (["--apps-target=nowhere"], "'nowhere' is no base URL"),
        (["--apps-project=p"], "--apps-key-id, --apps-key-secret is missing"),
        (["--apps-target=http://127.0.0.1:9"], "the target needs credentials"),
        (["--apps-asgi=no_such_module:app", *ON], "'no_such_module:app' cannot be imported"),
        (["-n", "2"], pytest_plugin.NOT_DISTRIBUTED),
    ],
)
def test_wrong_use_is_one_line_and_no_test_runs(run_pytest, tmp_path, options, line):
    code, out = run_pytest(*options)
    assert code == pytest.ExitCode.USAGE_ERROR
    (error,) = [text for text in out.splitlines() if text.startswith("ERROR:")]
    assert line in error
    assert not (tmp_path / "report.json").exists()


def test_an_unreachable_target_is_one_line(run_pytest):
    code, out = run_pytest("--apps-target=http://127.0.0.1:9", *ON)
    assert code == pytest.ExitCode.INTERRUPTED
    assert "Exit: apps-contract: cannot reach http://127.0.0.1:9: " in out
    assert "no tests ran" in out


def test_the_environment_stands_in_for_options(run_pytest, serve):
    code, out = run_pytest(
        APPS_TARGET=serve(), APPS_PROJECT=OWN.project_id, APPS_KEY_ID=OWN.key_id, APPS_KEY_SECRET=OWN.key_secret,
        APPS_REQUIREMENT="SRV-STATE-4", APPS_EDITION="2023",
    )  # fmt: skip
    assert code == 0, out
    assert "the embedded reference server" not in out


def test_collecting_sends_nothing(run_pytest, serve):
    app = Wrapped()
    code, out = run_pytest("--collect-only", "-q", f"--apps-target={serve(app)}", *ON)
    assert code == 0
    assert "contract_tests/server/test_read.py::test_list_holds_every_app_once[SRV-STATE-5]" in out
    assert app.seen == []


def test_workers_of_xdist_fail_clearly():
    class Config:
        workerinput = None

    item = object.__new__(_pytest_run.ContractTest)
    run = _pytest_run.PytestRun(Config())
    run.pytest_collection_modifyitems([item])
    with pytest.raises(pytest.fail.Exception, match="run them without -n"):
        run.hooks.run_test(item)


THEIRS = """
import sys

def test_it(request):
    assert request.config.pluginmanager.has_plugin("apps_contract.pytest_plugin")
    ours = {name.removeprefix("apps_contract") for name in sys.modules if name.startswith("apps_contract")}
    assert ours == {"", "._options", "._resources", ".pytest_plugin"}
    heavy = {"jsonschema", "jsonschema_rs", "hypothesis", "h11", "starlette", "uvicorn", "rich", "click", "responses"}
    assert not heavy & set(sys.modules)
"""


def test_other_peoples_runs_pay_nothing(tmp_path):
    """The plugin is loaded, and neither the engine nor what it stands on is imported for it."""
    (tmp_path / "test_theirs.py").write_text(THEIRS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "apps_contract.pytest_plugin",
        str(tmp_path),
    ]
    done = subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    said = [line for line in done.stdout.splitlines() if not line.startswith(("plugins:", "rootdir:"))]
    assert "apps" not in "".join(said)


def test_marker_is_the_one_of_the_suite(pytestconfig):
    assert any(line.startswith(f"{MARK}(") for line in pytestconfig.getini("markers"))
