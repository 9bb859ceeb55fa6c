"""A worker's end of a campaign in shards: a campaign like any other, whose news go to the client as they come."""

from __future__ import annotations

import getpass
import hashlib
import pickle
import platform
import tempfile
import time
import traceback
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import distributed

from apps_contract import __version__
from apps_contract.run.errors import CannotTestError
from apps_contract.run.fuzz.campaign import Campaign
from apps_contract.run.fuzz.events import Found, Progress, Started
from apps_contract.run.fuzz.fleet.messages import Begun, Counted, Discovered, Over, Told
from apps_contract.run.ledger import LedgerInUseError
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from apps_contract.run.events import RunEnded
    from apps_contract.run.fuzz.books import NamedPair
    from apps_contract.run.fuzz.events import Event
    from apps_contract.run.fuzz.fleet.messages import Task

STOP = "stop"
_TELL_EVERY_S = 1.0
_LONGEST_SILENCE_S = 60.0


def versions() -> str:
    """Return what has to be the same on all machines."""
    python = ".".join(platform.python_version_tuple()[:2])
    return f"apps-contract {__version__}, distributed {distributed.__version__}, Python {python}"


def run_shard(task: Task) -> None:
    """Run one shard to its end; raise nothing, since Dask would write the arguments into its log."""
    line = _Line(task)
    try:
        over = _run(task, line)
    except WrongUseError as error:
        over = Over(str(error), "user")
    except CannotTestError as error:
        over = Over(str(error), "target")
    except Exception:  # noqa: BLE001 - told to the client, which raises it
        over = Over(traceback.format_exc(), "ours")
    with suppress(Exception):  # nobody listens any more
        line.tell(over)


def _run(task: Task, line: _Line) -> Over:
    try:
        return line.follow(_on_this_machine(task, _folder(task)))
    except LedgerInUseError:  # another campaign sends the same shard from this machine
        return line.follow(_on_this_machine(task, None))


def _on_this_machine(task: Task, folder: Path | None) -> Task:
    """Return the task with a ledger here: who is run again on this machine deletes what a killed worker left."""
    settings = replace(task.options.settings, report_dir=folder, baseline=None)
    return replace(task, options=replace(task.options, settings=settings, corpus=None))


def _folder(task: Task) -> Path:
    settings = task.options.settings
    of_what = f"{settings.url} {settings.key} {settings.report_dir} {task.options.share}"
    name = hashlib.sha256(of_what.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"apps-contract-shards-{getpass.getuser()}" / name


class _Line:
    """The line to the client: tells it what happens, and notices when nobody listens any more."""

    def __init__(self, task: Task) -> None:
        self._shard = task.options.share.index
        self._attempt = uuid4().hex
        self._inbox = distributed.Queue(task.inbox)
        self._pulse = distributed.Variable(task.pulse)
        self._campaign: Campaign | None = None
        self._last_pulse: Any = None
        self._heard = time.monotonic()
        self._told = 0.0
        self._covered: frozenset[NamedPair] = frozenset()

    def follow(self, task: Task) -> Over:
        """Run the campaign of a shard and tell of it."""
        self._campaign = campaign = Campaign(task.options, [self._listen], kept=task.kept)
        run = campaign.run()
        self._tell_counts(campaign)
        return _over(campaign, run)

    def tell(self, news: Begun | Counted | Discovered | Over) -> None:
        """Put a message into the client's queue; it is there when this returns."""
        self._inbox.put(pickle.dumps(Told(self._shard, self._attempt, news)))

    def _listen(self, event: Event) -> None:
        assert self._campaign is not None
        match event:
            case Started():
                base_url = self._campaign.base_url
                self.tell(Begun(platform.node(), event.target, base_url, event.cleaned))
            case Found():
                self.tell(Discovered(event.discovery, event.is_final))
            case Progress() if time.monotonic() - self._told >= _TELL_EVERY_S:
                self._told = time.monotonic()
                self._tell_counts(self._campaign)
                if self._is_to_stop():
                    self._campaign.stop("")

    def _tell_counts(self, campaign: Campaign) -> None:
        covered = campaign.books.covered
        self.tell(Counted(campaign.sums(), covered - self._covered))
        self._covered = covered

    def _is_to_stop(self) -> bool:
        with suppress(TimeoutError, OSError):
            pulse = self._pulse.get(timeout=_TELL_EVERY_S)
            if pulse != self._last_pulse:
                self._last_pulse, self._heard = pulse, time.monotonic()
        return self._last_pulse == STOP or time.monotonic() - self._heard > _LONGEST_SILENCE_S


def _over(campaign: Campaign, run: RunEnded) -> Over:
    return Over(
        run.ended_early,
        "target",
        tuple(campaign.books.gone),
        run.left_overs,
        run.sent,
        tuple(campaign.books.known.passed_again),
    )
