"""Whole processes, as a user starts them: against a served reference server, interrupted, terminated and killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from .conftest import OTHER, OWN, Wrapped

COMMAND = [sys.executable, "-m", "apps_contract"]


@pytest.fixture
def start(stack, tmp_path):
    """Start the command as a process of its own, in an empty folder."""

    def begin(*arguments, errors=subprocess.PIPE):
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        stack.callback(process.communicate)
        stack.callback(process.kill)
        return process

    return begin


@pytest.mark.parametrize("edition", ["2021", "2023", "2026"])
def test_served_reference_server_conforms_in_every_edition(start, keys, edition):
    server = start("serve", "--port", "0", "--edition", edition, errors=subprocess.DEVNULL)
    line = next(line for line in server.stdout if "http://" in line)
    url = "http://" + line.partition("http://")[2].split()[0].rstrip("/.,")
    checked = start(
        "check", url, *keys, "--token-url", f"{url}/oauth2/token", "--edition", edition, "--level", "should"
    )
    out, err = checked.communicate()
    assert (checked.returncode, err) == (0, ""), out
    assert f"Conforms to edition {edition}" in out
    assert "not tested" not in out.replace("not tested  not applicable", "")
    assert "?" not in [row.split()[0] for row in out.splitlines() if row.strip()]


class Slow(Wrapped):
    """Takes its time, and tells when so many apps are there."""

    def __init__(self, wanted):
        super().__init__()
        self.posts = 0
        self.wanted = wanted
        self.is_busy = threading.Event()

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            if scope["method"] == "POST":
                self.posts += 1
            if self.posts >= self.wanted:
                self.is_busy.set()
                await asyncio.sleep(0.02)
        await super().__call__(scope, receive, send)


def noted(ledger):
    """The ids that a ledger still holds."""
    alive = set()
    for line in ledger.read_text().splitlines():
        record = json.loads(line)
        (alive.add if record["event"] == "created" else alive.discard)(record["app_id"])
    return alive


def apps_of(app):
    return [row for key in (OWN, OTHER) for row in app.app.service.store.apps(key.project_id)]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_cleans_up_and_writes_its_report(start, serve, keys, tmp_path, how):
    app = Slow(30)
    process = start("check", serve(app), *keys)
    assert app.is_busy.wait(120)
    process.send_signal(how)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 3
    assert err == ""
    assert "Could not finish: the run was interrupted" in out
    assert "left behind" not in out
    assert apps_of(app) == []
    report = json.loads((tmp_path / "reports" / "latest" / "report.json").read_text())
    assert report["exit_code"] == 3
    assert report["ended_early"] == "the run was interrupted"
    assert report["summary"]["not_tested"] > 0
    assert not (tmp_path / "reports" / "latest" / "ledger.jsonl").exists()


def test_what_a_killed_run_left_is_deleted_by_the_next(start, serve, keys, tmp_path):
    app = Slow(30)
    url = serve(app)
    process = start("check", url, *keys)
    assert app.is_busy.wait(120)
    process.kill()
    process.communicate()
    left = noted(tmp_path / "reports" / "latest" / "ledger.jsonl")
    assert left
    app.wanted = sys.maxsize
    again = start("check", url, *keys, "--requirement", "SRV-STATE-4")
    out, err = again.communicate()
    assert (again.returncode, err) == (0, "")
    assert "that an earlier run had left behind" in out
    # A create whose answer the killed run never saw has no id that anybody knows.
    assert not left & {row["id"] for row in apps_of(app)}


def test_a_run_on_another_server_keeps_what_was_left_on_the_first(start, serve, keys, tmp_path):
    app = Slow(30)
    process = start("check", serve(app), *keys)
    assert app.is_busy.wait(120)
    process.kill()
    process.communicate()
    left = len((tmp_path / "reports" / "latest" / "ledger.jsonl").read_text().splitlines())
    other = start("check", serve(), *keys, "--requirement", "SRV-STATE-4")
    other.communicate()
    assert other.returncode == 0
    kept = (tmp_path / "reports" / "latest" / "ledger.jsonl").read_text().splitlines()
    assert len([line for line in kept if '"created"' in line]) > 0
    assert left > 0
