"""Runs one test of the suite: tries its cases, confirms what broke, shrinks it, and files it as findings."""

from __future__ import annotations

import json
import re
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from apps_contract.checks.shape import success_matches_schema
from apps_contract.contract import CredentialForm
from apps_contract.http.exchange import Exchange, NotJsonError
from apps_contract.payloads.cases import Case
from apps_contract.payloads.certain import must_be_taken
from apps_contract.payloads.shrink import shrink
from apps_contract.run.api import BrokenError
from apps_contract.run.errors import NotApplicableError, NotTestedError, RunEndedError
from apps_contract.run.findings import Finding, Result
from apps_contract.run.history import with_origins
from apps_contract.run.repeat import repeat_steps
from apps_contract.run.steps import tour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from apps_contract.checks.breach import Breach
    from apps_contract.contract import Level
    from apps_contract.run.marks import Plan
    from apps_contract.run.session import Session

GENERATED = "generated"
_IN_LIST = re.compile(r"body\.apps\[(\d+)\]")

# A run of only some requirements may have sent little; then one tour of all operations is made first.
_ENOUGH_TRAFFIC = 500
_SHRINK_TRIES = 60
_MOST_NAMED = 20
_MOST_EXCHANGES = 12
_MOST_REASONS = 3


@dataclass(frozen=True)
class Again:
    """What of a test is to be repeated: the case of this label, or, for a test over all traffic, these steps."""

    case: str = ""
    steps: tuple[Exchange, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """How one try of one case ended; at most one of ``breach``, ``not_tested`` and ``not_applicable`` is set."""

    case: Any = None
    breach: Breach | None = None
    trace: tuple[Exchange, ...] = ()
    not_tested: str = ""
    not_applicable: str = ""


def run_test(
    session: Session,
    plan: Plan,
    function: Callable[..., Any],
    test: str,
    arguments: dict[str, Any],
    repeat: Again | None = None,
) -> Result:
    """Run one test of the suite; ``arguments`` are what it takes besides Api, case and exchange."""
    started = time.perf_counter()
    if plan.over_traffic:
        attempts = _judge_traffic(session, function, arguments, repeat)

        def again(failed: Attempt) -> Attempt:
            return _judge_again(session, function, failed, arguments)

    else:
        cases = list(plan.cases(session.settings)) if plan.cases else [None]
        if repeat and repeat.case:
            cases = [case for case in cases if label_of(case) == repeat.case]

        def once(case: Any) -> Attempt:
            return _attempt(session, function, case, arguments, takes_case=plan.cases is not None)

        def again(failed: Attempt) -> Attempt:
            return once(failed.case)

        attempts = _try_all(session, once, cases, alone=plan.alone or len(cases) == 1)
    findings = tuple(_findings(session, plan, attempts, again, test))
    return Result(
        plan.requirement,
        test,
        len(attempts),
        findings,
        not_tested=_reasons([_why_not_tested(plan, attempt) for attempt in attempts], len(attempts)),
        not_applicable=_when_all([attempt.not_applicable for attempt in attempts]),
        note=session.notes.get(plan.requirement, ""),
        duration_s=time.perf_counter() - started,
    )


def label_of(case: Any) -> str:
    """Return how a case is called in reports, and on the command line of a replay."""
    if case is None:
        return ""
    if isinstance(case, tuple):
        return ", ".join(label_of(part) for part in case)
    if isinstance(case, CredentialForm):
        return f"{case.channel} in {case.member}"
    return str(getattr(case, "label", case))


def _attempt(
    session: Session, function: Callable[..., Any], case: Any, arguments: dict[str, Any], *, takes_case: bool
) -> Attempt:
    api = session.api()
    given = {**arguments, "api": api, **({"case": case} if takes_case else {})}
    try:
        function(**given)
    except BrokenError as broken:
        return Attempt(case, broken.breach, tuple(api.trace))
    except (NotTestedError, RunEndedError) as error:
        return Attempt(case, trace=tuple(api.trace), not_tested=str(error))
    except NotApplicableError as error:
        return Attempt(case, trace=tuple(api.trace), not_applicable=str(error))
    except Exception as error:
        if not _is_nonsense(session, error):
            raise
        return Attempt(case, trace=tuple(api.trace), not_tested=f"an answer could not be read: {error!r}")
    return Attempt(case, trace=tuple(api.trace))


def _is_nonsense(session: Session, error: Exception) -> bool:
    """Tell whether a test stumbled over an answer that no test can be prepared for, rather than over itself."""
    return isinstance(error, NotJsonError) or any(
        success_matches_schema(exchange, session.edition) for exchange in list(session.wire.traffic)
    )


def _try_all(session: Session, once: Callable[[Any], Attempt], cases: Sequence[Any], *, alone: bool) -> list[Attempt]:
    if not session.settings.stop_at_first:
        return [once(case) for case in cases] if alone else session.together(once, cases)
    attempts: list[Attempt] = []
    step = 1 if alone else 4 * session.settings.concurrency
    for start in range(0, len(cases), step):
        part = cases[start : start + step]
        attempts += [once(case) for case in part] if alone else session.together(once, part)
        if any(attempt.breach for attempt in attempts):
            break
    return attempts


def _judge_traffic(
    session: Session, function: Callable[..., Any], arguments: dict[str, Any], repeat: Again | None
) -> list[Attempt]:
    try:
        traffic = _traffic_to_judge(session, repeat)
    except (NotTestedError, RunEndedError) as error:
        return [Attempt(not_tested=str(error))]
    return [_judged(function, exchange, arguments, (exchange,)) for exchange in list(traffic)]


def _judged(
    function: Callable[..., Any], exchange: Exchange, arguments: dict[str, Any], trace: tuple[Exchange, ...]
) -> Attempt:
    return Attempt(exchange, function(**{**arguments, "exchange": exchange}), trace)


def _traffic_to_judge(session: Session, repeat: Again | None) -> Sequence[Exchange]:
    if repeat:
        return repeat_steps(session, repeat.steps)
    if session.wire.requests < _ENOUGH_TRAFFIC:
        with suppress(NotTestedError, RunEndedError):  # what was sent before it failed is judged all the same
            session.once("tour", lambda: tour(session.api()))
    return session.wire.traffic


def _judge_again(session: Session, function: Callable[..., Any], failed: Attempt, arguments: dict[str, Any]) -> Attempt:
    api = session.api()
    try:
        exchange = api.again(failed.case)
    except (NotTestedError, RunEndedError) as error:
        return Attempt(failed.case, not_tested=str(error))
    return _judged(function, exchange, arguments, tuple(api.trace))


def _findings(
    session: Session, plan: Plan, attempts: Iterable[Attempt], again: Callable[[Attempt], Attempt], test: str
) -> Iterable[Finding]:
    """Make one finding of all attempts that broke the same requirement at the same level: the smallest that repeats."""
    groups: dict[tuple[str, Level], list[Attempt]] = {}
    for attempt in attempts:
        if attempt.breach:
            key = (attempt.breach.requirement, attempt.breach.level_in(session.edition))
            groups.setdefault(key, []).append(attempt)
    for (_, level), broken in groups.items():
        broken.sort(key=_size)
        chosen, is_flaky = _confirmed(broken, again, plan.tries)
        chosen = _shrunk(session, chosen, again) if not is_flaky else chosen
        others = [label_of(attempt.case) for attempt in broken if attempt is not chosen and attempt.case is not None]
        named = [] if plan.over_traffic else others[:_MOST_NAMED]
        if len(others) > len(named):
            named.append(f"{len(others) - len(named)} more")
        assert chosen.breach
        own_ids = session.ledger.ever_made(session.key.project_id)
        if session.other_key:
            own_ids |= session.ledger.ever_made(session.other_key.project_id)
        shown = chosen.trace[-_MOST_EXCHANGES:]
        listed = _listed_app(chosen) if plan.over_traffic else None
        trace = with_origins(session.wire.traffic, shown, changes=plan.over_traffic, listed=listed)
        masked = tuple(session.redactor.exchange(exchange, own_ids) for exchange in trace)
        label = "" if plan.over_traffic else label_of(chosen.case)
        yield Finding(_masked(session, chosen.breach), level, masked, test, label, is_flaky, tuple(named))


def _confirmed(broken: Sequence[Attempt], again: Callable[[Attempt], Attempt], tries: int) -> tuple[Attempt, bool]:
    """Return the first attempt whose breach shows again, and False; else the first of all, and whether a try passed.

    A second try that could not be made, since the target died meanwhile, says nothing against the first.
    """
    is_flaky = False
    for attempt in broken[:3]:
        for _ in range(tries - 1):
            second = again(attempt)
            if second.breach and attempt.breach and second.breach.requirement == attempt.breach.requirement:
                return attempt, False
            is_flaky = is_flaky or not (second.not_tested or second.not_applicable)
    return broken[0], is_flaky


def _shrunk(session: Session, attempt: Attempt, again: Callable[[Attempt], Attempt]) -> Attempt:
    """Make a generated body as small as it can be while it is valid and still breaks the same requirement."""
    case = attempt.case
    if not isinstance(case, Case) or case.operator != GENERATED or session.settings.stop_at_first:
        return attempt
    assert attempt.breach
    broken, smallest = attempt.breach.requirement, attempt

    def still_fails(body: Any) -> bool:
        nonlocal smallest
        tried = again(replace(attempt, case=replace(case, body=body)))
        if tried.breach is None or tried.breach.requirement != broken:
            return False
        smallest = tried
        return True

    def is_allowed(body: Any) -> bool:
        return must_be_taken(body, case.operation, session.edition)

    shrink(case.body, still_fails, is_allowed, _SHRINK_TRIES)
    return smallest


def _listed_app(attempt: Attempt) -> str | None:
    """Return the id of the app of a list that a breach is about; None for any other breach."""
    found = _IN_LIST.match(attempt.breach.path) if attempt.breach else None
    response = attempt.trace[-1].response if attempt.trace else None
    try:
        listed = response.json["apps"][int(found[1])]["id"] if found and response else None
    except (NotJsonError, LookupError, TypeError):
        return None
    return listed if isinstance(listed, str) else None


def _masked(session: Session, breach: Breach) -> Breach:
    mask = session.redactor.text
    return replace(breach, title=mask(breach.title), expected=mask(breach.expected), actual=mask(breach.actual))


def _size(attempt: Attempt) -> tuple[int, str]:
    """Return what attempts are sorted by: the size of a drawn body, or of what went by; else they stay in their order.

    What a case of its own sends hangs on which app was lent to it, and so on turns: sorted by that, one run would show
    this case of a fault and the next run another one, which no baseline knows.
    """
    case = attempt.case
    if isinstance(case, Case):
        return len(json.dumps(case.body)), ""
    if isinstance(case, Exchange):
        return len(case.request.body or b""), attempt.breach.title if attempt.breach else ""
    return 0, ""


def _why_not_tested(plan: Plan, attempt: Attempt) -> str:
    """Tell why an attempt says nothing about the plan's requirement; empty when it does."""
    if attempt.breach and attempt.breach.requirement != plan.requirement:
        return f"{attempt.breach.title} ({attempt.breach.requirement})"
    return attempt.not_tested


def _reasons(reasons: Sequence[str], tried: int) -> str:
    """Write why cases could not be tested, each reason once."""
    given = [reason for reason in reasons if reason]
    if not given:
        return ""
    distinct = list(dict.fromkeys(given))
    text = "; ".join(distinct[:_MOST_REASONS]) + (
        f"; and {len(distinct) - _MOST_REASONS} more reasons" if len(distinct) > _MOST_REASONS else ""
    )
    return text if len(given) == tried else f"{len(given)} of {tried} cases: {text}"


def _when_all(reasons: Sequence[str]) -> str:
    return reasons[0] if reasons and all(reasons) else ""
