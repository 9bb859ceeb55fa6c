"""What a run may touch: nothing, what it made, or everything; seen from the server's side."""

from __future__ import annotations

import json

import pytest

from apps_contract.http.authentication import basic_header
from apps_contract.http.exchange import Request
from apps_contract.http.transport import SocketTransport
from apps_contract.report.files import ReportFiles
from apps_contract.run.outcomes import ExitCode

from .conftest import OTHER, OWN, Wrapped, answer, outcomes

THEIR_SECRETS = ("their-telegram-token-1", "their-callback-secret-1", "their-wechat-secret-1")


@pytest.fixture
def theirs():
    """Make apps that somebody else works with; returns how they look."""

    def make(url, key=OWN):
        entries = [
            {
                "channel": "TELEGRAM",
                "callback_secret": THEIR_SECRETS[1],
                "telegram_credentials": {"token": THEIR_SECRETS[0]},
            },
            {
                "channel": "WECHAT",
                "wechat_credentials": {
                    "app_id": "wx1",
                    "app_secret": THEIR_SECRETS[2],
                    "token": "wx2",
                    "aes_key": "wx3",
                },
            },
        ]
        body = json.dumps({"display_name": "in production", "channel_credentials": entries}).encode()
        headers = (("Authorization", basic_header(key)), ("Content-Type", "application/json"))
        transport = SocketTransport(url)
        path = f"/v1/projects/{key.project_id}/apps"
        made = [transport.send(Request("POST", path, headers, body), timeout=5).json for _ in range(3)]

        def now():
            return transport.send(Request("GET", path, headers[:1]), timeout=5).json["apps"]

        return {app["id"] for app in made}, now, transport.close

    return make


def test_read_only_sends_nothing_but_get(check, serve):
    app = Wrapped()
    ended = check(serve(app), mode="read-only")
    assert {method for method, _ in app.seen} == {"GET"}
    assert ended.exit_code is ExitCode.CONFORMS
    verdicts = outcomes(ended)
    assert verdicts["SRV-SHAPE-1"] == "passed"
    assert verdicts["SRV-STATE-2"] == verdicts["SRV-STATE-9"] == verdicts["SRV-INPUT-2"] == "not_tested"
    assert not ended.left_overs


def test_own_touches_only_what_the_run_made(check, serve, theirs):
    app = Wrapped()
    url = serve(app)
    ids, now, close = theirs(url)
    other_ids, _, close_other = theirs(url, OTHER)
    before = now()
    app.seen.clear()
    ended = check(url, mode="own", examples=2)
    assert ended.exit_code is ExitCode.CONFORMS
    touched = [
        (method, path) for method, path in app.seen if method != "GET" and any(one in path for one in ids | other_ids)
    ]
    assert touched == []
    risky = [
        (method, path) for method, path in app.seen if method in ("DELETE", "PUT", "PATCH") and path.endswith("/apps")
    ]
    assert risky == [], "a server might give these a meaning for the whole project"
    assert now() == before, "the run left nothing behind and changed nothing"
    close()
    close_other()


def test_their_credentials_stand_in_no_file(check, serve, theirs, tmp_path):
    """A list that breaks its schema is shown in a finding, with other people's apps in it."""
    app = Wrapped()
    url = serve(app)
    _, now, close = theirs(url)
    shown = json.dumps({"apps": [{**one, "rate_limits": "broken"} for one in now()]}).encode()
    close()
    app.before = lambda scope: (
        answer(200, shown) if scope["method"] == "GET" and scope["path"].endswith("/demo-project/apps") else None
    )
    ended = check(url, "SRV-SHAPE-1", listeners=[ReportFiles(tmp_path / "report")])
    assert ended.findings
    written = b"".join(path.read_bytes() for path in (tmp_path / "report").rglob("*") if path.is_file()).decode()
    assert "not made by this run" in written
    for secret in THEIR_SECRETS:
        assert secret not in written


def test_full_may_try_methods_on_the_whole_collection(check, serve):
    app = Wrapped()
    check(serve(app), "SRV-INPUT-10", mode="full")
    assert ("DELETE", "/v1/projects/demo-project/apps") in app.seen


@pytest.mark.parametrize("mode", ["own", "full"])
def test_apps_of_the_run_are_gone_at_its_end(check, serve, theirs, mode):
    url = serve()
    ids, now, close = theirs(url)
    ended = check(url, "SRV-STATE", "SRV-INPUT-1", "SRV-INPUT-8", mode=mode)
    assert {app["id"] for app in now()} == ids
    assert not ended.left_overs
    close()


def test_an_app_whose_create_was_never_answered_is_found_by_its_name(check, serve, theirs):
    """The server stores the app, but its answer gets lost."""

    class Forgetful(Wrapped):
        posts, is_forgetful = 0, True

        async def __call__(self, scope, receive, send):
            async def nothing(_message):
                return None

            if scope["type"] == "http" and scope["method"] == "POST" and self.is_forgetful:
                self.posts += 1
                if self.posts % 3 == 0:
                    await self.app(scope, receive, nothing)
                    raise ConnectionError("the answer got lost")
            await super().__call__(scope, receive, send)

    app = Forgetful()
    url = serve(app)
    ended = check(url, "SRV-STATE-4", "SRV-STATE-6", tests=["server/test_read.py", "server/test_update.py"])
    assert app.posts > 6
    app.is_forgetful = False
    ids, now, close = theirs(url)
    assert {one["id"] for one in now()} == ids
    assert not ended.left_overs
    close()
