"""Judges units of work one after another, or by several processes; what comes out is the same, in the same order."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import deque
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Final

from apps_contract.files.errors import UnreadableFileError
from apps_contract.files.work import PART_BYTES, judge_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.files.rules import Rules
    from apps_contract.files.tally import Tally
    from apps_contract.files.work import Unit

# Starting processes pays from here on.
_WORTH_IT: Final = 2 * PART_BYTES
_WAITING_PER_WORKER: Final = 2


def judged(units: Iterator[Unit], rules: Rules, workers: int | None) -> Iterator[Tally]:
    """Yield the tally of each unit, in order. Without a number of workers, it follows from how much there is to do.

    Raises UnreadableFileError when a process dies.
    """
    first: list[Unit] = []
    if workers is None:
        weight = 0
        for unit in units:
            first.append(unit)
            weight += unit.weight
            if weight > _WORTH_IT:
                break
        workers = _cores() if weight > _WORTH_IT else 1
    every = chain(first, units)
    if workers == 1:
        with _no_search_for_cycles():
            for unit in every:
                yield judge_unit(unit, rules)
        return
    yield from _by_processes(every, rules, workers)


def _by_processes(units: Iterator[Unit], rules: Rules, workers: int) -> Iterator[Tally]:
    from concurrent.futures import Future, ProcessPoolExecutor  # noqa: PLC0415 -- start-up
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    waiting: deque[Future[Tally]] = deque()
    pool = ProcessPoolExecutor(workers, mp_context=get_context(_way_to_start()), initializer=gc.disable)
    try:
        for unit in units:
            waiting.append(pool.submit(judge_unit, unit, rules))
            if len(waiting) > workers * _WAITING_PER_WORKER:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise UnreadableFileError(
            "not judged: a worker process died (out of memory?); --workers 1 needs least"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _cores() -> int:
    """Return how many cores this process may use, which in a container are often fewer than there are."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _way_to_start() -> str:
    """A forked process starts at once, but may hang if there were threads; and elsewhere than on Linux it is unsafe."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Values of payloads form no cycles: looking for some would only take time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
