"""One run against one client: its adapters, what was seen of it, and how scenarios are run on several at a time."""

from __future__ import annotations

import shlex
import threading
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

from apps_contract.clients.adapter import Adapter
from apps_contract.run.drill import HASTY_S, ORDINARY_S, Drill
from apps_contract.run.errors import StoppedError
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from apps_contract.checks.client.patience import Retries
    from apps_contract.checks.client.record import Auth, Said
    from apps_contract.contract import Edition
    from apps_contract.run.drill import Origin, Seen
    from apps_contract.run.findings import Result
    from apps_contract.run.settings import Settings

WORKERS = 6
# So many scenarios in a row whose adapter was silent or ended: nothing more is to be learned.
_MOST_SILENT = 12
# After so many scenarios in which it hung on whole answers, a client gets less time: each costs the watchdog's.
_MANY_HUNG = 6


class ClientSession:
    """What the scenarios of a run share; thread-safe. ``auths`` are the kinds of authentication that the client has."""

    def __init__(self, settings: Settings, command: str, workers: int = WORKERS) -> None:
        try:
            self._command = shlex.split(command)
        except ValueError as error:
            raise WrongUseError(f"--adapter {command!r}: {error}") from None
        if not self._command:
            raise WrongUseError("--adapter is empty: give the command that starts the adapter")
        self.settings = settings
        self.auths: tuple[Auth, ...] = ()
        self.results: list[Result] = []
        self.notes: dict[str, str] = {}
        self.traffic: list[Seen] = []
        self.retries: list[Retries] = []
        self._idle: Queue[Adapter] = Queue()
        self._adapters: list[Adapter] = []
        self._lock = threading.Lock()
        self._silent = 0
        self._hung = 0
        self._stopped = ""
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="apps-contract-client")

    @property
    def edition(self) -> Edition:
        """The edition of the contract that this run judges by."""
        return self.settings.edition

    @property
    def requests(self) -> int:
        """How many requests the judge saw."""
        return len(self.traffic)

    def drill(self, origin: Origin | None = None) -> Drill:
        """Return a fresh drill with an adapter on loan, for a case of a test; raise StoppedError after ``stop``."""
        if self._stopped:
            raise StoppedError(self._stopped)
        try:
            adapter = self._idle.get_nowait()
        except Empty:
            adapter = Adapter(self._command)
            with self._lock:
                self._adapters.append(adapter)
        longest_s = HASTY_S if self._hung >= _MANY_HUNG else ORDINARY_S
        return Drill(adapter, self.edition, self.auths, origin, longest_s)

    def over(self, drill: Drill) -> None:
        """Take back what a drill had, and keep what was seen."""
        drill.close()
        with self._lock:
            self.traffic += drill.seen()
            self._hung += drill.hung
            is_silent = bool(drill.heard) and all(said.ending != "answered" for said in drill.heard)
            if drill.heard:
                self._silent = self._silent + 1 if is_silent else 0
            if self._silent >= _MOST_SILENT:
                self._stopped = f"the adapter failed {self._silent} times in a row: {_last(drill.heard)}"
        self._idle.put(drill._adapter)  # noqa: SLF001 -- lent by this session

    def stop(self, reason: str) -> None:
        """Begin no further drill."""
        self._stopped = reason

    def together(self, work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        """Call ``work`` for each item, several at a time, and return what it returned, in order."""
        futures = [self._pool.submit(work, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            for future in futures:
                future.cancel()
            raise

    def close(self) -> None:
        """End all adapters."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        threads = [threading.Thread(target=adapter.close) for adapter in self._adapters]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _last(heard: Sequence[Said]) -> str:
    return heard[-1].text
