"""A run of the suite from beginning to end: open the target, try each test, clean up, judge."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apps_contract.http.exchange import Request
from apps_contract.run import cleanup, preflight
from apps_contract.run.baseline import read_baseline
from apps_contract.run.events import RunEnded, RunStarted, Sent, TestEnded, TestStarted
from apps_contract.run.judging import judged
from apps_contract.run.ledger import FILE_NAME, Ledger
from apps_contract.run.outcomes import fails, numbered, outcomes
from apps_contract.run.scenario import Again, run_test
from apps_contract.run.selected import selected_requirements
from apps_contract.run.session import Session
from apps_contract.run.target import Target, open_target
from apps_contract.run.tried import tried
from apps_contract.run.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apps_contract.contract import Requirement
    from apps_contract.run.events import Event, Listener
    from apps_contract.run.findings import Finding, Result
    from apps_contract.run.marks import Plan
    from apps_contract.run.outcomes import Outcome
    from apps_contract.run.settings import Settings

INTERRUPTED = "the run was interrupted"


class SuiteRun:
    """Runs tests against one target. Call ``start``, then ``run`` for each test, then ``finish``, always.

    ``again`` restricts the tests to one case, or to the steps of an earlier finding. Raises WrongUseError for a
    requirement that is not known; ``start`` raises WrongUseError or CannotTestError, with one line for the user.
    """

    def __init__(
        self,
        settings: Settings,
        listeners: Sequence[Listener] = (),
        *,
        target: Target | None = None,
        again: Again | None = None,
    ) -> None:
        self._listeners = listeners
        self._given_target = target
        self._again = again
        self._asked = settings
        self.selected: tuple[Requirement, ...] = selected_requirements(settings.requirements, "server")
        self._baseline = read_baseline(settings.baseline, settings.edition) if settings.baseline else None
        self.total = 0
        self._done = 0
        self.ended_early = ""
        self._started = time.time()
        self._clock = time.perf_counter()
        self._target: Target | None = None
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The session of this run; only between ``start`` and ``finish``."""
        assert self._session is not None, "the run has not started"
        return self._session

    def start(self) -> None:
        """Open the target, ask whether it can be tested, and clean up after an earlier run that was killed."""
        target = self._target = self._given_target or open_target(self._asked)
        settings = target.settings
        is_ours = not (settings.url or settings.asgi or settings.wsgi)  # its apps end with it: nothing to remember
        ledger_path = settings.report_dir / FILE_NAME if settings.report_dir and not is_ours else None
        probe = Request("GET", f"/v1/projects/{target.key.project_id}/apps")
        wire = Wire(target.transport, probe, rate=settings.rate, timeout=settings.timeout)
        ledger = Ledger(ledger_path)
        self._session = Session(
            settings, wire, ledger, target.key, target.other_key, target=target.name, tokens=target.tokens
        )
        preflight.check(self._session)
        cleaned = cleanup.clean_left_overs(self._session)
        self._tell(RunStarted(target.name, settings.edition, cleaned))

    def selects(self, plan: Plan) -> bool:
        """Tell whether the settings ask for a test."""
        return any(plan.requirement == requirement.id for requirement in self.selected)

    def names(self, finding: Finding) -> bool:
        """Tell whether a finding is about one of the requirements that the settings ask for."""
        return any(finding.breach.requirement == requirement.id for requirement in self.selected)

    @property
    def base_url(self) -> str:
        """Where the requests of this run can be repeated by hand; only after ``start``."""
        assert self._target is not None, "the run has not started"
        return self._target.base_url

    def run(self, plan: Plan, function: Callable[..., Any], test: str, arguments: dict[str, Any]) -> Result:
        """Run one test and return its result."""
        session = self.session
        self._tell(TestStarted(plan.requirement, test, self._done, self.total, session.wire.requests))
        before = 0 if plan.over_traffic else session.wire.requests
        result = run_test(session, plan, function, test, arguments, self._again)
        sent = Counter(exchange.operation for exchange in session.wire.traffic[before:] if exchange.operation)
        result = replace(result, operations=dict(sent))
        session.results.append(result)
        self._done += 1
        self._tell(TestEnded(result, session.wire.requests))
        if session.settings.stop_at_first and any(fails(found.level, self._asked.level) for found in result.findings):
            session.wire.stop("the first finding was enough")
        return result

    def interrupt(self, reason: str = INTERRUPTED) -> None:
        """Let nothing more out to the target but the clean-up of ``finish``, which waits for what is under way."""
        self.ended_early = reason
        if self._session:
            self._session.wire.stop(reason)

    def finish(self, *, judge: bool = True) -> RunEnded | None:
        """Delete what the run made, judge, tell it to the listeners, and give everything back.

        Returns None when the run never got past ``start``, or when it is not to be judged.
        """
        try:
            if self._session is None or not judge:
                return None
            return self._end(self._session)
        finally:
            if self._session:
                self._session.close()
            if self._target:
                self._target.close()

    def _end(self, session: Session) -> RunEnded:
        wire = session.wire
        session.settings = replace(session.settings, stop_at_first=False)
        try:
            session.settle()
            wire.resume()
            left_overs = cleanup.clean(session)
        except KeyboardInterrupt:  # once more: the user will not wait; the ledger keeps the rest for the next run
            self.interrupt()
            left_overs = session.ledger.alive()
        session.ledger.close()
        ended_early = self.ended_early or wire.lost
        settings = session.settings
        verdict = judged(
            numbered(session.results, self.selected),
            lambda findings: self._judge(session, findings, ended_early),
            level=settings.level,
            baseline=self._baseline,
            ended_early=ended_early,
        )
        ended = RunEnded(
            settings,
            session.target,
            self._target.base_url if self._target else "",
            self._started,
            time.perf_counter() - self._clock,
            wire.requests,
            verdict.outcomes,
            verdict.findings,
            verdict.exit_code,
            ended_early,
            left_overs,
            wire.pace.report(),
            dict(Counter(_status_class(exchange.status) for exchange in wire.traffic)),
            tuple(Sent(exchange.operation, exchange.status, exchange.duration_s) for exchange in wire.traffic),
            verdict.weighed,
            tried(wire.traffic, settings.edition),
        )
        self._tell(ended)
        return ended

    def _judge(self, session: Session, findings: Sequence[Finding], ended_early: str) -> tuple[Outcome, ...]:
        edition, level = session.settings.edition, session.settings.level
        return outcomes(session.results, findings, self.selected, edition, level, why_not_run=ended_early)

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


def _status_class(status: int | None) -> str:
    return "no answer" if status is None else f"{status // 100}xx"
