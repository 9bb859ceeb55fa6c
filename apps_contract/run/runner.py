"""Runs the suite without a terminal of pytest's: what the commands use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from apps_contract._resources import folder
from apps_contract.run.hooks import SuiteHooks
from apps_contract.run.suite import SuiteRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.run.events import Listener, RunEnded
    from apps_contract.run.settings import Settings
    from apps_contract.run.target import Target

# Nothing of the place where the user stands may get into the run: no configuration, no conftest.py, no cache.
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
)


class SuiteError(Exception):
    """The suite itself failed: a defect of ours, never of the target. Leads to exit code 4."""


def run_suite(
    settings: Settings, listeners: Sequence[Listener] = (), *, tests: Sequence[str] = (), target: Target | None = None
) -> RunEnded:
    """Run the server suite and return how it ended.

    ``tests`` are node ids below ``contract_tests``, all by default. Raises WrongUseError, CannotTestError, SuiteError.
    """
    run = SuiteRun(settings, listeners, target=target)
    is_judged = False
    try:
        run.start()
        errors = _Errors()
        _pytest(tests or ["server"], [SuiteHooks(run), errors])
        if errors.interrupted:
            run.interrupt()
        elif errors.first:
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
    """Notes the first test that failed in a way that is no verdict, and whether the user pressed Ctrl-C."""

    def __init__(self) -> None:
        self.first = ""
        self.interrupted = False

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.interrupted = excinfo.type is KeyboardInterrupt  # pytest interrupts itself on errors of collection, too

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.first = self.first or f"{report.nodeid}: {report.longreprtext}"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.first = self.first or f"{report.nodeid}: {report.longreprtext}"

    def pytest_internalerror(self, excrepr: object) -> bool:
        self.first = self.first or str(excrepr)
        return True


def _pytest(tests: Sequence[str], plugins: list[object]) -> int:
    suite = folder("contract_tests")
    arguments = [*_ISOLATED, f"--rootdir={suite}", f"--confcutdir={suite}", *(str(suite / test) for test in tests)]
    old_options = os.environ.pop("PYTEST_ADDOPTS", None)
    try:
        return int(pytest.main(arguments, plugins=plugins))
    finally:
        if old_options is not None:
            os.environ["PYTEST_ADDOPTS"] = old_options
