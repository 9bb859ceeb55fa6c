"""A campaign from beginning to end: open the target, send until the budget is spent, clean up, judge."""

from __future__ import annotations

import queue
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from apps_contract.http.exchange import Request
from apps_contract.run import cleanup, preflight
from apps_contract.run.errors import RunEndedError
from apps_contract.run.fuzz.books import Books, Facts
from apps_contract.run.fuzz.discoveries.corpus import Corpus
from apps_contract.run.fuzz.events import Found, Started
from apps_contract.run.fuzz.memory import CampaignLedger, CampaignSession, Tally
from apps_contract.run.fuzz.plan import plan
from apps_contract.run.fuzz.quiet import Quiet
from apps_contract.run.fuzz.worker import Job, Worker
from apps_contract.run.ledger import FILE_NAME
from apps_contract.run.suite import INTERRUPTED
from apps_contract.run.target import open_target
from apps_contract.run.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apps_contract.run.events import RunEnded
    from apps_contract.run.fuzz.attempts.attempt import Attempt
    from apps_contract.run.fuzz.books import Sums
    from apps_contract.run.fuzz.discoveries.corpus import Discovery, Kept
    from apps_contract.run.fuzz.discoveries.findings import Findings
    from apps_contract.run.fuzz.events import Listener, Progress
    from apps_contract.run.fuzz.options import Options
    from apps_contract.run.fuzz.trials import Trial, Work
    from apps_contract.run.ledger import LedgerEntry
    from apps_contract.run.target import Target

_TURN_S = 0.0002
_TICK_S = 0.2


class Campaign:
    """One campaign: call ``run``; ``books`` hold what was counted and found so far.

    ``works`` replaces the plan that the options and the seed make, and ``kept`` the earlier findings of the corpus.
    Raises WrongUseError or CannotTestError, with one line for the user, before anything was tried.
    """

    def __init__(
        self,
        options: Options,
        listeners: Sequence[Listener] = (),
        *,
        target: Target | None = None,
        works: Iterator[Work] | None = None,
        kept: Sequence[Kept] | None = None,
    ) -> None:
        self._options = options
        self._listeners = listeners
        self._given_target = target
        self._works = works
        self._kept = kept
        self.books = Books(options)
        self._quiet = Quiet()
        self._planning = threading.Lock()
        self._jobs: Iterator[Job] = iter(())
        self._fresh: queue.SimpleQueue[tuple[Discovery, bool]] = queue.SimpleQueue()
        self._is_over = threading.Event()
        self._ended_early = ""
        self._error: BaseException | None = None

    def run(self) -> RunEnded:
        """Send until the budget is spent, the user interrupts or the target is lost; return how it ended."""
        target = self._target = self._given_target or open_target(self._options.settings)
        try:
            self._session = self._open(target)
            try:
                with _short_turns():
                    return self._run()
            finally:
                self._session.close()
        finally:
            target.close()

    # -- what workers use ----------------------------------------------------------------------------------------

    @property
    def session(self) -> CampaignSession:
        """What all workers share."""
        return self._session

    @property
    def is_over(self) -> bool:
        """Whether nothing new is to be tried any more."""
        return self._is_over.is_set() or self._is_spent()

    def next_job(self) -> Job | None:
        """Return what a worker is to do next; None when the campaign is over."""
        with self._planning:
            job = None if self._is_over.is_set() else next(self._jobs, None)
        if job is None or (job.kept is None and self._is_spent()):
            self._is_over.set()
            return None
        return job

    def tried(self, trial: Trial, judged: frozenset[str], ended: Attempt) -> None:
        """Count a trial that was sent."""
        self.books.tried(trial, judged, ended)

    @property
    def findings(self) -> Findings:
        """What was found so far."""
        return self.books.findings

    @property
    def quiet(self) -> Quiet:
        """Who may send now."""
        return self._quiet

    def found(self, discovery: Discovery, *, is_final: bool) -> None:
        """Keep a finding: on disk at once, before anything else is done about it."""
        if self.findings.add(discovery):
            if self._corpus:
                self._corpus.keep(discovery)
            self._fresh.put((discovery, is_final))
        is_enough = is_final and discovery.state == "confirmed" and self._options.stop_at_first
        if is_enough and self.books.fails(discovery):
            self._is_over.set()

    def is_gone(self, kept: Kept) -> None:
        """Note that an earlier finding does not happen any more."""
        self.books.is_gone(kept)

    def give_up(self, error: BaseException) -> None:
        """End the campaign, since the target is lost or a worker failed."""
        if not isinstance(error, RunEndedError):
            self._error = self._error or error
        self._is_over.set()

    @property
    def base_url(self) -> str:
        """Where the requests can be repeated by hand."""
        return self._target.base_url

    def stop(self, reason: str) -> None:
        """Let nothing more out, and end as soon as the answers under way are there."""
        self._ended_early = reason
        self._is_over.set()
        self._session.wire.stop(reason)

    # -- the run -------------------------------------------------------------------------------------------------

    def _open(self, target: Target) -> CampaignSession:
        settings = target.settings
        is_ours = not (settings.url or settings.asgi or settings.wsgi)
        ledger_path = settings.report_dir / FILE_NAME if settings.report_dir and not is_ours else None
        probe = Request("GET", f"/v1/projects/{target.key.project_id}/apps")
        wire = Wire(target.transport, probe, rate=settings.rate, timeout=settings.timeout)
        wire.traffic = self._tally = Tally()
        ledger = CampaignLedger(ledger_path)
        self._corpus = Corpus(self._options.corpus, target.base_url) if self._options.corpus else None
        self._started, self._clock = time.time(), time.perf_counter()
        return CampaignSession(
            settings, wire, ledger, target.key, target.other_key, target=target.name, tokens=target.tokens
        )

    def _run(self) -> RunEnded:
        preflight.check(self._session)
        cleaned = cleanup.clean_left_overs(self._session)
        kept = self._kept
        if kept is None:
            kept = self.books.kept(self._corpus)
        senders = f"{self._options.workers} workers"
        self._tell(Started(self._target.name, self._session.edition, len(kept), len(cleaned), senders))
        self._clock = time.perf_counter()
        self._jobs = self._plan(kept)
        accepted: dict[str, bool] = {}
        workers = [Worker(self, accepted, number) for number in range(1, self._options.workers + 1)]
        threads = [threading.Thread(target=worker.run, daemon=True) for worker in workers]
        for thread in threads:
            thread.start()
        try:
            while alive := [thread for thread in threads if thread.is_alive()]:
                self._tick()
                alive[-1].join(_TICK_S)
        except KeyboardInterrupt:
            self._interrupt(threads)
        except BaseException:  # a listener's own: what was made is deleted all the same
            self._interrupt(threads)
            self._clean()
            raise
        left_overs = self._clean()
        self._drain()
        if self._error:
            raise self._error
        run = self._ended(left_overs)
        self._tell(self.books.ended(run, self.sums(), time.perf_counter() - self._clock, self._corpus))
        return run

    def _plan(self, kept: Sequence[Kept]) -> Iterator[Job]:
        """Yield what to do: earlier findings, then the plan. Workers make it as they go, one while others wait."""
        yield from (Job((one.trial,), one) for one in kept)
        if not self._is_spent():
            yield from map(Job, self._works if self._works is not None else plan(self._options))

    def _is_spent(self) -> bool:
        return self._options.budget.is_spent(time.perf_counter() - self._clock, self._session.wire.requests)

    def _interrupt(self, threads: list[threading.Thread]) -> None:
        """Let nothing more out, and wait for the answers that are under way: they may name new apps."""
        self.stop(INTERRUPTED)
        with suppress(KeyboardInterrupt):  # a second one: no waiting for answers
            for thread in threads:
                thread.join(self._session.settings.timeout)

    def _clean(self) -> tuple[LedgerEntry, ...]:
        session = self._session
        try:
            session.settle()
            session.wire.resume()
            left = cleanup.clean(session)
        except KeyboardInterrupt:
            left = session.ledger.alive()
        session.ledger.close()
        return left

    # -- what listeners are told ---------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._drain()
        if self._options.budget.seconds is not None and self._is_spent():
            self._is_over.set()
        self._tell(self._progress())

    def _drain(self) -> None:
        while not self._fresh.empty():
            discovery, is_final = self._fresh.get()
            folder = self._corpus.folder if self._corpus else None
            self._tell(Found(discovery, folder, self._ended(()), is_final))

    def sums(self) -> Sums:
        """Return what was counted up to now."""
        wire = self._session.wire
        return self.books.sums(wire.requests, self._tally.statuses, wire.pace.report())

    def _progress(self) -> Progress:
        return self.books.progress(self.sums(), time.perf_counter() - self._clock)

    def _ended(self, left_overs: tuple[LedgerEntry, ...]) -> RunEnded:
        """Return the campaign up to now as a run."""
        facts = Facts(
            self._session.target,
            self._target.base_url,
            self._started,
            self._ended_early or self._session.wire.lost,
            left_overs,
            tuple(self._tally.sent),
        )
        return self.books.run(self.sums(), time.perf_counter() - self._clock, facts)

    def _tell(self, event: object) -> None:
        for listener in self._listeners:
            listener(event)  # type: ignore[arg-type]


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let threads take turns more often: who has got an answer then sends on, in place of waiting for who computes."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
