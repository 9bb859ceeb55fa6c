"""The suite as pytest sees it: which tests run, in which order, and how each is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from apps_contract.run.marks import MARK
from apps_contract.run.outcomes import fails

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.run.findings import Result
    from apps_contract.run.marks import Plan
    from apps_contract.run.suite import SuiteRun


def plan_of(item: pytest.Item) -> Plan | None:
    """Return what a test of the suite says of itself, or None for a test of somebody else's."""
    mark = item.get_closest_marker(MARK)
    return mark.args[0] if mark else None


class SuiteHooks:
    """Runs each test of the suite through a SuiteRun instead of calling it directly.

    ``explain`` writes the text of a failed test; without it no finding fails a test of pytest's, since the run alone tells.
    """

    def __init__(self, run: SuiteRun, explain: Callable[[Result], str] | None = None) -> None:
        self.run = run
        self._explain = explain

    @pytest.fixture
    def api(self) -> None:
        """Stand for the Api that each try of a test gets afresh."""

    @pytest.fixture
    def case(self) -> None:
        """Stand for the case that a test is tried with."""

    @pytest.fixture
    def exchange(self) -> None:
        """Stand for the exchange that a test over all traffic judges."""

    @pytest.fixture
    def session(self) -> Any:
        """Return the session of the run."""
        return self.run.session

    @pytest.fixture
    def edition(self) -> str:
        """Return the edition that the run judges by."""
        return self.run.session.edition

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what is not asked for, and put tests over all traffic last."""
        kept: list[pytest.Item] = []
        dropped: list[pytest.Item] = []
        for item in items:
            plan = plan_of(item)
            (kept if plan is None or self.run.selects(plan) else dropped).append(item)
        if dropped:
            config.hook.pytest_deselected(items=dropped)
        items[:] = sorted(kept, key=_is_over_traffic)
        self.run.total = sum(plan_of(item) is not None for item in items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a test of the suite; leave every other test to pytest."""
        plan = plan_of(pyfuncitem)
        if plan is None:
            return None
        arguments = {name: pyfuncitem.funcargs[name] for name in ("session", "edition") if _takes(pyfuncitem, name)}
        result = self.run.run(plan, pyfuncitem.obj, pyfuncitem.nodeid, arguments)
        session = self.run.session
        if self._explain is None:
            return True
        if any(fails(finding.level, session.settings.level) for finding in result.findings):
            pytest.fail(self._explain(result), pytrace=False)
        if result.not_tested or result.not_applicable:
            pytest.skip(f"not tested: {result.not_tested}" if result.not_tested else f"n/a: {result.not_applicable}")
        return True


def _takes(item: pytest.Function, name: str) -> bool:
    return name in item._fixtureinfo.argnames  # noqa: SLF001 - what pytest's own pyfunc_call reads


def _is_over_traffic(item: pytest.Item) -> bool:
    plan = plan_of(item)
    return plan is not None and plan.over_traffic
