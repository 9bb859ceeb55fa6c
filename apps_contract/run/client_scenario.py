"""Runs one test of the client suite: tries its cases, confirms what broke, and files it as findings."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from apps_contract.clients.process import AdapterStartError
from apps_contract.http.redaction import Redactor
from apps_contract.run.api import BrokenError
from apps_contract.run.drill import Origin
from apps_contract.run.errors import NotApplicableError, NotTestedError, RunEndedError
from apps_contract.run.findings import Finding, Result
from apps_contract.run.scenario import label_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Insight
    from apps_contract.contract import Level
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.client_session import ClientSession
    from apps_contract.run.marks import Plan, Smaller
    from apps_contract.run.scenario import Again

_MOST_NAMED = 20
_MOST_EXCHANGES = 12
_MOST_SILENT = 8
# A finding is worth some patience, but a client that waits on what it cannot read must not hold the run.
_SHRINK_S = 8.0


@dataclass(frozen=True)
class Attempt:
    """How one try of one case ended; at most one of ``breach``, ``not_tested`` and ``not_applicable`` is set."""

    case: Any = None
    breach: Breach | None = None
    trace: tuple[Exchange, ...] = ()
    insights: tuple[Insight, ...] = ()
    origin: Origin | None = None
    not_tested: str = ""
    not_applicable: str = ""
    was_silent: bool = False


def run_client_test(
    session: ClientSession,
    plan: Plan,
    function: Callable[..., Any],
    test: str,
    arguments: dict[str, Any],
    repeat: Again | None = None,
) -> Result:
    """Run one test of the client suite and return its result; ``repeat`` restricts it to one case."""
    started = time.perf_counter()
    cases = [None] if plan.cases is None else list(plan.cases(session.settings))
    # Which kind of authentication has its turn goes by the place, also when one case alone is repeated.
    turns = {id(case): place for place, case in enumerate(cases)}
    places = {label_of(case): place for place, case in enumerate(cases)}
    if repeat and repeat.case and plan.cases is not None:
        cases = [case for case in cases if label_of(case) == repeat.case]
        if not cases:
            return Result(plan.requirement, test, 0, not_tested=f"its case is not drawn any more: {repeat.case}")

    def once(case: Any) -> Attempt:
        given = {**arguments, **({"case": case} if plan.cases is not None else {})}
        label = label_of(case)
        turn = turns.get(id(case), places.get(label, 0))  # a case made smaller keeps its place
        return _attempt(session, function, case, given, Origin(test, label, turn))

    silent: list[Any] = []

    def first_try(case: Any) -> Attempt:
        # One operation that hangs would hold up all of the cases, which have nothing more to tell.
        if len(silent) >= _MOST_SILENT:
            return Attempt(case, not_tested=f"the adapter was silent in {_MOST_SILENT} cases before")
        attempt = once(case)
        if attempt.was_silent:
            silent.append(case)
        return attempt

    if plan.over_traffic:
        attempts = [
            Attempt(
                seen,
                function(**{**arguments, "exchange": seen}),
                (seen.recorded.exchange,),
                (seen.context.insight,),
                seen.origin,
            )
            for seen in list(session.traffic)
        ]
    else:
        attempts = _try_all(session, first_try, cases)
    sent = Counter(one.operation for attempt in attempts for one in attempt.trace if one.operation)
    findings = tuple(_findings(session, plan, attempts, once, test))
    return Result(
        plan.requirement,
        test,
        len(attempts),
        findings,
        not_tested=_some([attempt.not_tested for attempt in attempts], len(attempts)),
        not_applicable=_all([attempt.not_applicable for attempt in attempts]),
        note=session.notes.get(plan.requirement, ""),
        duration_s=time.perf_counter() - started,
        operations=dict(sent),
    )


def _try_all(session: ClientSession, once: Callable[[Any], Attempt], cases: Sequence[Any]) -> list[Attempt]:
    if not session.settings.stop_at_first:
        return session.together(once, cases)
    attempts: list[Attempt] = []
    step = 8
    for start in range(0, len(cases), step):
        attempts += session.together(once, cases[start : start + step])
        if any(attempt.breach for attempt in attempts):
            break
    return attempts


def _attempt(
    session: ClientSession, function: Callable[..., Any], case: Any, arguments: dict[str, Any], origin: Origin
) -> Attempt:
    try:
        drill = session.drill(origin)
    except RunEndedError as error:
        return Attempt(case, not_tested=str(error))
    ended = Attempt(case)
    try:
        function(drill=drill, **arguments)
    except BrokenError as broken:
        ended = Attempt(case, broken.breach)
    except (NotTestedError, AdapterStartError) as error:
        ended = Attempt(case, not_tested=str(error))
    except NotApplicableError as error:
        ended = Attempt(case, not_applicable=str(error))
    finally:
        trace, insights = drill.trace, drill.insights
        session.over(drill)
    was_silent = any(said.ending == "silent" for said in drill.heard)
    return replace(ended, trace=trace, insights=insights, was_silent=was_silent)


def _findings(
    session: ClientSession,
    plan: Plan,
    attempts: Iterable[Attempt],
    once: Callable[[Any], Attempt],
    test: str,
) -> Iterable[Finding]:
    """Make one finding of all attempts that broke the same requirement at the same level."""
    groups: dict[tuple[str, Level], list[Attempt]] = {}
    for attempt in attempts:
        if attempt.breach:
            key = (attempt.breach.requirement, attempt.breach.level_in(session.edition))
            groups.setdefault(key, []).append(attempt)
    for (_, level), broken in groups.items():
        chosen, is_flaky = broken[0], False
        if not plan.over_traffic:
            chosen, is_flaky = _confirmed(broken, once, plan.tries)
            if plan.smaller and not is_flaky and not session.settings.stop_at_first:
                chosen = _shrunk(chosen, once, plan.smaller)
        assert chosen.breach
        label = "" if plan.over_traffic else label_of(chosen.case)
        labels = [label_of(attempt.case) for attempt in broken if attempt is not chosen and attempt.case is not None]
        others = [other for other in labels if other != label]
        named = [] if plan.over_traffic else others[:_MOST_NAMED]
        if len(others) > len(named):
            named.append(f"{len(others) - len(named)} more")
        redactor = _redactor(chosen)
        masked = tuple(redactor.exchange(exchange) for exchange in chosen.trace[-_MOST_EXCHANGES:])
        found, mask = chosen.breach, redactor.text
        breach = replace(found, title=mask(found.title), expected=mask(found.expected), actual=mask(found.actual))
        seen_in = ""
        if plan.over_traffic and chosen.origin:
            label, seen_in = chosen.origin.case, chosen.origin.test
        yield Finding(breach, level, masked, test, label, is_flaky, tuple(named), seen_in=seen_in)


def _confirmed(broken: Sequence[Attempt], once: Callable[[Any], Attempt], tries: int) -> tuple[Attempt, bool]:
    """Return the first attempt whose breach shows again, and False; or the first of all, and True."""
    for attempt in broken[:3]:
        for _ in range(tries - 1):
            second = once(attempt.case)
            if second.breach and attempt.breach and second.breach.requirement == attempt.breach.requirement:
                return attempt, False
    return broken[0], True


def _shrunk(attempt: Attempt, once: Callable[[Any], Attempt], smaller: Smaller) -> Attempt:
    """Return the try of the smallest case that breaks the same requirement."""
    assert attempt.breach
    broken, smallest = attempt.breach.requirement, attempt
    end = time.monotonic() + _SHRINK_S

    def still_fails(case: Any) -> bool:
        nonlocal smallest
        if time.monotonic() > end:
            return False
        tried = once(case)
        if tried.breach is None or tried.breach.requirement != broken:
            return False
        smallest = tried
        return True

    smaller(attempt.case, still_fails)
    return smallest


def _redactor(attempt: Attempt) -> Redactor:
    redactor = Redactor(shows_made_up_credentials=True)
    for insight in attempt.insights:
        redactor.add(insight.key)
        for token in insight.tokens:
            redactor.add(token)
    return redactor


def _some(reasons: Sequence[str], tried: int) -> str:
    given = [reason for reason in reasons if reason]
    if not given:
        return ""
    text = "; ".join(list(dict.fromkeys(given))[:3])
    return text if len(given) == tried else f"{len(given)} of {tried} cases: {text}"


def _all(reasons: Sequence[str]) -> str:
    return reasons[0] if reasons and all(reasons) else ""
