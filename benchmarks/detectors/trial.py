"""One run of one tool: the server that it judges, and what it is told about it."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from apps_contract.service.app import DEMO_KEYS
from apps_contract.service.dialects import dialect
from apps_contract.service.embedded import EmbeddedServer
from apps_contract.service.faults import fault
from detectors.detector import Target
from detectors.report import Run

if TYPE_CHECKING:
    from apps_contract.contract import Edition
    from apps_contract.service.faults import Fault
    from detectors.detector import Detector


@dataclass(frozen=True)
class Trial:
    """A server to show: healthy, with the fault or as the variant of that name."""

    kind: Literal["healthy", "fault", "variant"]
    name: str
    edition: Edition


def edition_of(seeded: Fault) -> Edition:
    """Return the default edition where the fault shows there, else the newest in which it does."""
    return "2023" if "2023" in seeded.editions else seeded.editions[-1]


def run(trial: Trial, detector: Detector, seconds: float) -> Run:
    """Let a tool judge a new server for at most so many seconds."""
    requests: list[str] = []
    own, other = DEMO_KEYS
    with (
        tempfile.TemporaryDirectory(prefix="detection-") as folder,
        EmbeddedServer(**_server(trial), access_log=lambda entry: requests.append(entry.method)) as server,
    ):
        started = time.perf_counter()
        ended, reports = detector.run(Target(server.base_url, trial.edition, own, other, Path(folder)), seconds)
        duration = time.perf_counter() - started
    return Run(
        detector.name, trial.kind, trial.name, trial.edition, len(requests), round(duration, 2), ended, tuple(reports)
    )


def _server(trial: Trial) -> dict[str, Any]:
    if trial.kind == "fault":
        return {"edition": trial.edition, "fault": fault(trial.name)}
    if trial.kind == "variant":
        return {"edition": trial.edition, "dialect": dialect(trial.name)}
    return {"edition": trial.edition}
