"""Running a client's own command beside a judge or a proxy, and waiting for the signal that ends either."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class CommandEnd:
    """How a command ended: its status as a shell has it, and the signal that we passed on to it, if any."""

    status: int
    signal: str = ""

    @property
    def text(self) -> str:
        """How it ended, in words."""
        return f"it ended with status {self.status}" + (f" after {self.signal}" if self.signal else "")


def run_command(command: Sequence[str], environment: Mapping[str, str]) -> CommandEnd:
    """Run a command to its end, passing on signals; raise WrongUseError when it cannot be started."""
    received: list[int] = []
    running: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        # A terminal sends Ctrl-C to the command, too; only a second one may mean that this did not help.
        if running and (number != signal.SIGINT or len(received) > 1 or not _is_in_foreground()):
            running[0].send_signal(number)

    with _handled(pass_on):
        try:
            running.append(subprocess.Popen(command, env={**os.environ, **environment}))  # noqa: S603 -- the user's own
        except OSError as error:
            raise WrongUseError(f"cannot start {command[0]!r}: {error.strerror}") from None
        if received:  # before there was anything to pass it on to
            running[0].send_signal(received[0])
        status = running[0].wait()
    name = signal.Signals(received[0]).name if received else ""
    return CommandEnd(128 - status if status < 0 else status, name)


@contextmanager
def until_signal() -> Iterator[threading.Event]:
    """Let Ctrl-C and SIGTERM set an event from here to the end of the ``with`` statement, and do nothing else."""
    event = threading.Event()
    with _handled(lambda _number, _frame: event.set()):
        yield event


def wait(event: threading.Event) -> None:
    """Wait for an event in the main thread; in short steps, since some systems deliver no signal during a long one."""
    while not event.wait(0.5):
        pass


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def _is_in_foreground() -> bool:
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except (OSError, AttributeError):  # no terminal, or no such system
        return False
