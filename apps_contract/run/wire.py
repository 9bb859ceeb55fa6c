"""The run's end of the wire: every request of a run goes out here, is counted, paced and remembered."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from apps_contract.http.exchange import Exchange, Request
from apps_contract.http.transport import TransportError
from apps_contract.run.errors import NotTestedError, StoppedError, TargetLostError
from apps_contract.run.pace import Pace

if TYPE_CHECKING:
    from apps_contract.http.exchange import Failure
    from apps_contract.http.transport import Transport

_TOO_MANY_REQUESTS = 429
_MOST_TRIES_WHEN_LIMITED = 30
_LONGEST_LIMITED_S = 300.0

# So many lost answers in a row, with nothing answered between, make the run ask whether anybody is still there.
_LOST_IN_A_ROW = 3
_PROBE_PAUSES = (0.0, 0.5, 1.5)
_PROBE_TIMEOUT = 10.0

# After so many timeouts of one operation in a row it is not waited for any more: else a run that hangs at one kind of
# request would take hours.
_SILENT_IN_A_ROW = 8


class Wire:
    """Sends requests for a run and remembers the exchanges; thread-safe.

    ``probe`` is the request that must get some answer while the target lives.
    """

    def __init__(self, transport: Transport, probe: Request, *, rate: float | None, timeout: float) -> None:
        self._transport = transport
        self._probe = probe
        self._timeout = timeout
        self._lock = threading.Lock()
        self._lost_in_a_row = 0
        self._lost_reason = ""
        self._silent: Counter[str] = Counter()
        self._stop_reason = "the run was interrupted"
        self._stopped = threading.Event()
        self.pace = Pace(rate)
        self.requests = 0
        self.traffic: list[Exchange] = []

    @property
    def supports_raw(self) -> bool:
        """Whether bytes that are no whole HTTP request can be sent."""
        return self._transport.supports_raw

    @property
    def lost(self) -> str:
        """Why the target is held for dead; empty while it lives."""
        return self._lost_reason

    def stop(self, reason: str) -> None:
        """Let nothing more out: every later call raises StoppedError with ``reason``."""
        self._stop_reason = reason
        self._stopped.set()

    def resume(self) -> None:
        """Let requests out again, for the clean-up after a stop."""
        self._stopped.clear()

    def send(
        self, request: Request, *, operation: str | None = None, app_id: str | None = None, timeout: float | None = None
    ) -> Exchange:
        """Send one request and return the exchange; a 429 is waited out and tried again (SRV-LOAD-3).

        Raises TargetLostError when the target died for good, StoppedError after ``stop``, and NotTestedError for an
        operation that was given up since it never answers.
        """
        if self._silent[operation or ""] >= _SILENT_IN_A_ROW:
            raise NotTestedError(f"{operation} did not answer {_SILENT_IN_A_ROW} times in a row: not asked again")
        begun = time.monotonic()
        for turn in range(_MOST_TRIES_WHEN_LIMITED):
            if turn and time.monotonic() - begun > _LONGEST_LIMITED_S:
                self._lose(f"the target answered nothing but 429 for {_LONGEST_LIMITED_S:g} s: lower --rate")
            exchange = self._send_once(request, operation, app_id, timeout or self._timeout)
            if exchange.status != _TOO_MANY_REQUESTS or exchange.response is None:
                break
            self.pace.limited(exchange.response.header("retry-after"))
        else:
            reason = f"the target answered 429 {_MOST_TRIES_WHEN_LIMITED} times in a row: lower --rate"
            self._lose(reason)
        self._note_silence(operation, exchange.failure)
        if exchange.failure:
            self._after_failure(exchange.failure)
        else:
            self.pace.answered()
            self._lost_in_a_row = 0
        return exchange

    def _send_once(self, request: Request, operation: str | None, app_id: str | None, timeout: float) -> Exchange:
        if self._lost_reason:
            raise TargetLostError(self._lost_reason)
        self.pace.wait(self._stopped)
        if self._stopped.is_set():
            raise StoppedError(self._stop_reason)
        started, clock = time.time(), time.perf_counter()
        response, failure = None, None
        try:
            response = self._transport.send(request, timeout=timeout)
        except TransportError as error:
            failure = error.failure
        duration = time.perf_counter() - clock
        with self._lock:
            self.requests += 1
            exchange = Exchange(
                request, response, failure, operation, app_id, started, duration_s=duration, number=self.requests
            )
            self.traffic.append(exchange)
        return exchange

    def _note_silence(self, operation: str | None, failure: Failure | None) -> None:
        """Count the timeouts of an operation in a row."""
        with self._lock:
            if operation and failure and failure.kind == "timeout":
                self._silent[operation] += 1
            elif operation and not failure:
                self._silent[operation] = 0

    def _after_failure(self, failure: Failure) -> None:
        """Ask whether the target is still there, after it could not be reached or several answers were lost."""
        with self._lock:
            self._lost_in_a_row += 1
            suspicious = failure.kind == "connect" or self._lost_in_a_row >= _LOST_IN_A_ROW
        if suspicious and not self._answers():
            self._lose(f"the target stopped answering: {failure.message}")
        if suspicious:
            self._lost_in_a_row = 0

    def _answers(self) -> bool:
        for pause in _PROBE_PAUSES:
            if self._stopped.wait(pause):
                return True
            try:
                self._transport.send(self._probe, timeout=min(self._timeout, _PROBE_TIMEOUT))
            except TransportError:
                continue
            return True
        return False

    def _lose(self, reason: str) -> None:
        self._lost_reason = reason
        raise TargetLostError(reason)
