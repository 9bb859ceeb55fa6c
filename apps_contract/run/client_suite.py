"""A run of the client suite from beginning to end: ask what the client can, try each test, judge."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from apps_contract.checks.client.record import Auth
from apps_contract.clients.command import shown_command
from apps_contract.clients.process import AdapterStartError
from apps_contract.clients.protocol import Configuration
from apps_contract.run.baseline import read_baseline
from apps_contract.run.client_scenario import run_client_test
from apps_contract.run.client_session import ClientSession
from apps_contract.run.errors import CannotTestError
from apps_contract.run.events import RunEnded, RunStarted, Sent, TestEnded, TestStarted
from apps_contract.run.judging import judged
from apps_contract.run.outcomes import fails, numbered, outcomes
from apps_contract.run.selected import selected_requirements
from apps_contract.run.suite import INTERRUPTED
from apps_contract.service.judge.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apps_contract.contract import Requirement
    from apps_contract.run.events import Event, Listener
    from apps_contract.run.findings import Finding, Result
    from apps_contract.run.marks import Plan
    from apps_contract.run.scenario import Again
    from apps_contract.run.settings import Settings

_BASE_URL = "http://127.0.0.1:8700"
AUTHS: tuple[Auth, ...] = get_args(Auth)


def auths_of(settings: Settings) -> tuple[Auth, ...]:
    """Return the kinds of authentication that a run is to test."""
    return tuple(auth for auth in AUTHS if settings.auth in {auth, "both"})


class ClientRun:
    """Runs tests against one client. Call ``start``, then ``run`` for each test, then ``finish``, always.

    ``command`` starts the adapter; ``auths`` restricts the kinds of authentication, and ``again`` the tests to one
    case. Raises WrongUseError; ``start`` raises CannotTestError, with one line for the user.
    """

    base_url = _BASE_URL

    def __init__(
        self,
        settings: Settings,
        command: str,
        listeners: Sequence[Listener] = (),
        *,
        auths: Sequence[Auth] = AUTHS,
        again: Again | None = None,
    ) -> None:
        auth = auths[0] if len(auths) == 1 else "both"
        settings = replace(settings, adapter=command, auth=auth)
        self._listeners = listeners
        self._command = shown_command(command)
        self._wanted = tuple(auths)
        self._again = again
        self._baseline = read_baseline(settings.baseline, settings.edition) if settings.baseline else None
        self.selected: tuple[Requirement, ...] = selected_requirements(settings.requirements, "client")
        self.session = ClientSession(settings, command)
        self.total = 0
        self.ended_early = ""
        self._done = 0
        self._started = time.time()
        self._clock = time.perf_counter()

    def start(self) -> None:
        """Start the adapter, and ask which kinds of authentication the client has."""
        session = self.session
        try:
            session.auths = tuple(auth for auth in self._wanted if self._has(auth))
        except AdapterStartError as error:
            raise CannotTestError(str(error)) from None
        if not session.auths:
            raise CannotTestError(
                f"the client of {self._command!r} can authenticate by none of {', '.join(self._wanted)}"
            )
        self._tell(RunStarted(f"the client of {self._command}", session.edition))

    def _has(self, auth: Auth) -> bool:
        drill = self.session.drill()
        adapter = drill._adapter  # noqa: SLF001 -- before there is a drill to run
        try:
            with Judge(self.session.edition) as judge:
                said = adapter.configure(
                    Configuration(judge.base_url, judge.token_url, judge.key, auth, self.session.edition, 5.0)
                )
                if said.ending != "answered":
                    raise CannotTestError(f"the adapter does not answer configure: {said.text}")
                if said.ok:
                    said = adapter.ask("list")
        finally:
            self.session.over(drill)
        return said.kind != "unsupported"

    def selects(self, plan: Plan) -> bool:
        """Tell whether the settings ask for a test."""
        return any(plan.requirement == requirement.id for requirement in self.selected)

    def names(self, finding: Finding) -> bool:
        """Tell whether a finding is about one of the requirements that the settings ask for."""
        return any(finding.breach.requirement == requirement.id for requirement in self.selected)

    def run(self, plan: Plan, function: Callable[..., Any], test: str, arguments: dict[str, Any]) -> Result:
        """Run one test and return its result."""
        session = self.session
        self._tell(TestStarted(plan.requirement, test, self._done, self.total, session.requests))
        result = run_client_test(session, plan, function, test, arguments, self._again)
        session.results.append(result)
        self._done += 1
        self._tell(TestEnded(result, session.requests))
        level = session.settings.level
        if session.settings.stop_at_first and any(fails(found.level, level) for found in result.findings):
            session.stop("the first finding was enough")
        return result

    def interrupt(self, reason: str = INTERRUPTED) -> None:
        """Begin nothing more."""
        self.ended_early = reason
        self.session.stop(reason)

    def finish(self, *, judge: bool = True) -> RunEnded | None:
        """End the adapters and judge; None when the run never got past ``start``, or is not to be judged."""
        self.session.close()
        return self._end() if judge and self.session.auths else None

    def _end(self) -> RunEnded:
        session, settings = self.session, self.session.settings
        verdict = judged(
            numbered(session.results, self.selected),
            lambda findings: outcomes(
                session.results, findings, self.selected, settings.edition, settings.level, why_not_run=self.ended_early
            ),
            level=settings.level,
            baseline=self._baseline,
            ended_early=self.ended_early,
        )
        exchanges = [seen.recorded.exchange for seen in session.traffic]
        statuses = Counter("no answer" if each.status is None else f"{each.status // 100}xx" for each in exchanges)
        ended = RunEnded(
            settings,
            f"the client of {self._command}",
            self.base_url,
            self._started,
            time.perf_counter() - self._clock,
            session.requests,
            verdict.outcomes,
            verdict.findings,
            verdict.exit_code,
            self.ended_early,
            statuses=dict(statuses),
            sent=tuple(Sent(each.operation, each.status, each.duration_s) for each in exchanges),
            baseline=verdict.weighed,
            kind="client",
        )
        self._tell(ended)
        return ended

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)
