"""Servers broken by hand: each breach is found under the right requirement, and nothing else is claimed."""

from __future__ import annotations

import json

import pytest

from apps_contract.run.outcomes import ExitCode

from .conftest import OTHER, OWN, Wrapped, answer, broken, outcomes


class Rewritten(Wrapped):
    """The reference server behind a proxy that alters requests and answers."""

    def __init__(self, *, request=None, response=None, **options):
        super().__init__(**options)
        self._request = request or (lambda scope, body: (scope, body))
        self._response = response or (lambda _scope, status, body: (status, body))

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        changed, body = self._request(dict(scope), body)
        start, collected = {}, b""

        async def take():
            return {"type": "http.request", "body": body}

        async def keep(message):
            nonlocal collected
            start.update(message if message["type"] == "http.response.start" else {})
            collected += message.get("body", b"")

        await self.app(changed, take, keep)
        status, collected = self._response(scope, start["status"], collected)
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": collected})


def without_mask(scope, body):
    return ({**scope, "query_string": b""} if scope["method"] == "PATCH" else scope), body


class LeakyList(Rewritten):
    """Shows every app to everybody."""

    def __init__(self):
        super().__init__(response=self.with_all)
        self.made = {}

    def with_all(self, scope, status, body):
        if status == 200 and scope["method"] == "POST":
            app = json.loads(body)
            self.made[app["id"]] = app
        if status == 200 and scope["method"] == "DELETE":
            self.made.pop(scope["path"].rpartition("/")[2], None)
        if status == 200 and scope["method"] == "GET" and scope["path"].endswith("/apps"):
            own = json.loads(body)["apps"]
            known = {app["id"] for app in own}
            foreign = [app for app in list(self.made.values()) if app["id"] not in known]
            return 200, json.dumps({"apps": [*own, *foreign]}).encode()
        return status, body


def trimmed_names(scope, body):
    try:
        sent = json.loads(body)
        sent["display_name"] = sent["display_name"].strip()
    except (ValueError, TypeError, KeyError, AttributeError):
        return scope, body
    return scope, json.dumps(sent).encode() if scope["method"] == "POST" else body


def failing_on_unknown(_scope, status, body):
    return (500, b'{"code": 500, "message": "no", "status": "INTERNAL"}') if b"UNKNOWN" in body else (status, body)


def marked_unknown(scope, body):
    """Make the name of an app tell that its body holds an unknown member."""
    if b"no_such_member" in body:
        body = body.replace(b'"display_name": "', b'"display_name": "UNKNOWN ')
    return scope, body


def delete_204(scope, status, body):
    return (204, b"") if scope["method"] == "DELETE" and status == 200 else (status, body)


def damaged_in_pieces(scope, body):
    """Read each piece of a body as a text of its own: what is cut between two of them is lost."""
    is_in_pieces = (b"transfer-encoding", b"chunked") in scope["headers"]
    return scope, body.decode("ascii", "replace").encode() if is_in_pieces else body


@pytest.mark.parametrize(
    ("server", "files", "found"),
    [
        (lambda: Rewritten(request=without_mask), "update", {("SRV-STATE-7", "MUST"), ("SRV-INPUT-11", "SHOULD")}),
        (LeakyList, "read", {("SRV-STATE-5", "MUST")}),
        (lambda: Rewritten(request=trimmed_names), "create", {("SRV-STATE-12", "MUST")}),
        (
            lambda: Rewritten(request=marked_unknown, response=failing_on_unknown),
            "bodies shape",
            {("SRV-INPUT-8", "MUST")},
        ),
        (lambda: Rewritten(response=delete_204), "delete shape", {("SRV-SHAPE-6", "MUST")}),
        (lambda: Rewritten(request=damaged_in_pieces), "create", {("SRV-STATE-12", "MUST")}),
    ],
    ids=["mask-ignored", "list-leaks", "names-trimmed", "unknown-member-500", "delete-204", "pieces"],
)
def test_server_broken_by_hand(check, serve, server, files, found):
    ended = check(serve(server()), tests=[f"server/test_{name}.py" for name in files.split()], examples=4)
    assert broken(ended) == found
    assert ended.exit_code is ExitCode.VIOLATION
    assert not ended.left_overs


def test_a_breach_of_another_requirement_leaves_its_own_test_without_a_verdict(check, serve):
    refused = answer(403, {"code": 403, "message": "no", "status": "PERMISSION_DENIED"})
    app = Wrapped(lambda scope: refused if scope["method"] == "POST" else None)
    ended = check(serve(app), tests=["server/test_create.py::test_create_answers_what_was_sent"])
    assert broken(ended) == {("SRV-INPUT-12", "MUST")}
    assert outcomes(ended)["SRV-STATE-2"] == "not_tested"


def test_a_single_lost_answer_at_the_end_leaves_nothing_behind(check, serve):
    tried = set()

    def once_away(scope):
        is_first = scope["method"] == "DELETE" and scope["path"] not in tried
        tried.update({scope["path"]} if is_first else ())
        return answer(503, {"code": 503, "message": "later", "status": "UNAVAILABLE"}) if is_first else None

    ended = check(serve(Wrapped(once_away)), tests=["server/test_read.py::test_get_shows_what_create_answered"])
    assert tried
    assert not ended.left_overs


def test_other_project_is_left_as_it_was(check, serve):
    app = Wrapped()
    url = serve(app)
    check(url, "SRV-STATE", "SRV-AUTH", examples=1)
    listed = check(url, "SRV-STATE-4", tests=["server/test_read.py"])
    assert not listed.left_overs
    assert {OWN.project_id, OTHER.project_id} <= {path.split("/")[3] for _, path in app.seen if path.count("/") > 3}
