"""What pytest's door does once tests of the suite are there: one run for all of them, from first test to summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from apps_contract._options import PYTEST_PREFIX, TARGET
from apps_contract.pytest_plugin import NOT_DISTRIBUTED
from apps_contract.report.document import finding_document
from apps_contract.report.files import ReportFiles
from apps_contract.report.text import finding_text, summary_lines
from apps_contract.run.errors import CannotTestError
from apps_contract.run.events import RunStarted
from apps_contract.run.hooks import ContractTest, SuiteHooks
from apps_contract.run.options import settings_of
from apps_contract.run.outcomes import ExitCode
from apps_contract.run.settings import Settings, WrongUseError
from apps_contract.run.suite import SuiteRun

if TYPE_CHECKING:
    from apps_contract.run.events import Event, RunEnded
    from apps_contract.run.findings import Result

_NAME = "apps-contract-run"


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
        self._run: SuiteRun | None = None
        self._ended: RunEnded | None = None
        self._cleaned = 0
        self.hooks = SuiteHooks(explain=self._explain)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the options as soon as it is known that they are needed."""
        if not any(isinstance(item, ContractTest) for item in items):
            return
        if hasattr(self._config, "workerinput"):
            self.hooks.refusal = NOT_DISTRIBUTED
            return
        try:
            settings = self._settings()
            assert settings.report_dir is not None
            self._run = self.hooks.run = SuiteRun(settings, [ReportFiles(settings.report_dir), self._note])
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
        if self._cleaned:
            terminalreporter.write_line(f"deleted {self._cleaned} apps that an earlier run had left behind")
        for line in summary_lines(ended):
            terminalreporter.write_line(line)

    def _settings(self) -> Settings:
        def value(key: str) -> Any:
            return self._config.getoption(f"apps_{key}")

        return settings_of(value(TARGET.key), value, prefix=PYTEST_PREFIX)

    def _note(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._cleaned = len(event.cleaned)

    def _explain(self, result: Result) -> str:
        assert self._run is not None
        texts = []
        for finding in result.findings:
            document = finding_document(finding, self._run.base_url)
            texts.append(finding_text(document, replay=f"apps-contract replay {finding.breach.requirement}"))
        return "\n\n".join(texts)
