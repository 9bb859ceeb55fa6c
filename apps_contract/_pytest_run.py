"""What pytest's door does once tests of the suite are there: one run for all of them, from first test to summary."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, Any, cast

import pytest

from apps_contract._options import ADAPTER, OPTIONS, PYTEST_PREFIX, TARGET
from apps_contract.pytest_plugin import NOT_DISTRIBUTED
from apps_contract.report.document import finding_document
from apps_contract.report.files import ReportFiles
from apps_contract.report.text import finding_text, summary_lines
from apps_contract.run.client_suite import ClientRun, auths_of
from apps_contract.run.errors import CannotTestError
from apps_contract.run.events import RunStarted
from apps_contract.run.hooks import ContractTest, SuiteHooks
from apps_contract.run.options import client_settings_of, settings_of
from apps_contract.run.outcomes import ExitCode
from apps_contract.run.settings import WrongUseError
from apps_contract.run.suite import SuiteRun

if TYPE_CHECKING:
    from apps_contract.run.events import Event, Listener, RunEnded
    from apps_contract.run.findings import Result
    from apps_contract.run.settings import Settings

_NAME = "apps-contract-run"
_REFERENCE_CLIENT = shlex.join([sys.executable, "-m", "apps_contract.clients.reference"])
_SERVERS = [option for option in (TARGET, *OPTIONS) if option.name in {"target", "asgi", "wsgi"}]
_LEFT_OUT = {
    "server": "the client suite was not run, since a session judges one side: pytest contract_tests/client"
    f" {PYTEST_PREFIX}adapter 'COMMAND'",
    "client": "the server suite was not run, since a session judges one side: pytest contract_tests/server"
    f" {PYTEST_PREFIX}target URL",
}


def attach(config: pytest.Config) -> None:
    """Register the run with pytest, once."""
    if not config.pluginmanager.has_plugin(_NAME):
        door = PytestRun(config)
        config.pluginmanager.register(door, _NAME)
        config.pluginmanager.register(door.hooks, f"{_NAME}-hooks")


class PytestRun:
    """Starts a run before the first test and ends it after the last, if any test of the suite is to be run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._run: SuiteRun | ClientRun | None = None
        self._left_out = ""
        self._ended: RunEnded | None = None
        self._cleaned = 0
        self.hooks = SuiteHooks(explain=self._explain)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the options as soon as it is known that they are needed."""
        tests = [item for item in items if isinstance(item, ContractTest)]
        if not tests:
            return
        if hasattr(self._config, "workerinput"):
            self.hooks.refusal = NOT_DISTRIBUTED
            return
        try:
            sides = {item.plan.requirement_side for item in tests}
            side = self._side(sides)
            self._run = self._new_run(side)
            self.hooks.run = cast("SuiteRun", self._run)  # the hooks ask of a run only what both kinds have
            self._left_out = _LEFT_OUT[side] if len(sides) > 1 else ""
        except WrongUseError as error:
            raise pytest.UsageError(f"apps-contract: {error}") from None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Open the target, and make sure that it can be tested."""
        wanted = any(isinstance(item, ContractTest) for item in session.items)
        if self._run is None or not wanted or session.testsfailed or session.config.option.collectonly:
            return
        try:
            self._run.start()
        except (WrongUseError, CannotTestError) as error:
            self._run.finish(judge=False)
            self._run = None
            if isinstance(error, WrongUseError):
                raise pytest.UsageError(f"apps-contract: {error}") from None
            pytest.exit(f"apps-contract: {error}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Clean up and judge. A run that could not say anything is no success."""
        if self._run is None:
            return
        self._ended = self._run.finish()
        could_not_test = self._ended is not None and self._ended.exit_code is ExitCode.COULD_NOT_TEST
        if could_not_test and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the verdict below pytest's own."""
        ended = self._ended
        if ended is None:
            return
        terminalreporter.section(f"Apps contract, edition {ended.settings.edition}: {ended.target}")
        if self._left_out:
            terminalreporter.write_line(self._left_out)
        if self._cleaned:
            terminalreporter.write_line(f"deleted {self._cleaned} apps that an earlier run had left behind")
        for line in summary_lines(ended):
            terminalreporter.write_line(line)

    def _side(self, collected: set[str]) -> str:
        """Return which side this session judges; raise WrongUseError when the options do not fit what was collected."""
        servers = [option for option in _SERVERS if self._value(option.key)]
        if servers and self._value(ADAPTER.key):
            names = f"{PYTEST_PREFIX}{servers[0].name} and {PYTEST_PREFIX}{ADAPTER.name}"
            raise WrongUseError(f"{names}: a session judges a server or a client, not both")
        asked = "client" if self._value(ADAPTER.key) else "server" if servers else ""
        if asked and asked not in collected:
            name = ADAPTER.name if asked == "client" else servers[0].name
            raise WrongUseError(
                f"{PYTEST_PREFIX}{name} was given, and no test of contract_tests/{asked} is among these"
            )
        if not asked and os.environ.get(ADAPTER.variable) and not any(os.environ.get(one.variable) for one in _SERVERS):
            asked = "client"
        return asked if asked in collected else "server" if "server" in collected else "client"

    def _new_run(self, side: str) -> SuiteRun | ClientRun:
        """Return the run; without a target or an adapter, of our own server or client."""
        if side == "server":
            settings = settings_of(self._value(TARGET.key), self._value, prefix=PYTEST_PREFIX)
            return SuiteRun(settings, self._listeners(settings))
        settings = client_settings_of(self._value, prefix=PYTEST_PREFIX)
        command = settings.adapter or _REFERENCE_CLIENT
        return ClientRun(settings, command, self._listeners(settings), auths=auths_of(settings))

    def _listeners(self, settings: Settings) -> list[Listener]:
        assert settings.report_dir is not None
        return [ReportFiles(settings.report_dir), self._note]

    def _value(self, key: str) -> Any:
        return self._config.getoption(f"apps_{key}")

    def _note(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._cleaned = len(event.cleaned)

    def _explain(self, result: Result) -> str:
        assert self._run is not None
        place, settings = self._run.base_url, self._run.session.settings
        return "\n\n".join(
            finding_text(finding_document(one, place, settings), docs_url=settings.docs_url) for one in result.findings
        )
