from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import jsonschema
import pytest

from apps_contract.cli.main import main
from apps_contract.contract.library import document
from apps_contract.service.app import DEMO_KEYS
from apps_contract.service.embedded import EmbeddedServer
from apps_contract.service.faults import fault


@pytest.fixture
def options(monkeypatch, tmp_path):
    own, other = DEMO_KEYS
    for prefix, key in (("APPS_", own), ("APPS_OTHER_", other)):
        monkeypatch.setenv(f"{prefix}PROJECT", key.project_id)
        monkeypatch.setenv(f"{prefix}KEY_ID", key.key_id)
        monkeypatch.setenv(f"{prefix}KEY_SECRET", key.key_secret)
    return ["--report-dir", str(tmp_path), "--corpus", str(tmp_path / "kept")]


def run(*arguments) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["fuzz", *map(str, arguments)])
    return ended.value.code


def test_a_campaign_ends_with_a_verdict_and_a_report(options, tmp_path, capsys):
    with EmbeddedServer() as server:
        assert run(server.base_url, "--budget", "150requests", *options) == 0

    output = capsys.readouterr().out
    assert "Nothing found" in output
    assert "pairs" in output
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["exit_code"] == 0
    assert report["summary"]["failed"] == 0
    assert report["summary"]["passed"] > 10
    assert [one["operation"] for one in report["coverage"]] == ["create", "update"]
    assert all(0 < one["tried"] <= one["of"] for one in report["coverage"])
    shape = next(one for one in report["requirements"] if one["id"] == "SRV-SHAPE-1")
    assert sum(shape["operations"].values()) > 50
    assert report["requests"] >= 150


def test_findings_are_told_and_kept(options, tmp_path, capsys):
    with EmbeddedServer(fault=fault("large-ttl-as-text")) as server:
        assert run(server.base_url, "--budget", "3000requests", "--stop-on-first", *options) == 1

    output = capsys.readouterr().out
    assert "SRV-SHAPE-1" in output
    assert "curl" in output
    assert f"apps-contract replay f1 --report-dir {tmp_path}" in output
    report = json.loads((tmp_path / "report.json").read_text())
    jsonschema.validate(report, document("report.schema.json"))
    assert DEMO_KEYS[0].key_secret not in output + (tmp_path / "report.json").read_text()
    kept = list((tmp_path / "kept").glob("*.json"))
    assert kept
    assert not any(DEMO_KEYS[0].key_secret in path.read_text() for path in kept)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--budget", "soon"], "120s"),
        (["--only", "everything"], "valid"),
        (["--operation", "get", "--only", "raw"], "nothing for get"),
        (["--mode", "read-only"], "read-only"),
    ],
)
def test_wrong_use_is_one_line(options, capsys, wrong, said):
    assert run(*options, *wrong) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_nobody_there_is_could_not_test(options, capsys):
    assert run("http://127.0.0.1:9", "--budget", "5s", *options) == 3
    assert "cannot reach" in capsys.readouterr().err


def test_a_killed_campaign_has_its_findings_on_disk_and_the_next_one_cleans_up(options, tmp_path, capsys):
    """SIGKILL leaves no time for anything: what is on disk was written when it was found."""
    with EmbeddedServer(fault=fault("large-ttl-as-text")) as server:
        command = [sys.executable, "-c", "from apps_contract.cli.main import main; main()", "fuzz", server.base_url]
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--budget", "600s", *options], stdout=subprocess.PIPE, text=True, env=os.environ.copy()
        )
        assert process.stdout is not None
        assert any(line.startswith("found") for line in process.stdout)
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        process.wait()

        kept = [json.loads(path.read_text()) for path in (tmp_path / "kept").glob("*.json")]
        assert any(one["state"] == "confirmed" for one in kept)

        assert run(server.base_url, "--budget", "0requests", *options) == 1
        assert "earlier findings are tried first" in capsys.readouterr().out
        assert not (tmp_path / "ledger.jsonl").exists()
