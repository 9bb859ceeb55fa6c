"""Specmatic: tests made from an OpenAPI document, with mutations of its examples."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from detectors.bodies import BODY, make_app
from detectors.detector import Detector, Target, execute, npm_install
from detectors.documents import document_of_project
from detectors.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from detectors.report import Ended

_COMBINATIONS = 20

_PROXY = [f"-D{scheme}.proxyHost=127.0.0.1" for scheme in ("http", "https")] + ["-Dhttp.nonProxyHosts=127.0.0.1"]

_STATUS = re.compile(
    r"(?:expected status (\S+) but response contained status|Expected (\S+) status, but received) (\d+)"
)
_RULE = re.compile(r">> (RESPONSE\.\S+)\s+(R\d+: .*)")
_SCENARIO = re.compile(r"Scenario: (\w+ /\S*) -> (\w+)")

# What a mismatch in the answer to a good request says: its status, or its body.
_GOOD_REFUSED = ("SRV-INPUT-11", "SRV-INPUT-12", "SRV-STATE-12", "SRV-STATE-9", "SRV-STATE-10", "SRV-AUTH-4")
_OTHER_SUCCESS = ("SRV-SHAPE-6",)
_BAD_TAKEN = (
    *("SRV-INPUT-1", "SRV-INPUT-2", "SRV-INPUT-3", "SRV-INPUT-4", "SRV-INPUT-5", "SRV-INPUT-6", "SRV-INPUT-9"),
    *("SRV-INPUT-11", "SRV-INPUT-13", "SRV-STATE-10"),
)
_SERVER_ERROR = ("SRV-INPUT-", "SRV-STATE-9", "SRV-STATE-10", "SRV-LOAD-")
_BODY = ("SRV-SHAPE-", "SRV-STATE-2", "SRV-STATE-4", "SRV-STATE-5", "SRV-STATE-10")


class Specmatic(Detector):
    """The newest Specmatic of npm; it brings its own jar and needs Java 17."""

    name = "Specmatic"
    settings = (
        f"good and bad requests generated from examples with ids of live apps, at most {_COMBINATIONS} combinations a "
        "scenario; extra members of answers allowed; key given"
    )

    @property
    def _jar(self) -> Path:
        return self.home / "node_modules" / "specmatic" / "specmatic.jar"

    def install(self) -> None:
        """Fetch it from npm."""
        if not self._jar.exists():
            npm_install(self.home, "specmatic")

    def version(self) -> str:
        """Return what its package says."""
        package = json.loads((self._jar.parent / "package.json").read_text(encoding="utf-8"))
        return str(package["version"])

    def run(self, target: Target, seconds: float) -> tuple[Ended, list[Report]]:
        """Make its examples, run it once, and read its JUnit file."""
        (target.folder / "openapi.json").write_text(json.dumps(_without_examples(document_of_project(target.edition))))
        _write_examples(target)
        own = target.own
        environment = {
            "basic": base64.b64encode(f"{own.key_id}:{own.key_secret}".encode()).decode(),
            "SPECMATIC_GENERATIVE_TESTS": "true",
            "MAX_TEST_REQUEST_COMBINATIONS": str(_COMBINATIONS),
            "EXTENSIBLE_SCHEMA": "true",
        }
        java = ["java", "-XX:TieredStopAtLevel=1", *_PROXY, "-jar", str(self._jar), "test", "openapi.json"]
        base = f"--testBaseURL={target.base_url}/v1/projects/{own.project_id}"
        options = [base, "--junitReportDir=junit", "--examples=examples", "--timeout=5"]
        ended = execute([*java, *options], target.folder, seconds, environment)
        files = [*(target.folder / "junit").glob("**/*.xml")]
        if not files:
            return ("failed" if ended == "done" else ended), []
        return ended, sorted({report for file in files for report in _reports(file)})

    def about(self, report: Report) -> tuple[str, ...]:
        """Go by what was expected and what came."""
        kind, _, status = report.check.partition(" ")
        if kind == "body":
            return _BODY
        if status.startswith("5"):
            return _SERVER_ERROR
        if kind == "bad":
            return _BAD_TAKEN
        return _OTHER_SUCCESS if status.startswith(("2", "3")) else _GOOD_REFUSED


def _write_examples(target: Target) -> None:
    folder = target.folder / "examples"
    folder.mkdir()
    kept, gone = make_app(target), make_app(target)
    head = {"Content-Type": "application/json"}
    own, other = f"/apps/{kept['id']}", f"/apps/{gone['id']}"
    missing = {"code": 404, "message": "no such app", "status": "NOT_FOUND"}
    examples: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "create": ({"method": "POST", "path": "/apps", "headers": head, "body": BODY}, {"status": 200, "body": kept}),
        "list": ({"method": "GET", "path": "/apps"}, {"status": 200, "body": {"apps": [kept]}}),
        "get": ({"method": "GET", "path": own}, {"status": 200, "body": kept}),
        "update": ({"method": "PATCH", "path": own, "headers": head, "body": BODY}, {"status": 200, "body": kept}),
        "delete": ({"method": "DELETE", "path": other}, {"status": 200, "body": {}}),
        "missing-get": ({"method": "GET", "path": "/apps/no-such-app"}, {"status": 404, "body": missing}),
        "missing-delete": ({"method": "DELETE", "path": "/apps/no-such-app"}, {"status": 404, "body": missing}),
    }
    for name, (request, response) in examples.items():
        text = json.dumps({"http-request": request, "http-response": response})
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def _without_examples(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without the examples of bodies, whose ids belong to no app: the files replace them."""
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                holders = [operation.get("requestBody", {}), *operation["responses"].values()]
                for content in (each for holder in holders for each in holder.get("content", {}).values()):
                    content.pop("examples", None)
                    content.pop("example", None)
    return document


def _reports(file: Path) -> Iterator[Report]:
    for case in ET.parse(file).getroot().iter("testcase"):  # noqa: S314 - written by the tool a moment ago
        for failure in (*case.findall("failure"), *case.findall("error")):
            text = f"{failure.get('message') or ''}\n{failure.text or ''}"
            scenario = _SCENARIO.search(text + (case.get("name") or ""))
            place, expected = scenario.groups() if scenario else (case.get("name") or "", "")
            status = _STATUS.search(text)
            if status:
                wanted = status[1] or status[2]
                kind = "bad" if wanted.startswith("4") or expected.startswith("4") else "good"
                yield Report(f"{kind} {status[3]}", place, f"{wanted} expected")
            else:
                rules = sorted({" ".join(found) for found in _RULE.findall(text)})
                yield Report("body", place, "; ".join(rules) or text.strip()[:200])
