"""``--asgi`` and ``--wsgi MODULE:APP``: a Python service is tested without a socket."""

from __future__ import annotations

import json

import pytest

from .conftest import OWN

ASGI = """
from apps_contract.service.app import create_app

app = create_app("{edition}")
"""

WSGI = """
from a2wsgi import ASGIMiddleware
from apps_contract.service.app import create_app

app = ASGIMiddleware(create_app())
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module that the command can import; returns its name."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(text):
        name = f"service_of_{tmp_path.name}"
        (tmp_path / f"{name}.py").write_text(text)
        return name

    return write


@pytest.mark.parametrize("edition", ["2021", "2026"])
def test_an_asgi_service_conforms(command, keys, module, tmp_path, edition):
    name = module(ASGI.format(edition=edition))
    options = ["--edition", edition, "--token-url", "/oauth2/token", "--report-dir", tmp_path, "--examples", "2"]
    code, out, _ = command("check", "--asgi", f"{name}:app", *keys, *options, "--level", "should")
    assert code == 0, out
    report = json.loads((tmp_path / "report.json").read_text())
    assert {one["outcome"] for one in report["requirements"]} == {"passed"}
    assert report["target"] == f"{name}:app"


def test_a_wsgi_service_is_tested(command, keys, module, tmp_path):
    name = module(WSGI)
    selected = [part for one in ("SRV-STATE", "SRV-AUTH-2", "SRV-SHAPE") for part in ("--requirement", one)]
    options = ["--report-dir", tmp_path, "--examples", "2", *selected]
    code, out, _ = command("check", "--wsgi", f"{name}:app", *keys, *options)
    assert code == 0, out


def test_only_raw_messages_do_not_apply(command, keys, module, tmp_path):
    name = module(ASGI.format(edition="2023"))
    options = ["--report-dir", tmp_path, "--requirement", "SRV-INPUT-8"]
    code, _, _ = command("check", "--asgi", f"{name}:app", *keys, *options)
    assert code == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["requirements"][0]["outcome"] == "passed"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("raise RuntimeError('no database')", "no database"),
        ("other = 1", "app"),
        ("def broken(:", "cannot be imported"),
    ],
)
def test_an_app_that_cannot_be_had_is_one_line(command, keys, module, text, line):
    code, out, err = command("check", "--asgi", f"{module(text)}:app", *keys)
    assert code == 2
    assert out == ""
    assert line in err
    assert err.count("\n") == 1


def test_an_app_that_does_not_start_is_exit_3(command, keys, module):
    text = """
async def app(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})
"""
    code, out, err = command("check", "--asgi", f"{module(text)}:app", *keys)
    assert (code, out) == (3, "")
    assert "no database" in err
    assert err.count("\n") == 1


def test_two_targets_are_one_too_many(command, keys):
    code, _, err = command("check", "http://127.0.0.1:9", "--asgi", "m:app", *keys)
    assert code == 2
    assert "give one target" in err


def test_the_key_is_needed(command):
    code, _, err = command("check", "--asgi", "m:app", "--project", OWN.project_id)
    assert code == 2
    assert "--key-id, --key-secret is missing" in err
