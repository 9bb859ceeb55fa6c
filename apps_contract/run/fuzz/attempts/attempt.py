"""Tries one trial against the target: what it broke, and the exchanges that show it."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apps_contract.run.api import BrokenError
from apps_contract.run.errors import NotTestedError
from apps_contract.run.fuzz.attempts.bodies import try_body
from apps_contract.run.fuzz.attempts.lives import live
from apps_contract.run.fuzz.attempts.odd_requests import try_odd, try_raw
from apps_contract.run.fuzz.attempts.traffic import reused_id, traffic_breaches
from apps_contract.run.fuzz.trials import BodyTrial, LifeTrial, OddTrial, RawTrial
from apps_contract.run.history import made_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apps_contract.checks.breach import Breach
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.fuzz.attempts.stand import Stand
    from apps_contract.run.fuzz.memory import CampaignSession
    from apps_contract.run.fuzz.trials import Trial

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Key:
    """What tells findings apart: the requirement, what was done, and where."""

    requirement: str
    operator: str
    location: str

    @property
    def group(self) -> tuple[str, str]:
        """Return what findings have in common that show the same at different places."""
        return self.requirement, self.operator

    def __str__(self) -> str:
        return f"{self.requirement} {self.operator} {self.location}".rstrip()


@dataclass(frozen=True)
class Attempt:
    """How one try ended. Each breach stands with the exchanges that show it; ``not_tested`` is a reason, or empty.

    ``sent`` counts the requests by operation id.
    """

    breaches: tuple[tuple[Key, Breach, tuple[Exchange, ...]], ...] = ()
    not_tested: str = ""
    sent: Mapping[str, int] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[Key]:
        """What was found."""
        return frozenset(key for key, _, _ in self.breaches)


def attempt(session: CampaignSession, trial: Trial, stand: Stand) -> Attempt:
    """Try a trial, judge its traffic, and delete what it made. Raises RunEndedError when nothing more can be sent."""
    api = session.api()
    found: list[tuple[Key, Breach, tuple[Exchange, ...]]] = []
    not_tested = ""
    seen_before = stand.last_seen
    try:
        _try(api, trial, stand)
    except BrokenError as broken:
        found.append((_key(trial, broken.breach), broken.breach, tuple(api.trace)))
        stand.forget()
    except NotTestedError as reason:
        not_tested = str(reason)
        stand.forget()
    finally:
        session.note_lost(api.trace)
        _tidy(session, api.trace, stand.given_up(), stand.app_id)
    for index, exchange in enumerate(api.trace):
        if exchange is seen_before:
            continue
        breaches = list(traffic_breaches(exchange, session.edition))
        if session.reused_ids and (reused := reused_id(exchange, session.reused_ids)):
            breaches.append(reused)
        if found and _is_defect(trial) and exchange is api.trace[-1]:  # shown as it was taken: told already
            breaches = [breach for breach in breaches if breach.requirement != "SRV-SHAPE-1"]
        for breach in breaches:
            key = _traffic_key(trial, breach, exchange)
            if key not in {known for known, _, _ in found}:
                found.append((key, breach, tuple(api.trace[: index + 1])))
    sent = Counter(exchange.operation for exchange in api.trace if exchange.operation)
    return Attempt(tuple(found), not_tested, sent)


def _is_defect(trial: Trial) -> bool:
    return isinstance(trial, BodyTrial) and trial.is_defect


def _try(api: Api, trial: Trial, stand: Stand) -> None:
    match trial:
        case BodyTrial():
            try_body(api, trial, stand)
        case RawTrial():
            try_raw(api, trial, stand)
        case OddTrial():
            try_odd(api, trial, stand)
        case LifeTrial():
            live(api, trial.steps)


def _tidy(session: CampaignSession, trace: list[Exchange], given_up: set[str], kept: str) -> None:
    """Delete what the trial made or gave up, but for the worker's app; what cannot be deleted stays in the ledger."""
    made = {found for exchange in trace if (found := made_id(exchange))} | given_up
    made.discard(kept)
    for entry in session.ledger.alive() if made else ():
        if entry.app_id in made:
            api = session.api()
            other = session.other_key
            if other and entry.project_id == other.project_id:
                api = api.of_other_project()
            with suppress(NotTestedError):
                api.delete(entry.app_id)


def _key(trial: Trial, breach: Breach) -> Key:
    """Name a breach by the case where the case is what is wrong, else by what it shows in the answer."""
    requirement = breach.requirement
    if isinstance(trial, BodyTrial):
        case = trial.case
        if requirement in {case.requirement, "SRV-INPUT-12"} and case.operator:
            return Key(requirement, f"{case.operation} {case.operator}", case.location)
        return Key(requirement, case.operation, _place(breach))
    if isinstance(trial, RawTrial):
        return Key(requirement, f"{trial.operation} {trial.case.operator}", "body")
    if isinstance(trial, OddTrial):
        return Key(requirement, trial.operator, trial.suffix if trial.operator == "credentials" else "")
    return Key(requirement, "life", breach.title if not breach.path else _place(breach))


def _traffic_key(trial: Trial, breach: Breach, exchange: Exchange) -> Key:
    """Name a breach of an answer by its status and place: the same in several operations is one finding."""
    status = exchange.status or "no answer"
    called = exchange.operation or exchange.request.method
    if breach.requirement != "SRV-INPUT-8":
        place = _place(breach).replace("body.apps[].", "body.")
        return Key(breach.requirement, f"answer {status} {place}".rstrip(), called)
    match trial:
        case BodyTrial(case=case) if case.operator:
            return Key(breach.requirement, f"{case.operation} {case.operator}", case.location)
        case RawTrial() | OddTrial():
            return _key(trial, breach)
        case _:
            return Key(breach.requirement, called, str(status))


def _place(breach: Breach) -> str:
    return _INDEX.sub("[]", breach.path)
