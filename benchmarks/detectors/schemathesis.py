"""Schemathesis: generated requests, coverage of schemas, and sequences along the document's links."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from apps_contract.http.authentication import basic_header
from detectors.detector import INSTALL_SECONDS, SEED, Detector, Target, execute
from detectors.documents import document
from detectors.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from detectors.report import Ended

_EXAMPLES = 50
_SEQUENCES = 200

_CONFIG = f"""\
seed = {SEED}
continue-on-failure = true
request-timeout = 5.0
suppress-health-check = ["all"]

[parameters]
"path.project_id" = "PROJECT"

[auth.wfc]
path = "users.json"
user = "own"
peers = ["own", "other"]

[checks]
enabled = true

[generation]
mode = "all"
max-examples = {_EXAMPLES}
no-shrink = true
database = "none"

[phases.stateful]
max-steps = 10
generation.max-examples = {_SEQUENCES}
"""

# Which requirements a failed check names. Whole groups where a check cannot tell more: the reading in its favour.
_ABOUT: dict[str, tuple[str, ...]] = {
    "not_a_server_error": ("SRV-INPUT-", "SRV-STATE-9", "SRV-STATE-10", "SRV-STATE-12", "SRV-LOAD-", "SRV-SHAPE-3"),
    "status_code_conformance": (
        *("SRV-SHAPE-6", "SRV-STATE-9", "SRV-STATE-10", "SRV-AUTH-1", "SRV-AUTH-2", "SRV-LOAD-"),
        "SRV-INPUT-",
    ),
    "content_type_conformance": ("SRV-SHAPE-1", "SRV-SHAPE-2", "SRV-SHAPE-3", "SRV-SHAPE-6"),
    "response_headers_conformance": ("SRV-AUTH-5", "SRV-LOAD-3"),
    "response_schema_conformance": ("SRV-SHAPE-", "SRV-STATE-2", "SRV-STATE-4", "SRV-STATE-5", "SRV-STATE-10"),
    "negative_data_rejection": (
        *("SRV-INPUT-1", "SRV-INPUT-2", "SRV-INPUT-3", "SRV-INPUT-4", "SRV-INPUT-5", "SRV-INPUT-6", "SRV-INPUT-9"),
        *("SRV-INPUT-11", "SRV-INPUT-13"),
    ),
    "positive_data_acceptance": ("SRV-INPUT-7", "SRV-INPUT-11", "SRV-INPUT-12", "SRV-STATE-12"),
    "missing_required_header": ("SRV-INPUT-9", "SRV-AUTH-1"),
    "unsupported_method": ("SRV-INPUT-10",),
    "allow_header_conformance": ("SRV-INPUT-10",),
    "use_after_free": ("SRV-STATE-9",),
    "ensure_resource_availability": ("SRV-STATE-1", "SRV-STATE-4", "SRV-STATE-5", "SRV-STATE-6", "SRV-STATE-9"),
    "ignored_auth": ("SRV-AUTH-",),
    "object_level_authorization": ("SRV-AUTH-2", "SRV-AUTH-6", "SRV-STATE-5", "SRV-STATE-10"),
    "error": ("SRV-INPUT-8",),
}

# Its messages name where in a body the unknown member stood; that it was taken is one and the same complaint.
_UNKNOWN_MEMBER = re.compile(r"in body\b.*unexpected properties.*", re.DOTALL)
_REASONS = ("Invalid component:", "Received:", "Undocumented")


class Schemathesis(Detector):
    """The newest Schemathesis with everything switched on."""

    name = "Schemathesis"
    settings = (
        f"all checks, all phases, valid and broken data, {_EXAMPLES} examples an operation, {_SEQUENCES} sequences of "
        "up to 10 steps along links, going on after failures; project, both keys (as peers) and names of the "
        "update mask given; seed 1"
    )

    @property
    def _bin(self) -> Path:
        return self.home / "bin"

    def install(self) -> None:
        """Make a virtual environment that holds it."""
        if (self._bin / "st").exists():
            return
        subprocess.run([sys.executable, "-m", "venv", str(self.home)], check=True, timeout=INSTALL_SECONDS)
        pip = [str(self._bin / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "schemathesis"], check=True, timeout=INSTALL_SECONDS)

    def version(self) -> str:
        """Return what its command says."""
        command = [str(self._bin / "st"), "--version"]
        said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
        return said.split()[-1]

    def run(self, target: Target, seconds: float) -> tuple[Ended, list[Report]]:
        """Run it once, and read its stream of events: all failures, where its summary would show one of a kind."""
        users = [
            {"name": name, "fixedHeaders": [{"name": "Authorization", "value": basic_header(key)}]}
            for name, key in (("own", target.own), ("other", target.other))
        ]
        (target.folder / "users.json").write_text(json.dumps({"auth": users}))
        (target.folder / "config.toml").write_text(_CONFIG.replace("PROJECT", target.own.project_id))
        (target.folder / "openapi.json").write_text(json.dumps(document(target.edition)))
        command = [str(self._bin / "st"), "--config-file", "config.toml", "run", "openapi.json", "--no-color"]
        events = target.folder / "events.ndjson"
        report = ["--report", "ndjson", "--report-ndjson-path", str(events), "--output-sanitize", "false"]
        ended = execute([*command, "--url", target.base_url, *report], target.folder, seconds)
        if not events.exists():
            return "failed", []
        return ended, sorted(set(_reports(events)))

    def about(self, report: Report) -> tuple[str, ...]:
        """Look the check up."""
        return _ABOUT.get(report.check, ())


def _reports(events: Path) -> Iterator[Report]:
    with events.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                event: dict[str, Any] = json.loads(line)
            except ValueError:  # the last line of a run that was ended
                return
            yield from _of_event(event)


def _of_event(event: dict[str, Any]) -> Iterator[Report]:
    for checks in event.get("ScenarioFinished", {}).get("recorder", {}).get("checks", {}).values():
        for check in checks:
            if check["status"] == "failure":
                failure = check["failure_info"]["failure"]
                yield Report(check["name"], failure["operation"], _gist(failure))
    error = event.get("NonFatalError")
    if error:
        yield Report("error", str(error.get("label", "")), str(error.get("info", error))[:200])


def _gist(failure: dict[str, Any]) -> str:
    """Return title and reason of a failure, without what was sent."""
    lines = [line for line in (failure.get("message") or "").splitlines() if line.startswith(_REASONS)]
    return _UNKNOWN_MEMBER.sub("in body - unexpected properties", "; ".join([failure["title"], *lines]))[:300]
