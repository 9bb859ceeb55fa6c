"""The golden sample is what a run finds today, and a finding is the same finding in another run."""

import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps_contract.cli.main import group
from apps_contract.report.files import FORMATS
from apps_contract.report.sarif import FINGERPRINT
from apps_contract.service.app import DEMO_KEYS, create_app
from apps_contract.service.embedded import EmbeddedServer
from apps_contract.service.faults import fault

OWN, OTHER = DEMO_KEYS
KEYS = [
    *("--project", OWN.project_id, "--key-id", OWN.key_id, "--key-secret", OWN.key_secret),
    *("--other-project", OTHER.project_id, "--other-key-id", OTHER.key_id, "--other-key-secret", OTHER.key_secret),
    *("--token-url", "/oauth2/token"),
]


@pytest.fixture
def check(tmp_path):
    def checked(name, *arguments):
        CliRunner().invoke(group, ["check", *arguments, *KEYS, "-q", "--report-dir", str(tmp_path / name)])
        return tmp_path / name

    return checked


def test_the_sample_is_what_a_run_finds_today(check, document, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    sys.modules.pop("faulty_app", None)
    now = json.loads((check("now", "--asgi", "faulty_app:app") / "report.json").read_text("utf-8"))
    assert now["tool"] == document["tool"]
    assert {one["id"]: one["outcome"] for one in now["requirements"]} == {
        one["id"]: one["outcome"] for one in document["requirements"]
    }
    found = {(one["requirement"], one["level"], one["title"], one["fingerprint"]) for one in now["findings"]}
    assert found == {
        (one["requirement"], one["level"], one["title"], one["fingerprint"]) for one in document["findings"]
    }, "scripts/sample.py makes the sample anew"


def test_fingerprints_outlive_ids_ports_and_seeds(check):
    marks, addresses = [], set()
    for seed in ("1", "2"):
        with EmbeddedServer(create_app(fault=fault("mask-ignored"))) as server:
            folder = check(seed, server.base_url, "--requirement", "SRV-STATE-7", "--seed", seed)
        text = (folder / "report.sarif").read_text("utf-8")
        addresses.add(re.search(r"http://127\.0\.0\.1:\d+", text)[0])
        marks.append([one["partialFingerprints"][FINGERPRINT] for one in json.loads(text)["runs"][0]["results"]])
    assert len(addresses) == 2
    assert marks[0]
    assert marks[0] == marks[1]


def test_the_sample_names_no_place_of_a_machine(document, sample_folder):
    assert all(finding["replay"] == f"apps-contract replay {finding['id']}" for finding in document["findings"])
    assert {file.name for file in sample_folder.iterdir()} == {"report.json", *FORMATS}


def test_the_same_findings_are_shown_whatever_else_is_tried(check):
    """Which case of a fault is shown hangs on no turn and no other test: else no baseline would know it."""
    shown = []
    for name, chosen in (
        ("alone", ["SRV-STATE-7"]),
        ("again", ["SRV-STATE-7"]),
        ("among", ["SRV-STATE-6", "SRV-STATE-7"]),
    ):
        with EmbeddedServer(create_app(fault=fault("mask-ignored"))) as server:
            only = [word for one in chosen for word in ("--requirement", one)]
            folder = check(name, server.base_url, *only)
        shown.append([one["title"] for one in json.loads((folder / "report.json").read_text("utf-8"))["findings"]])
    assert shown[0]
    assert shown[0] == shown[1] == shown[2]
