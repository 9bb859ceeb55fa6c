"""``apps-contract replay``: a finding of the last report is tried again, by its test, its case and its steps."""

from __future__ import annotations

import json

import pytest

from .conftest import Wrapped, answer


class Mendable(Wrapped):
    """Broken in three ways until it is mended: for one kind of update, for every delete, and in one error."""

    def __init__(self):
        super().__init__(self.broken)
        self.is_broken = True

    def broken(self, scope):
        if not self.is_broken:
            return None
        if scope["method"] == "DELETE":
            return answer(500, {"code": 500, "message": "no", "status": "X"})
        if scope["method"] == "PATCH" and b"no_such_field" in scope["query_string"]:
            return answer(200, {"id": "x", "display_name": "n", "channel_credentials": []})
        if scope["method"] == "GET" and not dict(scope["headers"]).get(b"authorization"):
            return answer(401, b"<html>", media_type="text/html")
        return None


@pytest.fixture
def broken(serve, command, keys, tmp_path):
    """A broken server with the report of a run against it."""
    app = Mendable()
    url = serve(app)
    selected = ("SRV-STATE-9", "SRV-INPUT-11", "SRV-SHAPE-3")
    options = [part for name in selected for part in ("--requirement", name)]
    code, _, _ = command("check", url, *keys, *options, "--report-dir", tmp_path)
    assert code == 1
    return app


def secrets(keys):
    return [*keys[4:6], *keys[10:12], *keys[6:10]]


@pytest.mark.parametrize("name", ["SRV-STATE-9", "SRV-INPUT-11", "SRV-SHAPE-3"])
def test_a_finding_still_happens_until_it_is_mended(broken, command, keys, tmp_path, name):
    report = (tmp_path / "report.json").read_bytes()
    code, out, _ = command("replay", name, *secrets(keys), "--report-dir", tmp_path)
    assert code == 1
    assert out.endswith(f"{name}: still happens\n")
    assert "curl -i" in out
    broken.is_broken = False
    code, out, _ = command("replay", name, *secrets(keys), "--report-dir", tmp_path)
    assert code == 0
    assert out.strip().endswith(f"{name}: does not happen any more")
    assert (tmp_path / "report.json").read_bytes() == report, "the report stays"


def test_only_the_case_that_broke_the_rule_is_tried(broken, command, keys, tmp_path):
    report = json.loads((tmp_path / "report.json").read_text())
    finding = next(one for one in report["findings"] if one["requirement"] == "SRV-INPUT-11")
    assert finding["case"]
    broken.seen.clear()
    code, out, _ = command("replay", finding["id"], *secrets(keys), "--report-dir", tmp_path)
    assert code == 1
    assert finding["title"] in out
    assert sum(method == "PATCH" for method, _ in broken.seen) <= 4


def test_another_target_may_be_named(broken, command, keys, serve, tmp_path):
    assert broken.is_broken
    code, out, _ = command("replay", "SRV-STATE-9", "--target", serve(), *secrets(keys), "--report-dir", tmp_path)
    assert (code, "does not happen any more" in out) == (0, True)


def test_a_target_that_is_gone_is_exit_3(broken, command, keys, tmp_path):
    assert broken.is_broken
    code, out, err = command("replay", "f1", "--target", "http://127.0.0.1:9", *secrets(keys), "--report-dir", tmp_path)
    assert (code, out) == (3, "")
    assert err.startswith("apps-contract: cannot reach http://127.0.0.1:9")


def test_secrets_have_to_be_given_again(broken, command, tmp_path):
    assert broken.is_broken
    code, _, err = command("replay", "f1", "--report-dir", tmp_path)
    assert code == 2
    assert "--key-secret is missing" in err


def test_an_unknown_finding_is_wrong_use(broken, command, keys, tmp_path):
    assert broken.is_broken
    code, _, err = command("replay", "f99", *secrets(keys), "--report-dir", tmp_path)
    assert code == 2
    assert "has no finding 'f99': it has f1 (" in err


def test_without_a_report_there_is_nothing_to_replay(command, tmp_path):
    code, _, err = command("replay", "f1", "--report-dir", tmp_path / "none")
    assert code == 2
    assert "run apps-contract check first" in err


def test_steps_begin_with_the_create_of_their_app(broken, tmp_path):
    """So that the lines to paste work in order, long after the app of the run is gone."""
    assert broken.is_broken
    report = json.loads((tmp_path / "report.json").read_text())
    finding = next(one for one in report["findings"] if one["requirement"] == "SRV-INPUT-11")
    assert finding["exchanges"][0]["operation"] == "App_CreateApp"
    assert finding["curl"][0].startswith("APP_ID=$(curl")
    assert all("$APP_ID" in line for line in finding["curl"][1:])
