"""How far a score is: a live line on a terminal, and, when wanted, each run as it ends."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.console import Console

if TYPE_CHECKING:
    from rich.status import Status


class ScoreProgress:
    """Shows how many of ``total`` runs are over; use it as a context manager around them.

    ``quiet`` leaves out the live line, ``verbose`` writes each run on standard error as it ends.
    """

    def __init__(self, total: int, *, quiet: bool = False, verbose: bool = False) -> None:
        self.duration_s = 0.0
        self._total = total
        self._done = 0
        self._is_live = not quiet
        self._is_verbose = verbose
        self._console = Console(highlight=False, soft_wrap=True, stderr=True)
        self._status: Status | None = None
        self._started = time.perf_counter()

    def __enter__(self) -> Self:
        if self._console.is_terminal and self._is_live:
            self._status = self._console.status("starting")
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.duration_s = time.perf_counter() - self._started
        if self._status:
            self._status.stop()

    def tell(self, name: str, said: str) -> None:
        """Take note of one run that is over: what was tried, and what came of it."""
        self._done += 1
        if self._is_verbose:
            self._console.print(f"{name}: {said}", markup=False)
        if self._status:
            self._status.update(f"{self._done}/{self._total} runs · {name}")
