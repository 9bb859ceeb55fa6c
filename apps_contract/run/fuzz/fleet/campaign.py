"""A campaign that a cluster sends, merged as its shards tell of it: the same events as those of any campaign."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apps_contract.run.errors import CannotTestError
from apps_contract.run.fuzz.books import Books, Facts, Sums
from apps_contract.run.fuzz.discoveries.corpus import Corpus
from apps_contract.run.fuzz.events import Found, Noted, Started
from apps_contract.run.fuzz.fleet.cluster import Cluster, ClusterLostError
from apps_contract.run.fuzz.fleet.messages import Begun, Counted, Discovered, Over, Task
from apps_contract.run.fuzz.share import Share
from apps_contract.run.settings import WrongUseError
from apps_contract.run.suite import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.run.events import RunEnded
    from apps_contract.run.fuzz.events import Listener, Progress
    from apps_contract.run.fuzz.fleet.address import ClusterAddress
    from apps_contract.run.fuzz.fleet.messages import Told
    from apps_contract.run.fuzz.options import Options

_BEAT_EVERY_S = 1.0
_LONGEST_WITHOUT_WORKERS_S = 30.0
_STOP = "stop"


@dataclass
class _Attempt:
    """One try at a shard, and what it has told so far."""

    begun: Begun | None = None
    sums: Sums = field(default_factory=Sums)


class FleetCampaign:
    """One campaign in shards: call ``run``.

    Raises WrongUseError or CannotTestError, with one line for the user, before anything was tried.
    """

    def __init__(self, options: Options, address: ClusterAddress, listeners: Sequence[Listener] = ()) -> None:
        self._options = options
        self._address = address
        self._listeners = listeners
        self._books = Books(options)
        self._corpus = Corpus(options.corpus, options.settings.url or "") if options.corpus else None
        self._attempts: dict[int, dict[str, _Attempt]] = {}
        self._over: dict[int, Over] = {}
        self._started, self._clock = time.time(), time.perf_counter()
        self._beats, self._last_beat = 0, 0.0
        self._last_workers = time.monotonic()
        self._is_stopping = False
        self._ended_early = ""

    def run(self) -> RunEnded:
        """Let the shards send until all are over, the user interrupts, or no worker is left; return how it ended."""
        with Cluster(self._address) as cluster:
            count = self._address.shards or len(cluster.workers)
            kept = self._books.kept(self._corpus)
            where = (
                f"{count} shards of {self._address.threads} threads on {self._address} ({len(cluster.workers)} workers)"
            )
            self._tell(Started(self._options.settings.url or "", self._options.settings.edition, len(kept), 0, where))
            self._clock = time.perf_counter()
            shares = [Share(index, count) for index in range(count)]
            cluster.start(
                [
                    Task(self._options.shared(share), tuple(share.of(kept)), cluster.inbox, cluster.pulse)
                    for share in shares
                ]
            )
            try:
                while len(self._over) < count:
                    self._turn(cluster)
            except KeyboardInterrupt:
                self._interrupt(cluster, count)
            except ClusterLostError as error:
                self._ended_early = str(error)
            except BaseException:  # a listener's own: the shards are not left alone with it
                cluster.beat(_STOP)
                raise
        return self._finish()

    def _turn(self, cluster: Cluster) -> None:
        """Take what was told, tell on, and see to it that somebody is at work."""
        for told in cluster.receive():
            self._take(told)
        now = time.monotonic()
        if now - self._last_beat >= _BEAT_EVERY_S:
            self._beats, self._last_beat = self._beats + 1, now
            cluster.beat(_STOP if self._is_stopping else str(self._beats))
            for number, reason in cluster.given_up().items():
                self._over.setdefault(number, Over(f"shard {number + 1} was lost: {reason}"))
            if cluster.worker_count:
                self._last_workers = now
            elif now - self._last_workers > _LONGEST_WITHOUT_WORKERS_S:
                raise ClusterLostError(f"{self._address} has no workers any more")
        self._tell(self._progress())

    def _take(self, told: Told) -> None:
        attempts = self._attempts.setdefault(told.shard, {})
        attempt = attempts.setdefault(told.attempt, _Attempt())
        match told.news:
            case Begun() as begun:
                attempt.begun = begun
                self._note_again(told, begun)
            case Counted(sums, covered):
                attempt.sums = sums
                self._books.cover(covered)
            case Discovered() as news:
                self._take_discovery(news)
            case Over() as over:
                self._over[told.shard] = over
                self._books.gone += over.gone
                self._books.known.passed_again += over.passed_again

    def _note_again(self, told: Told, begun: Begun) -> None:
        """Say it when a shard begins once more, since its worker was lost."""
        others = [one for key, one in self._attempts[told.shard].items() if key != told.attempt]
        if not others:
            return
        elsewhere = {one.begun.machine for one in others if one.begun} - {begun.machine}
        left = (
            f"the apps it was at, until the next campaign on {min(elsewhere)}" if elsewhere else "an app it was making"
        )
        self._tell(Noted(f"shard {told.shard + 1} runs again, since its worker was lost; {left} may be left behind"))

    def _take_discovery(self, news: Discovered) -> None:
        found = news.discovery
        if self._books.findings.add(found):
            if self._corpus:
                self._corpus.keep(found)
            folder = self._corpus.folder if self._corpus else None
            self._tell(Found(found, folder, self._so_far(), news.is_final))
        is_enough = self._options.stop_at_first and news.is_final and found.state == "confirmed"
        if is_enough and self._books.fails(found):
            self._is_stopping = True

    def _interrupt(self, cluster: Cluster, count: int) -> None:
        """Let the shards end, and take their last news."""
        self._is_stopping, self._ended_early = True, INTERRUPTED
        until = time.monotonic() + self._options.settings.timeout
        try:
            cluster.beat(_STOP)
            while len(self._over) < count and time.monotonic() < until:
                self._turn(cluster)
        except (KeyboardInterrupt, ClusterLostError):  # a second one: no waiting
            pass

    def _finish(self) -> RunEnded:
        problems = [over for over in self._over.values() if over.problem]
        has_begun = any(attempt.begun for attempts in self._attempts.values() for attempt in attempts.values())
        for over in problems:
            if over.blame == "ours":
                raise RuntimeError(over.problem)
            if not has_begun:
                raise WrongUseError(over.problem) if over.blame == "user" else CannotTestError(over.problem)
        self._ended_early = self._ended_early or (problems[0].problem if problems else "")
        run = self._so_far()
        self._tell(self._books.ended(run, self._sums(), time.perf_counter() - self._clock, self._corpus))
        return run

    def _sums(self) -> Sums:
        every = (attempt.sums for attempts in self._attempts.values() for attempt in attempts.values())
        return sum(every, Sums())

    def _progress(self) -> Progress:
        return self._books.progress(self._sums(), time.perf_counter() - self._clock)

    def _so_far(self) -> RunEnded:
        begun = [one.begun for attempts in self._attempts.values() for one in attempts.values() if one.begun]
        overs = self._over.values()
        facts = Facts(
            begun[0].target if begun else self._options.settings.url or "",
            begun[0].base_url if begun else self._options.settings.url or "",
            self._started,
            self._ended_early,
            tuple(entry for over in overs for entry in over.left_overs),
            tuple(sent for over in overs for sent in over.sent),
        )
        return self._books.run(self._sums(), time.perf_counter() - self._clock, facts)

    def _tell(self, event: object) -> None:
        for listener in self._listeners:
            listener(event)  # type: ignore[arg-type]
