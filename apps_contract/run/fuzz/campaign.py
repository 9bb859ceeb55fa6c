"""A campaign from beginning to end: open the target, send until the budget is spent, clean up, judge."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from apps_contract.http.exchange import Request
from apps_contract.payloads.coverage import Coverage
from apps_contract.run import cleanup, preflight
from apps_contract.run.errors import RunEndedError
from apps_contract.run.events import RunEnded
from apps_contract.run.fuzz.corpus import Corpus
from apps_contract.run.fuzz.events import Ended, Found, Progress, Started
from apps_contract.run.fuzz.findings import Findings
from apps_contract.run.fuzz.known import KnownFindings
from apps_contract.run.fuzz.memory import CampaignLedger, CampaignSession, Tally
from apps_contract.run.fuzz.plan import plan
from apps_contract.run.fuzz.verdict import outcomes_of
from apps_contract.run.fuzz.worker import Job, Worker
from apps_contract.run.judging import judged
from apps_contract.run.ledger import FILE_NAME
from apps_contract.run.outcomes import fails
from apps_contract.run.selected import selected_requirements
from apps_contract.run.suite import INTERRUPTED
from apps_contract.run.target import open_target
from apps_contract.run.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apps_contract.run.fuzz.attempt import Attempt
    from apps_contract.run.fuzz.corpus import Discovery, Kept
    from apps_contract.run.fuzz.events import Listener
    from apps_contract.run.fuzz.options import Options
    from apps_contract.run.fuzz.trials import Trial, Work
    from apps_contract.run.ledger import LedgerEntry
    from apps_contract.run.target import Target

_WAITING_WORKS = 256
_TICK_S = 0.2


class Campaign:
    """One campaign: call ``run``. ``works`` replaces the plan that the options and the seed make.

    Raises WrongUseError or CannotTestError, with one line for the user, before anything was tried.
    """

    def __init__(
        self,
        options: Options,
        listeners: Sequence[Listener] = (),
        *,
        target: Target | None = None,
        works: Iterator[Work] | None = None,
    ) -> None:
        self._options = options
        self._listeners = listeners
        self._given_target = target
        self._works = works
        self._selected = selected_requirements(options.settings.requirements, "server")
        self._known = KnownFindings(options.settings, self._selected)
        self._findings = Findings()
        self._coverage = {name: Coverage(options.settings.edition, name) for name in options.body_operations}
        self._lock = threading.Lock()
        self._judged: Counter[str] = Counter()
        self._sent: dict[str, Counter[str]] = {}
        self._trials: Counter[str] = Counter()
        self._not_tested = 0
        self._gone: list[str] = []
        self._jobs: queue.Queue[Job] = queue.Queue(_WAITING_WORKS)
        self._fresh: queue.SimpleQueue[tuple[Discovery, bool]] = queue.SimpleQueue()
        self._is_over = threading.Event()
        self._is_planned = threading.Event()
        self._ended_early = ""
        self._error: BaseException | None = None

    def run(self) -> RunEnded:
        """Send until the budget is spent, the user interrupts or the target is lost; return how it ended."""
        target = self._target = self._given_target or open_target(self._options.settings)
        try:
            self._session = self._open(target)
            try:
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

    def next_job(self) -> Job | None:
        """Return what a worker is to do next; None when the campaign is over."""
        while not self._is_over.is_set():
            try:
                job = self._jobs.get(timeout=_TICK_S)
            except queue.Empty:
                if self._is_planned.is_set():
                    return None
                continue
            if job.kept is None and self._is_spent():
                self._is_over.set()
                return None
            return job
        return None

    def tried(self, trial: Trial, judged: frozenset[str], ended: Attempt) -> None:
        """Count a trial that was sent."""
        with self._lock:
            self._trials[trial.kind] += 1
            self._not_tested += bool(ended.not_tested)
            if not ended.not_tested:
                self._judged.update(judged)
                for requirement in judged:
                    self._sent.setdefault(requirement, Counter()).update(ended.sent)
            case = getattr(trial, "case", None)
            coverage = self._coverage.get(getattr(case, "operation", ""))
            if case is not None and coverage is not None:
                if case.operator:
                    coverage.sent(case)
                else:
                    coverage.observe(case.body)

    @property
    def findings(self) -> Findings:
        """What was found so far."""
        return self._findings

    def found(self, discovery: Discovery, *, is_final: bool) -> None:
        """Keep a finding: on disk at once, before anything else is done about it."""
        self._findings.add(discovery)
        if self._corpus:
            self._corpus.keep(discovery)
        self._fresh.put((discovery, is_final))
        is_enough = is_final and discovery.state == "confirmed" and self._options.stop_at_first
        if is_enough and fails(discovery.level, self._options.settings.level) and not self._known.knows(discovery):
            self._is_over.set()

    def is_gone(self, kept: Kept) -> None:
        """Note that an earlier finding does not happen any more."""
        with self._lock:
            if kept.known:
                self._known.passed_again.append(kept.known)
            else:
                self._gone.append(kept.path.name)

    def give_up(self, error: BaseException) -> None:
        """End the campaign, since the target is lost or a worker failed."""
        if not isinstance(error, RunEndedError):
            self._error = self._error or error
        self._is_over.set()

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
        kept = [*self._known.kept, *(one for one in self._corpus or () if one.edition == self._session.edition)]
        self._tell(Started(self._target.name, self._session.edition, len(kept), len(cleaned)))
        self._clock = time.perf_counter()
        threads = [threading.Thread(target=self._produce, args=(kept,), daemon=True)]
        accepted: dict[str, bool] = {}
        workers = [Worker(self, accepted) for _ in range(self._options.workers)]
        threads += [threading.Thread(target=worker.run, daemon=True) for worker in workers]
        for thread in threads:
            thread.start()
        try:
            while any(thread.is_alive() for thread in threads):
                self._tick()
                threads[-1].join(_TICK_S)
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
        self._tell(
            Ended(
                run,
                self._progress(),
                dict(self._trials),
                self._not_tested,
                tuple(self._gone),
                tuple(self._corpus.unreadable) if self._corpus else (),
                tuple((name, *pair) for name, coverage in self._coverage.items() for pair in coverage.missing()),
            )
        )
        return run

    def _produce(self, kept: list[Kept]) -> None:
        """Keep works ready for the workers: earlier findings, then the plan."""
        try:
            for one in kept:
                self._offer(Job((one.trial,), one))
            if not self._is_spent():
                for work in self._works if self._works is not None else plan(self._options):
                    if not self._offer(Job(work)):
                        return
        except BaseException as error:  # noqa: BLE001 - told to the main thread, which raises it
            self.give_up(error)
        finally:
            self._is_planned.set()

    def _offer(self, job: Job) -> bool:
        while not self._is_over.is_set():
            with suppress(queue.Full):
                self._jobs.put(job, timeout=_TICK_S)
                return True
        return False

    def _is_spent(self) -> bool:
        return self._options.budget.is_spent(time.perf_counter() - self._clock, self._session.wire.requests)

    def _interrupt(self, threads: list[threading.Thread]) -> None:
        """Let nothing more out, and wait for the answers that are under way: they may name new apps."""
        self._ended_early = INTERRUPTED
        self._is_over.set()
        self._session.wire.stop(INTERRUPTED)
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
            if is_final:
                self._tell(Found(discovery, self._corpus.folder if self._corpus else None, self._ended(())))

    def _progress(self) -> Progress:
        seconds = max(time.perf_counter() - self._clock, 0.001)
        with self._lock:
            covered = sum(len(coverage.covered) for coverage in self._coverage.values())
        table = sum(len(coverage.pairs) for coverage in self._coverage.values())
        requests = self._session.wire.requests
        return Progress(
            seconds, requests, requests / seconds, dict(self._tally.statuses), covered, table, self._findings.count
        )

    def _ended(self, left_overs: tuple[LedgerEntry, ...]) -> RunEnded:
        """Return the campaign up to now as a run, so that all reports of runs can show it."""
        wire, settings = self._session.wire, self._session.settings
        ended_early = self._ended_early or wire.lost
        with self._lock:
            looked_at, passed_again = dict(self._judged), tuple(self._known.passed_again)
            sent = {name: dict(counts) for name, counts in self._sent.items()}
            pairs = {
                name: {pair: pair in coverage.covered for pair in sorted(coverage.pairs)}
                for name, coverage in self._coverage.items()
            }
        verdict = judged(
            self._findings.grouped(self._selected),
            lambda found: outcomes_of(self._selected, looked_at, sent, found, settings),
            level=settings.level,
            baseline=self._known.baseline,
            ended_early=ended_early,
            passed_again=passed_again,
        )
        return RunEnded(
            replace(settings, report_dir=self._options.settings.report_dir),
            self._session.target,
            self._target.base_url,
            self._started,
            time.perf_counter() - self._clock,
            wire.requests,
            verdict.outcomes,
            verdict.findings,
            verdict.exit_code,
            ended_early,
            left_overs,
            wire.pace.report(),
            dict(self._tally.statuses),
            tuple(self._tally.sent),
            baseline=verdict.weighed,
            tried=pairs,
            kind="fuzz",
        )

    def _tell(self, event: object) -> None:
        for listener in self._listeners:
            listener(event)  # type: ignore[arg-type]
