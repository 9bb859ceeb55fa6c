"""Sends the trials of a campaign, one worker in each thread, and looks into what broke."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from apps_contract.contract import Level
from apps_contract.run.errors import RunEndedError
from apps_contract.run.fuzz.attempts.attempt import Attempt, attempt
from apps_contract.run.fuzz.attempts.judged import judged
from apps_contract.run.fuzz.attempts.stand import Stand
from apps_contract.run.fuzz.discoveries.corpus import Discovery, Kept
from apps_contract.run.fuzz.discoveries.shrinking import smaller
from apps_contract.run.fuzz.quiet import LONGEST_S
from apps_contract.run.fuzz.trials import BodyTrial, LifeTrial, PackedTrial

if TYPE_CHECKING:
    from collections.abc import Collection

    from apps_contract.checks.breach import Breach
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.fuzz.attempts.attempt import Key
    from apps_contract.run.fuzz.discoveries.findings import Findings
    from apps_contract.run.fuzz.memory import CampaignSession
    from apps_contract.run.fuzz.quiet import Quiet
    from apps_contract.run.fuzz.trials import Trial, Work

_MOST_EXCHANGES = 24
_LONGEST_AT_THE_END_S = 5.0
_PARALLEL_TRIES = 3  # chance plays a part in what happens at the same time


@dataclass(frozen=True)
class Job:
    """Trials to send one after another; ``kept`` when it is a finding of an earlier campaign."""

    work: Work
    kept: Kept | None = None


class Employer(Protocol):
    """What a worker needs of its campaign."""

    @property
    def session(self) -> CampaignSession:
        """What all workers share."""

    @property
    def findings(self) -> Findings:
        """What was found so far."""

    @property
    def quiet(self) -> Quiet:
        """Who may send now."""

    @property
    def is_over(self) -> bool:
        """Whether nothing new is to be tried any more."""

    def next_job(self) -> Job | None:
        """Return what to do next, None when it is over."""

    def tried(self, trial: Trial, judged: frozenset[str], ended: Attempt) -> None:
        """Count a trial that was sent."""

    def found(self, discovery: Discovery, *, is_final: bool) -> None:
        """Keep a finding."""

    def is_gone(self, kept: Kept) -> None:
        """Note that an earlier finding does not happen any more."""

    def give_up(self, error: BaseException) -> None:
        """End the campaign."""


class Worker:
    """Works until the campaign is over; ``run`` raises nothing.

    ``accepted`` is what all workers know of the valid bodies that the target accepts; ``number`` tells them apart.
    """

    def __init__(self, campaign: Employer, accepted: dict[str, bool], number: int) -> None:
        self._campaign = campaign
        self._stand = Stand(accepted, number)

    def run(self) -> None:
        """Do one job after another."""
        try:
            while (job := self._campaign.next_job()) is not None:
                for trial in job.work:
                    if isinstance(trial, PackedTrial):
                        self._try_packed(trial)
                    else:
                        self._look_into_all(trial, self._try(trial, job.kept))
        except BaseException as error:  # noqa: BLE001 - told to the main thread, which raises it
            self._campaign.give_up(error)

    def _try_packed(self, packed: PackedTrial) -> None:
        """Try a packed body; what it breaks is told of its parts where one of them breaks it as well."""
        tried = self._try(packed.whole, None)
        told: set[str] = set()
        for part in packed.parts if tried.breaches else ():
            alone = self._try(part, None)
            told |= {key.requirement for key in alone.keys}
            self._look_into_all(part, alone)
        self._look_into_all(packed.whole, tried, told)

    def _try(self, trial: Trial, kept: Kept | None) -> Attempt:
        if kept is None and self._campaign.findings.hang_on(trial):
            left_out = Attempt(not_tested="others of its kind were not answered in time")
            self._campaign.tried(trial, judged(trial), left_out)
            return left_out
        with self._campaign.quiet.busy():
            tried = self._attempt(trial)
        self._campaign.tried(trial, judged(trial), tried)
        if kept and not any(key.requirement == kept.requirement for key in tried.keys):
            with self._campaign.quiet.alone():
                self._stand.forget()
                again = self._attempt(trial)
            if any(key.requirement == kept.requirement for key in again.keys):
                tried = again
            elif not (tried.not_tested or again.not_tested):
                self._campaign.is_gone(kept)
        return tried

    def _look_into_all(self, trial: Trial, tried: Attempt, told: Collection[str] = ()) -> None:
        """Look into everything that a trial broke, but for the requirements that others have ``told`` of."""
        for key, breach, trace in tried.breaches:
            if key.requirement not in told:
                self._look_into(trial, key, breach, trace)

    def _look_into(self, trial: Trial, key: Key, breach: Breach, trace: tuple[Exchange, ...]) -> None:
        """Keep a new finding at once, try it again, make it small, and keep it as it is then."""
        level = breach.level_in(self._campaign.session.edition)
        if level is Level.MAY:
            return
        is_new, is_worth_shrinking = self._campaign.findings.claim(key)
        if not is_new:
            return
        discovery = self._masked(Discovery(key, breach, level, trial, trace, self._campaign.session.edition))
        self._campaign.found(discovery, is_final=False)
        try:
            with self._campaign.quiet.alone():
                discovery = self._settled(discovery, shrinks=is_worth_shrinking)
        finally:
            self._campaign.found(discovery, is_final=True)
            if discovery.state == "confirmed" and _is_late(discovery.trace):
                self._campaign.findings.note_hanging(trial)

    def _settled(self, discovery: Discovery, *, shrinks: bool) -> Discovery:
        """Return the finding confirmed and made small, or flaky; as far as it got when the campaign ends meanwhile.

        A target that lets each try wait is not asked for long: who waits for the end does not want a small example.
        """
        patience = _Patience(self._campaign)
        try:
            confirmed = self._again(discovery, discovery.trial)
            if confirmed is None:
                return replace(discovery, state="flaky")
            discovery = confirmed

            def still_fails(trial: Trial) -> bool:
                nonlocal discovery
                found = self._again(discovery, trial) if patience.is_left else None
                discovery = found or discovery
                return found is not None

            if shrinks:
                smaller(discovery.trial, still_fails, discovery.edition)
                if patience.is_left:
                    discovery = self._again(discovery, discovery.trial, on_plain_app=True) or discovery
        except RunEndedError:
            pass
        return discovery

    def _again(self, discovery: Discovery, trial: Trial, *, on_plain_app: bool = False) -> Discovery | None:
        """Try a trial; return what it shows if that is the same finding, else None.

        It is tried on a full app, or on a plain one, which makes a shorter example where that will do.
        """
        wanted = (discovery.key.requirement, discovery.key.operator, discovery.level)
        for _ in range(_PARALLEL_TRIES if isinstance(trial, LifeTrial) and _is_parallel(trial) else 1):
            self._stand.forget(takes_plain=on_plain_app)  # as somebody would who repeats it
            if isinstance(trial, BodyTrial) and trial.is_defect:
                self._stand.ask_again(trial.case.operation, trial.case.twin, trial.mask)
            for key, breach, trace in self._attempt(trial).breaches:
                if (key.requirement, key.operator, breach.level_in(discovery.edition)) == wanted:
                    return self._masked(replace(discovery, breach=breach, trial=trial, trace=trace, state="confirmed"))
        return None

    def _attempt(self, trial: Trial) -> Attempt:
        return attempt(self._campaign.session, trial, self._stand)

    def _masked(self, discovery: Discovery) -> Discovery:
        """Return the finding without the run's own secrets, and without apps that the run did not make."""
        session = self._campaign.session
        mask, breach = session.redactor.text, discovery.breach
        own_ids = session.ledger.ever_made(session.key.project_id)
        if session.other_key:
            own_ids |= session.ledger.ever_made(session.other_key.project_id)
        return replace(
            discovery,
            breach=replace(
                breach, title=mask(breach.title), expected=mask(breach.expected), actual=mask(breach.actual)
            ),
            trace=tuple(session.redactor.exchange(one, own_ids) for one in discovery.trace[-_MOST_EXCHANGES:]),
        )


class _Patience:
    """How long a finding is made smaller: as long as others wait for it, and less once the campaign is over."""

    def __init__(self, campaign: Employer) -> None:
        self._campaign = campaign
        self._until = time.monotonic() + LONGEST_S
        self._is_last = False

    @property
    def is_left(self) -> bool:
        """Whether to go on."""
        if self._campaign.is_over and not self._is_last:
            self._is_last = True
            self._until = min(self._until, time.monotonic() + _LONGEST_AT_THE_END_S)
        return time.monotonic() < self._until


def _is_late(trace: tuple[Exchange, ...]) -> bool:
    return any(exchange.failure is not None and exchange.failure.kind == "timeout" for exchange in trace)


def _is_parallel(trial: LifeTrial) -> bool:
    return any(step["do"] in {"creates", "updates"} for step in trial.steps)
