"""Runs the suite without a terminal of pytest's: what the commands use."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from apps_contract._resources import folder
from apps_contract.run.hooks import SuiteHooks
from apps_contract.run.marks import MARK
from apps_contract.run.suite import SuiteRun

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apps_contract.run.events import Listener, RunEnded
    from apps_contract.run.scenario import Again
    from apps_contract.run.settings import Settings
    from apps_contract.run.target import Target

# Nothing of the place where the user stands may get into the run: no configuration, no conftest.py, no cache, and, by
# the environment below, no plugin that happens to be installed.
_ISOLATED = (
    "-c",
    os.devnull,
    "-p",
    "no:cacheprovider",
    "--import-mode=importlib",
    "--assert=plain",
    "--capture=no",
    "-p",
    "no:terminal",
    "-p",
    "no:unraisableexception",  # which collects garbage five times at the end: a fifth of a short run
)


class SuiteError(Exception):
    """The suite itself failed: a defect of ours, never of the target. Leads to exit code 4."""


def run_suite(
    settings: Settings,
    listeners: Sequence[Listener] = (),
    *,
    tests: Sequence[str] = (),
    target: Target | None = None,
    again: Again | None = None,
) -> RunEnded:
    """Run the server suite and return how it ended.

    ``tests`` are node ids below ``contract_tests``, all by default; ``again`` restricts them to one case, or to the
    steps of an earlier finding. Raises WrongUseError, CannotTestError, SuiteError.
    """
    run = SuiteRun(settings, listeners, target=target, again=again)
    is_judged = False
    try:
        run.start()
        errors = _Errors()
        _pytest(tests or ["server"], [SuiteHooks(run), errors])
        if errors.first and not run.ended_early:
            raise SuiteError(errors.first)
        is_judged = True
    except KeyboardInterrupt:
        run.interrupt()
        is_judged = run._session is not None  # noqa: SLF001
    finally:
        ended = run.finish(judge=is_judged)
    assert ended is not None
    return ended


class _Errors:
    """Notes the first test that failed in a way that is no verdict."""

    def __init__(self) -> None:
        self.first = ""

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", f"{MARK}(plan): as the plugin says, which is not loaded here")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def pytest_internalerror(self, excrepr: object) -> bool:
        self.first = self.first or str(excrepr)
        return True

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Keep what happened in one line, such as a NameError, before the whole of it."""
        if report.failed and not self.first:
            crash = getattr(report.longrepr, "reprcrash", None)
            said = crash.message.partition("\n")[0] if crash else "it cannot be read"
            self.first = f"{report.nodeid}: {said}\n{report.longreprtext}"


def _pytest(tests: Sequence[str], plugins: list[object]) -> int:
    suite = folder("contract_tests")
    arguments = [*_ISOLATED, f"--rootdir={suite}", f"--confcutdir={suite}", *(str(suite / test) for test in tests)]
    with _environment({"PYTEST_ADDOPTS": None, "PYTEST_PLUGINS": None, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}):
        return int(pytest.main(arguments, plugins=plugins))


@contextmanager
def _environment(variables: Mapping[str, str | None]) -> Iterator[None]:
    """Set environment variables, or take them away (None), for a while."""
    before = {name: os.environ.get(name) for name in variables}
    try:
        _set(variables)
        yield
    finally:
        _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
