"""The suite as pytest sees it: which tests run, in which order, and how each is called."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from apps_contract._resources import folder
from apps_contract.run.marks import MARK
from apps_contract.run.outcomes import fails

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from apps_contract.run.findings import Result
    from apps_contract.run.marks import Plan
    from apps_contract.run.suite import SuiteRun


class ContractTest(pytest.Item):
    """One test of the suite. Its requirement stands in its name: ``test_get_shows_it[SRV-STATE-4]``."""

    def __init__(self, *, plan: Plan, function: Callable[..., Any], hooks: SuiteHooks, **others: Any) -> None:
        super().__init__(**others)
        self.plan = plan
        self.function = function
        self._hooks = hooks
        # What reports and replay call it, wherever the suite lies.
        self.test_id = f"{self.path.relative_to(folder('contract_tests')).as_posix()}::{self.name}"
        self.user_properties.append(("requirement", plan.requirement))
        self.add_marker(getattr(pytest.mark, MARK)(plan))

    def runtest(self) -> None:
        """Run the test through the hooks' run."""
        self._hooks.run_test(self)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Tell where the test stands."""
        return self.path, self.function.__code__.co_firstlineno - 1, self.name

    def needs(self, name: str) -> bool:
        """Tell whether the test takes an argument."""
        return name in inspect.signature(self.function).parameters


class SuiteHooks:
    """Makes an item of each test of the suite, and runs it through a SuiteRun.

    ``run`` is set once the tests are collected, at the latest; ``refusal``, if set, is why no test can be run.
    ``explain`` writes the text of a failed test; without it no finding fails one, since the run alone tells.
    """

    def __init__(self, run: SuiteRun | None = None, explain: Callable[[Result], str] | None = None) -> None:
        self.run = run
        self.refusal = ""
        self._explain = explain

    def pytest_pycollect_makeitem(self, collector: pytest.Collector, name: str, obj: object) -> ContractTest | None:
        """Make an item of a function that is marked with its requirement; leave everything else to pytest."""
        marks: list[pytest.Mark] = getattr(obj, "pytestmark", []) if inspect.isfunction(obj) else []
        plan: Plan | None = next((mark.args[0] for mark in marks if mark.name == MARK), None)
        if plan is None:
            return None
        named = f"{name}[{plan.requirement}]"
        made = ContractTest.from_parent(collector, name=named, plan=plan, function=obj, hooks=self)
        assert isinstance(made, ContractTest)
        return made

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what is not asked for, and put tests over all traffic last."""
        if self.run is None:
            return
        kept: list[pytest.Item] = []
        dropped: list[pytest.Item] = []
        for item in items:
            is_asked_for = not isinstance(item, ContractTest) or self.run.selects(item.plan)
            (kept if is_asked_for else dropped).append(item)
        if dropped:
            config.hook.pytest_deselected(items=dropped)
        items[:] = sorted(kept, key=_is_over_traffic)
        self.run.total = sum(isinstance(item, ContractTest) for item in items)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Let nothing more out when the user presses Ctrl-C (pytest interrupts itself for other reasons, too)."""
        if self.run is not None and excinfo.type is KeyboardInterrupt:
            self.run.interrupt()

    def run_test(self, item: ContractTest) -> None:
        """Run one test, and let it end in pytest as its result says."""
        if self.refusal:
            pytest.fail(self.refusal, pytrace=False)
        assert self.run is not None, "the run starts before its tests"
        session = self.run.session
        known = {"session": session, "edition": session.edition}
        arguments = {name: value for name, value in known.items() if item.needs(name)}
        result = self.run.run(item.plan, item.function, item.test_id, arguments)
        level = session.settings.level
        broken = [finding for finding in result.findings if fails(finding.level, level) and self.run.names(finding)]
        if session.settings.stop_at_first and broken:
            item.session.shouldstop = "the first finding was enough"
        if self._explain is None:
            return
        if broken:
            pytest.fail(self._explain(result), pytrace=False)
        if result.not_tested:
            _skip(f"not tested: {result.not_tested}")
        if result.not_applicable:
            _skip(f"not applicable: {result.not_applicable}")


def _skip(reason: str) -> NoReturn:
    raise pytest.skip.Exception(reason, _use_item_location=True)


def _is_over_traffic(item: pytest.Item) -> bool:
    return isinstance(item, ContractTest) and item.plan.over_traffic
