"""How fast a run sends: the rate asked for, and the pauses that a target asks for with 429 (SRV-LOAD-3)."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

_LONGEST_PAUSE = 60.0
_FIRST_PAUSE = 0.5
_SLOWEST_RATE = 1.0
_CALM_SENDS = 50
_MOST_RECENT = 200


@dataclass(frozen=True)
class PaceReport:
    """What the target asked for: how many 429 answers, how many carried Retry-After, seconds waited."""

    limited: int
    with_retry_after: int
    waited_s: float


class Pace:
    """Lets threads send one after another at a bounded rate; thread-safe.

    ``rate`` is in requests per second, None for no bound. After a 429 all threads pause as long as ``Retry-After`` says
    (60 s at most), and the rate is halved; it recovers slowly.
    """

    def __init__(self, rate: float | None) -> None:
        self._asked_rate = rate
        self._rate = rate
        self._lock = threading.Lock()
        self._next = 0.0
        self._pauses_in_a_row = 0
        self._calm = 0
        self._recent: deque[float] = deque(maxlen=_MOST_RECENT)
        self._limited = 0
        self._with_retry_after = 0
        self._waited_s = 0.0

    def wait(self, stopped: threading.Event) -> None:
        """Block until the next request may go out, or until ``stopped`` is set."""
        with self._lock:
            now = time.monotonic()
            due = max(now, self._next)
            if self._rate:
                self._next = due + 1.0 / self._rate
            self._recent.append(due)
            pause = due - now
        if pause > 0:
            stopped.wait(pause)

    def limited(self, retry_after: str | None) -> None:
        """Take note of a 429: pause everybody and slow down."""
        asked = seconds_to_wait(retry_after)
        with self._lock:
            self._limited += 1
            self._with_retry_after += retry_after is not None
            pause = asked if asked is not None else _FIRST_PAUSE * 2 ** min(self._pauses_in_a_row, 5)
            self._pauses_in_a_row += 1
            self._calm = 0
            now = time.monotonic()
            until = now + min(pause, _LONGEST_PAUSE)
            if until > self._next:
                self._waited_s += until - max(now, self._next)
                self._next = until
                lately = sum(moment > now - 1.0 for moment in self._recent)
                seen = self._rate or float(max(lately, 1))
                self._rate = max(seen / 2, _SLOWEST_RATE)

    def answered(self) -> None:
        """Take note of an answer that was no 429: after a calm while, send faster again."""
        if self._limited == 0:
            return
        with self._lock:
            self._pauses_in_a_row = 0
            self._calm += 1
            if self._calm >= _CALM_SENDS and self._rate:
                self._calm = 0
                faster = self._rate * 1.25
                self._rate = min(faster, self._asked_rate) if self._asked_rate else faster

    def report(self) -> PaceReport:
        """Tell what the target asked for so far."""
        with self._lock:
            return PaceReport(self._limited, self._with_retry_after, round(self._waited_s, 1))


def seconds_to_wait(retry_after: str | None) -> float | None:
    """Read ``Retry-After`` (RFC 9110 section 10.2.3: seconds or an HTTP date); None when absent or malformed."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None
    return max(0.0, moment - time.time())
