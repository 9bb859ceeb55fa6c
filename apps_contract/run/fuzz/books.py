"""What a campaign counts and finds, whoever sends for it, and the run that its reports are made of."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apps_contract.payloads.coverage import Coverage
from apps_contract.run.events import RunEnded
from apps_contract.run.fuzz.discoveries.findings import Findings
from apps_contract.run.fuzz.discoveries.known import KnownFindings
from apps_contract.run.fuzz.discoveries.verdict import outcomes_of
from apps_contract.run.fuzz.events import Ended, Progress
from apps_contract.run.judging import judged
from apps_contract.run.outcomes import fails
from apps_contract.run.pace import PaceReport
from apps_contract.run.selected import selected_requirements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.run.events import Sent
    from apps_contract.run.fuzz.attempts.attempt import Attempt
    from apps_contract.run.fuzz.discoveries.corpus import Corpus, Discovery, Kept
    from apps_contract.run.fuzz.options import Options
    from apps_contract.run.fuzz.trials import Trial
    from apps_contract.run.ledger import LedgerEntry

_UNPACED = PaceReport(0, 0, 0.0)

NamedPair = tuple[str, str, str]
"""An operation, a schema location, and an operator."""


@dataclass(frozen=True)
class Sums:
    """Counts of a campaign, or of a part of it; they add up.

    ``judged`` counts trials by requirement, ``sent`` their requests by operation id, ``trials`` is by kind.
    """

    requests: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    trials: Counter[str] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)
    sent: dict[str, Counter[str]] = field(default_factory=dict)
    not_tested: int = 0
    pace: PaceReport = _UNPACED

    def __add__(self, other: Sums) -> Sums:
        one, two = self.pace, other.pace
        return Sums(
            self.requests + other.requests,
            self.statuses + other.statuses,
            self.trials + other.trials,
            self.judged + other.judged,
            {
                name: self.sent.get(name, Counter()) + other.sent.get(name, Counter())
                for name in {*self.sent, *other.sent}
            },
            self.not_tested + other.not_tested,
            PaceReport(
                one.limited + two.limited, one.with_retry_after + two.with_retry_after, one.waited_s + two.waited_s
            ),
        )


@dataclass(frozen=True)
class Facts:
    """What a report says of a campaign beside its counts and findings; see RunEnded."""

    target: str
    base_url: str
    started: float
    ended_early: str = ""
    left_overs: tuple[LedgerEntry, ...] = ()
    sent: tuple[Sent, ...] = ()


class Books:
    """Thread-safe. ``findings`` and ``gone`` (earlier findings that do not happen any more) may come from anywhere.

    ``known`` is the baseline. Raises WrongUseError when it is not right.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._settings = options.settings
        self._selected = selected_requirements(options.settings.requirements, "server")
        self._coverage = {name: Coverage(options.settings.edition, name) for name in options.body_operations}
        self._lock = threading.Lock()
        self._judged: Counter[str] = Counter()
        self._trials: Counter[str] = Counter()
        self._sent: dict[str, Counter[str]] = {}
        self._not_tested = 0
        self.findings = Findings()
        self.known = KnownFindings(options.settings, self._selected)
        self.gone: list[str] = []

    def kept(self, corpus: Corpus | None) -> list[Kept]:
        """Return what is tried first: known findings, and those of the corpus that are of this edition."""
        return [*self.known.kept, *(one for one in corpus or () if one.edition == self._settings.edition)]

    def is_gone(self, kept: Kept) -> None:
        """Note that an earlier finding was tried again and does not happen any more."""
        with self._lock:
            if kept.known:
                self.known.passed_again.append(kept.known)
            else:
                self.gone.append(kept.path.name)

    def fails(self, discovery: Discovery) -> bool:
        """Tell whether a finding fails the campaign: by its level, and not known."""
        return fails(discovery.level, self._settings.level) and not self.known.knows(discovery)

    def tried(self, trial: Trial, judged: frozenset[str], ended: Attempt) -> None:
        """Count a trial, and the pairs that it covers if anything was sent for it."""
        with self._lock:
            self._trials[trial.kind] += 1
            self._not_tested += bool(ended.not_tested)
            if not ended.not_tested:
                self._judged.update(judged)
                for requirement in judged:
                    self._sent.setdefault(requirement, Counter()).update(ended.sent)
            case = getattr(trial, "case", None)
            coverage = self._coverage.get(getattr(case, "operation", ""))
            if ended.sent and case is not None and coverage is not None:
                if case.operator:
                    coverage.sent(case)
                else:
                    coverage.observe(case.body)

    def cover(self, pairs: Iterable[NamedPair]) -> None:
        """Note pairs that others sent."""
        with self._lock:
            for operation, *pair in pairs:
                counts = self._coverage[operation].counts
                counts[pair[0], pair[1]] = counts.get((pair[0], pair[1]), 0) + 1

    @property
    def covered(self) -> frozenset[NamedPair]:
        """The pairs that were sent."""
        with self._lock:
            return frozenset((name, *pair) for name, coverage in self._coverage.items() for pair in coverage.covered)

    @property
    def missing(self) -> tuple[NamedPair, ...]:
        """The pairs that were not sent."""
        with self._lock:
            return tuple((name, *pair) for name, coverage in self._coverage.items() for pair in coverage.missing())

    def sums(self, requests: int, statuses: Counter[str], pace: PaceReport) -> Sums:
        """Return all counts up to now, with those that the wire keeps."""
        with self._lock:
            sent = {name: Counter(counts) for name, counts in self._sent.items()}
            trials, judged = Counter(self._trials), Counter(self._judged)
            return Sums(requests, Counter(statuses), trials, judged, sent, self._not_tested, pace)

    def progress(self, sums: Sums, seconds: float) -> Progress:
        """Return how far the campaign is."""
        seconds = max(seconds, 0.001)
        with self._lock:
            covered = sum(len(coverage.counts) for coverage in self._coverage.values())
        table = sum(len(coverage.pairs) for coverage in self._coverage.values())
        rate = sums.requests / seconds
        return Progress(seconds, sums.requests, rate, dict(sums.statuses), covered, table, self.findings.count)

    def ended(self, run: RunEnded, sums: Sums, seconds: float, corpus: Corpus | None) -> Ended:
        """Return what listeners are told at the end."""
        return Ended(
            run,
            self.progress(sums, seconds),
            dict(sums.trials),
            sums.not_tested,
            tuple(self.gone),
            tuple(corpus.unreadable) if corpus else (),
            self.missing,
        )

    def run(self, sums: Sums, seconds: float, facts: Facts) -> RunEnded:
        """Return the campaign up to now as a run, so that all reports of runs can show it."""
        with self._lock:
            passed_again = tuple(self.known.passed_again)
            pairs = {
                name: {pair: pair in coverage.counts for pair in sorted(coverage.pairs)}
                for name, coverage in self._coverage.items()
            }
        verdict = judged(
            self.findings.grouped(self._selected),
            lambda found: outcomes_of(self._selected, sums.judged, sums.sent, found, self._settings),
            level=self._settings.level,
            baseline=self.known.baseline,
            ended_early=facts.ended_early,
            passed_again=passed_again,
        )
        return RunEnded(
            self._settings,
            facts.target,
            facts.base_url,
            facts.started,
            seconds,
            sums.requests,
            verdict.outcomes,
            verdict.findings,
            verdict.exit_code,
            facts.ended_early,
            facts.left_overs,
            sums.pace,
            dict(sums.statuses),
            facts.sent,
            baseline=verdict.weighed,
            tried=pairs,
            kind="fuzz",
        )
