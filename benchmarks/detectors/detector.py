"""The interface of a tool, and how its command is run."""

from __future__ import annotations

import os
import signal
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from apps_contract.contract import Edition
    from apps_contract.http.authentication import KeyPair
    from detectors.report import Ended, Report

SEED = 1
INSTALL_SECONDS = 600

# Nothing but loopback: whatever else a tool would like to call (statistics, updates) meets a closed port.
_CLOSED = "http://127.0.0.1:9"
LOOPBACK_ONLY = {
    "http_proxy": _CLOSED,
    "https_proxy": _CLOSED,
    "HTTP_PROXY": _CLOSED,
    "HTTPS_PROXY": _CLOSED,
    "no_proxy": "127.0.0.1,localhost",
    "NO_PROXY": "127.0.0.1,localhost",
}


@dataclass(frozen=True)
class Target:
    """A server to judge, with a key of each of its two projects, and an empty ``folder`` to write to."""

    base_url: str
    edition: Edition
    own: KeyPair
    other: KeyPair
    folder: Path


class Detector(ABC):
    """A tool that judges servers. ``name``, ``version`` and ``settings`` stand in the table."""

    name: str
    settings: str

    def __init__(self, home: Path) -> None:
        self.home = home

    @abstractmethod
    def install(self) -> None:
        """Put the tool into ``home``, unless it is there."""

    @abstractmethod
    def version(self) -> str:
        """Return the version that is installed."""

    @abstractmethod
    def run(self, target: Target, seconds: float) -> tuple[Ended, list[Report]]:
        """Judge a server for at most so many seconds; return how that ended, and what the tool complained of."""

    @abstractmethod
    def about(self, report: Report) -> tuple[str, ...]:
        """Return the requirements, by id or the beginning of one, that a complaint names, read generously."""

    def is_about(self, report: Report, requirement_id: str) -> bool:
        """Tell whether a complaint names a requirement."""
        return any(
            requirement_id == name or (name.endswith("-") and requirement_id.startswith(name))
            for name in self.about(report)
        )


def execute(
    command: Sequence[str], folder: Path, seconds: float, environment: Mapping[str, str] | None = None
) -> Ended:
    """Run a command with its output in ``folder``/output.txt; end it, and all that it started, when time is up."""
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [*command],
            cwd=folder,
            env={**os.environ, **LOOPBACK_ONLY, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return "timed out"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return "done"


def npm_install(home: Path, *packages: str) -> None:
    """Put npm packages into a folder of their own."""
    home.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home), *packages]
    subprocess.run(command, check=True, timeout=INSTALL_SECONDS)
