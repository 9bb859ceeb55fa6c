"""One adapter process: started, written to, read from, watched, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from apps_contract.checks.client.record import Said
from apps_contract.clients.protocol import ProtocolError, read_answer, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST_LINE = 32 << 20
_MOST_ERROR_OUTPUT = 1 << 20
_END_S = 2.0


class AdapterStartError(Exception):
    """The adapter cannot be started; one line says why."""


class AdapterProcess:
    """Runs an adapter in a process group of its own. Thread-safe. Raises AdapterStartError when it cannot be started.

    ``error_output`` is what it wrote on standard error, up to 1 MiB.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 -- the user's own command
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
            )
        except OSError as error:
            raise AdapterStartError(f"cannot start {command[0]!r}: {error.strerror}") from None
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._answers: dict[int, Said] = {}
        self._garbage = ""
        self._is_over = False
        self._number = 0
        self._errors = bytearray()
        self._threads = [
            threading.Thread(target=self._read_answers, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def error_output(self) -> bytes:
        """What the adapter wrote on standard error so far."""
        return bytes(self._errors)

    @property
    def is_usable(self) -> bool:
        """Whether it runs and kept to the protocol so far."""
        return not self._is_over and not self._garbage and self._process.poll() is None

    def send(self, members: dict[str, Any]) -> int:
        """Write a request; return its number. An adapter that is gone is noticed by ``wait``."""
        with self._writing:
            self._number += 1
            number = self._number
            assert self._process.stdin
            with suppress(OSError, ValueError):
                self._process.stdin.write(written(number, members))
                self._process.stdin.flush()
        return number

    def wait(self, number: int, seconds: float) -> Said:
        """Return what the answer to a request says, waiting for it so long."""
        started = time.monotonic()
        with self._changed:
            self._changed.wait_for(lambda: number in self._answers or self._garbage or self._is_over, seconds)
            if number in self._answers:
                return self._answers.pop(number)
            if self._garbage:
                return Said("garbled", message=self._garbage, duration_s=time.monotonic() - started)
            if not self._is_over:
                return Said("silent", duration_s=time.monotonic() - started)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_S)
        return Said("ended", exit_status=self._process.poll(), duration_s=time.monotonic() - started)

    def end(self) -> int | None:
        """Ask it to exit, then make it; return the exit status, None when it had to be killed."""
        if self.is_usable:
            self.wait(self.send({"op": "exit"}), _END_S)
        with suppress(OSError):
            assert self._process.stdin
            self._process.stdin.close()
        try:
            status: int | None = self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            status = None
        self.kill()
        return status

    def kill(self) -> None:
        """End the whole process group at once."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_S)
        for thread in self._threads:
            thread.join(_END_S)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe and not any(thread.is_alive() for thread in self._threads):
                with suppress(OSError):
                    pipe.close()

    def _read_answers(self) -> None:
        assert self._process.stdout
        while line := self._process.stdout.readline(_LONGEST_LINE):
            if not line.strip():
                continue
            with self._changed:
                try:
                    number, said = read_answer(line)
                    self._answers[number] = said
                except ProtocolError as error:
                    self._garbage = str(error)
                self._changed.notify_all()
            if self._garbage:  # what follows cannot be trusted, and may flood
                break
        with self._changed:
            self._is_over = not self._garbage
            self._changed.notify_all()

    def _read_errors(self) -> None:
        assert self._process.stderr
        while data := self._process.stderr.read1(1 << 16):  # type: ignore[attr-defined]  # a buffered pipe
            if len(self._errors) < _MOST_ERROR_OUTPUT:
                self._errors += data
