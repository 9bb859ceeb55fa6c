"""Gives one worker the target for itself while it looks into a finding.

What others do meanwhile would come between: a fault in what the server's requests share would not show again, or not in
the same way.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_S = 20.0
"""So long, at most, do others wait for one look into a finding."""

_LONGEST_FOR_OTHERS_S = 5.0  # a trial that hangs is not waited for


class Quiet:
    """Thread-safe. Many may be in ``busy`` at the same time, and one in ``alone``, never from within ``busy``."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._busy = 0
        self._owner: object | None = None
        self._until = 0.0

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Send one trial: not before whoever is alone is done, or has used up the time."""
        with self._change:
            self._wait_for_owner()
            self._busy += 1
        try:
            yield
        finally:
            with self._change:
                self._busy -= 1
                self._change.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have the target for oneself, once the trials under way are over."""
        me = object()
        with self._change:
            self._wait_for_owner()
            self._owner, self._until = me, time.monotonic() + LONGEST_S
            self._change.wait_for(lambda: not self._busy, _LONGEST_FOR_OTHERS_S)
        try:
            yield
        finally:
            with self._change:
                if self._owner is me:
                    self._owner = None
                self._change.notify_all()

    def _wait_for_owner(self) -> None:
        while self._owner is not None and (left := self._until - time.monotonic()) > 0:
            self._change.wait(left)
