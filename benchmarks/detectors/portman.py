"""Portman: an OpenAPI document made into a Postman collection with tests, which newman runs."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from apps_contract.contract import EDITIONS
from detectors.bodies import BODY, make_app
from detectors.detector import INSTALL_SECONDS, Detector, Target, execute, npm_install
from detectors.documents import document_of_project
from detectors.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apps_contract.contract import Edition
    from detectors.report import Ended

# In the order of a life: the collection is run from first to last.
_OPERATIONS = ("POST::/apps", "GET::/apps", "GET::/apps/{app_id}", "PATCH::/apps/{app_id}", "DELETE::/apps/{app_id}")

_FUZZING = ("requiredFields", "minimumNumberFields", "maximumNumberFields", "minLengthFields", "maxLengthFields")
_CHECKS = ("statusSuccess", "contentType", "jsonBody", "schemaValidation", "headersPresent")

# Postman's names of variables, of the environment and of the collection.
_SPARE, _MADE = "{{spare_app}}", "{{app_id}}"

_BODY = ("SRV-SHAPE-", "SRV-STATE-2", "SRV-STATE-4", "SRV-STATE-5", "SRV-STATE-10")
# What a failed test says, by the words of its name: the first that fits counts.
_ABOUT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("content check", ("SRV-STATE-2", "SRV-STATE-4", "SRV-STATE-6")),
    ("[no-auth]", ("SRV-AUTH-",)),
    ("[wrong-secret]", ("SRV-AUTH-",)),
    ("[missing]", ("SRV-STATE-9", "SRV-STATE-10", "SRV-SHAPE-3", "SRV-SHAPE-6")),
    ("[invalid]", ("SRV-INPUT-2", "SRV-INPUT-5", "SRV-INPUT-6", "SRV-INPUT-12", "SRV-INPUT-13", "SRV-SHAPE-3")),
    ("status code", ("SRV-SHAPE-6", "SRV-STATE-10", "SRV-STATE-9", "SRV-INPUT-12", "SRV-LOAD-1")),
    ("content-type", ("SRV-SHAPE-1", "SRV-SHAPE-2", "SRV-SHAPE-3")),
)


class Portman(Detector):
    """The newest Portman of npm with newman."""

    name = "Portman"
    settings = (
        "contract and content tests, a life cycle in order, variations (no key, wrong secret, missing app, bodies "
        "fuzzed for required members, ranges and lengths); one plain kind of entry for the alternatives; key given"
    )

    @property
    def _bin(self) -> Path:
        return self.home / "node_modules" / ".bin"

    def install(self) -> None:
        """Fetch both from npm (with tslib, which Portman lacks), and make a collection for each edition."""
        if not (self._bin / "portman").exists():
            npm_install(self.home, "@apideck/portman", "newman", "tslib")
        for edition in EDITIONS:
            if not self._collection(edition).exists():
                self._convert(edition)

    def version(self) -> str:
        """Return what the packages say."""
        modules = self.home / "node_modules"
        packages = (modules / "@apideck" / "portman", modules / "newman")
        versions = [json.loads((each / "package.json").read_text(encoding="utf-8"))["version"] for each in packages]
        return f"{versions[0]} (newman {versions[1]})"

    def run(self, target: Target, seconds: float) -> tuple[Ended, list[Report]]:
        """Run the edition's collection once, and read newman's report."""
        url = f"{target.base_url}/v1/projects/{target.own.project_id}"
        variables = {"baseUrl": url, "spare_app": make_app(target)["id"]}
        variables |= {"own_key": target.own.key_id, "own_secret": target.own.key_secret}
        command = [str(self._bin / "newman"), "run", str(self._collection(target.edition)), "--color", "off"]
        for name, value in variables.items():
            command += ["--env-var", f"{name}={value}"]
        command += ["--reporters", "json", "--reporter-json-export", "newman.json", "--timeout-request", "5000"]
        ended = execute(command, target.folder, seconds)
        report = target.folder / "newman.json"
        if not report.exists():
            return ("failed" if ended == "done" else ended), []
        return ended, sorted(set(_reports(json.loads(report.read_text(encoding="utf-8")))))

    def about(self, report: Report) -> tuple[str, ...]:
        """Go by the words in the names of request and test; any other test is about the answer's body."""
        said = f"{report.place} {report.check}".lower()
        return next((names for words, names in _ABOUT if words in said), _BODY)

    def _collection(self, edition: Edition) -> Path:
        return self.home / f"collection-{edition}.json"

    def _convert(self, edition: Edition) -> None:
        (self.home / "openapi.json").write_text(json.dumps(_plain(document_of_project(edition))), encoding="utf-8")
        (self.home / "portman-config.json").write_text(json.dumps(_config()), encoding="utf-8")
        files = ["-l", "openapi.json", "-c", "portman-config.json", "-o", self._collection(edition).name]
        command = [str(self._bin / "portman"), *files, "-b", "{{baseUrl}}", "-t", "true"]
        if execute(command, self.home, INSTALL_SECONDS) != "done" or not self._collection(edition).exists():
            raise subprocess.SubprocessError(f"Portman made no collection: see {self.home / 'output.txt'}")


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with one kind of entry and one example: it mixes the members of alternatives up."""
    schemas = document["components"]["schemas"]
    schemas["ChannelCredentialRequest"] = schemas["StaticTokenEntry"]
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "requestBody" in operation:
                for content in operation["requestBody"]["content"].values():
                    content.pop("examples", None)
                    content["example"] = BODY
    return document


def _config() -> dict[str, Any]:
    of_one_app = [name for name in _OPERATIONS if name.endswith("}")]
    basic = {"username": "{{own_key}}", "password": "{{own_secret}}"}
    made = [{"openApiOperation": name, **_path(_MADE)} for name in of_one_app]
    no_mask = {"overwriteRequestQueryParams": [{"key": "update_mask", "remove": True}]}
    return {
        "version": 1.0,
        "tests": {
            "contractTests": [
                *({"openApiOperation": "*::/*", check: {"enabled": True}} for check in _CHECKS),
                {"openApiOperation": "*::/*", "statusCode": {"enabled": True, "code": 200}},
            ],
            "contentTests": [*_content_tests()],
            "variationTests": [*_variations()],
        },
        "assignVariables": [
            {
                "openApiOperation": "POST::/apps",
                "collectionVariables": [{"responseBodyProp": "id", "name": "app_id"}],
            }
        ],
        "overwrites": [*made, {"openApiOperation": "PATCH::/apps/{app_id}", **no_mask}],
        "globals": {"securityOverwrites": {"basic": basic}, "orderOfOperations": [*_OPERATIONS]},
    }


def _content_tests() -> Iterator[dict[str, Any]]:
    entry = BODY["channel_credentials"][0]
    values = {
        "display_name": BODY["display_name"],
        "channel_credentials[0].channel": entry["channel"],
        "channel_credentials[0].callback_secret": entry["callback_secret"],
        "retention_policy.ttl_days": BODY["retention_policy"]["ttl_days"],
    }
    for name in ("POST::/apps", "GET::/apps/{app_id}", "PATCH::/apps/{app_id}"):
        own = {} if name.startswith("POST") else {"id": _MADE}
        tests = [{"key": key, "value": value} for key, value in {**values, **own}.items()]
        yield {"openApiOperation": name, "responseBodyTests": tests}


def _variations() -> Iterator[dict[str, Any]]:
    wrong = {"basic": {"username": "{{own_key}}", "password": "not-the-secret"}}
    for name in _OPERATIONS:
        spare = [_path(_SPARE)] if name.endswith("}") else []
        yield _variation(name, 401, "no-auth", [{"overwriteRequestSecurity": {"noauth": {}}}, *spare])
        yield _variation(name, 401, "wrong-secret", [{"overwriteRequestSecurity": wrong}, *spare])
        if spare:
            yield _variation(name, 404, "missing", [_path("no-such-app")])
        if name.startswith(("POST", "PATCH")):
            fuzzing = [{"requestBody": [{kind: {"enabled": True} for kind in _FUZZING}]}]
            made = _variation(name, 400, "invalid", spare)
            made["variations"][0]["fuzzing"] = fuzzing
            yield made


def _variation(operation: str, status: int, name: str, overwrites: list[Any]) -> dict[str, Any]:
    checks = [{"statusCode": {"enabled": True, "code": status}}]
    checks += [{each: {"enabled": True}} for each in ("contentType", "jsonBody", "schemaValidation")]
    variation = {"name": name, "overwrites": overwrites, "tests": {"contractTests": checks}}
    return {"openApiOperation": operation, "openApiResponse": str(status), "variations": [variation]}


def _path(app_id: str) -> dict[str, Any]:
    return {"overwriteRequestPathVariables": [{"key": "app_id", "value": app_id, "overwrite": True}]}


def _reports(document: dict[str, Any]) -> Iterator[Report]:
    for failure in document["run"]["failures"]:
        error = failure["error"]
        test = str(error.get("test", "")).partition(" - ")[2] or str(error.get("test") or error.get("name"))
        yield Report(test, str(failure.get("source", {}).get("name", "")), str(error.get("message", ""))[:200])
