"""apps-contract itself, run as anybody would: the command, over a socket, without a hint about the fault."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from detectors.detector import SEED, Detector, Target, execute
from detectors.report import Report

if TYPE_CHECKING:
    from detectors.report import Ended


class AppsContract(Detector):
    """The server suite of this project."""

    name = "apps-contract"
    settings = "check --level should --mode full, both keys and the token endpoint given, seed 1"

    def install(self) -> None:
        """Do nothing: it runs from where this script is."""

    def version(self) -> str:
        """Return the version of this project."""
        return version("apps-contract")

    def run(self, target: Target, seconds: float) -> tuple[Ended, list[Report]]:
        """Run the command once, and read its report."""
        own, other = target.own, target.other
        command = [sys.executable, "-c", "import sys; from apps_contract.cli import main; sys.exit(main())", "check"]
        options = {
            "--edition": target.edition,
            "--level": "should",
            "--mode": "full",
            "--seed": str(SEED),
            "--timeout": "3",
            "--project": own.project_id,
            "--key-id": own.key_id,
            "--other-project": other.project_id,
            "--other-key-id": other.key_id,
            "--token-url": "/oauth2/token",
            "--report-dir": str(target.folder),
        }
        secrets = {"APPS_KEY_SECRET": own.key_secret, "APPS_OTHER_KEY_SECRET": other.key_secret}
        arguments = [text for option in options.items() for text in option]
        ended = execute([*command, target.base_url, *arguments], target.folder, seconds, secrets)
        report = target.folder / "report.json"
        if not report.exists():
            return ("failed" if ended == "done" else ended), []
        findings = json.loads(report.read_text(encoding="utf-8"))["findings"]
        return ended, sorted({Report(each["requirement"], each["operation"] or "", each["title"]) for each in findings})

    def about(self, report: Report) -> tuple[str, ...]:
        """Return the requirement that the finding names, and no other."""
        return (report.check,)
