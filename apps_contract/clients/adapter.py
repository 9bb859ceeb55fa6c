"""An adapter as a scenario uses it: operations under a watchdog, restarted when it failed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apps_contract.clients.process import AdapterProcess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.checks.client.record import Said
    from apps_contract.clients.protocol import Configuration

# Beyond the client's own overall time-out: for a busy machine, and for clients that look at the clock between steps.
GRACE_S = 2.5
# The first answer of a process may take as long as a large runtime takes to start.
START_S = 20.0


class Adapter:
    """One worker's adapter: one process at a time, used by one thread.

    ``error_output`` collects what all of its processes wrote on standard error since ``configure``.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._process: AdapterProcess | None = None
        self._error_mark = 0
        self._earlier_errors = b""
        self._timeout = 10.0
        self.restarts = 0

    @property
    def error_output(self) -> bytes:
        """What was written on standard error since the last ``configure``."""
        current = self._process.error_output[self._error_mark :] if self._process else b""
        return self._earlier_errors + current

    def configure(self, configuration: Configuration) -> Said:
        """Start afresh; restart the process if an earlier scenario broke it. Raises AdapterStartError."""
        is_new = self._process is None or not self._process.is_usable
        if is_new:
            if self._process:
                self._process.kill()
                self.restarts += 1
            self._process = AdapterProcess(self._command)
        assert self._process
        self._error_mark = len(self._process.error_output)
        self._earlier_errors = b""
        self._timeout = configuration.timeout
        return self._ask([configuration.members], START_S)[0]

    def ask(self, op: str, **members: Any) -> Said:
        """Run one operation and return what its caller got."""
        return self.ask_at_once([{"op": op, **members}])[0]

    def ask_at_once(self, requests: Sequence[dict[str, Any]]) -> list[Said]:
        """Write several requests before reading an answer; an adapter may work on them at once or one after another."""
        return self._ask(requests, self._timeout * len(requests) + GRACE_S)

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.end()

    def _ask(self, requests: Sequence[dict[str, Any]], limit: float) -> list[Said]:
        process = self._process
        assert process, "configure comes first"
        started = time.monotonic()
        numbers = [process.send(members) for members in requests]
        heard = []
        for number in numbers:
            said = process.wait(number, max(0.0, started + limit - time.monotonic()))
            heard.append(replace(said, duration_s=time.monotonic() - started))
        if any(said.ending != "answered" for said in heard):
            process.kill()
            self._earlier_errors += process.error_output[self._error_mark :]
            self._error_mark = len(process.error_output)
        return heard
