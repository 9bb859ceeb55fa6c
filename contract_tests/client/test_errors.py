"""CLI-ANS-3 and 8: errors and redirects reach the caller as what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.checks.client.answers import is_http_error, is_not_retried, redirect_is_no_success
from apps_contract.contract import Level
from apps_contract.payloads.valid import full_create
from apps_contract.run.marks import requirement
from apps_contract.service.judge.script import Script, always

if TYPE_CHECKING:
    from apps_contract.run.drill import Drill
    from apps_contract.run.settings import Settings

APP_ID = "app-1"
OPERATIONS = ("list", "create", "get", "update", "delete")
STATUSES = (400, 401, 403, 404, 500, 501, 503)
MESSAGE = "quota of apps is used up (7 of 7)"
_RETRIED = (401, 429)
_FIRST_SERVER_ERROR = 500


def errors(settings: Settings) -> list[tuple[str, int, str]]:
    envelopes = ("flat", "wrapped")
    return [
        (name, status, envelopes[(row + column) % 2])
        for row, name in enumerate(OPERATIONS)
        for column, status in enumerate(STATUSES)
    ] + [("list", 403, "flat"), ("list", 403, "wrapped"), ("get", 404, "flat"), ("get", 404, "wrapped")]


@requirement("CLI-ANS-3", each=errors)
def test_an_error_reaches_the_caller(drill: Drill, case: tuple[str, int, str]) -> None:
    name, status, envelope = case
    drill.start(always(name, status=status, envelope=envelope, message=MESSAGE), apps=[app(drill)])
    said = call(drill, name)
    calls = drill.calls(name)
    what = f"a {status} ({envelope}) on {name}"
    if not calls:
        drill.require(Breach("CLI-ANS-3", f"{name} does not go out", "one request", said.text, level=Level.MUST))
    drill.require(is_http_error(said, status, what, message=MESSAGE))
    if status < _FIRST_SERVER_ERROR and status not in _RETRIED:
        drill.require(is_not_retried(calls, what))


ODD_BODIES: dict[str, dict[str, Any]] = {
    "an HTML page": {"body": b"<html><body>Bad gateway</body></html>", "media_type": "text/html"},
    "an empty body": {"body": b"", "media_type": ""},
    "a JSON text": {"body": b'"no"'},
    "null": {"body": b"null"},
    "a list": {"body": b"[]"},
}


@requirement("CLI-ANS-3", each=lambda settings: [(s, b) for s in (404, 500) for b in ODD_BODIES])
def test_an_error_without_an_error_object_is_an_error(drill: Drill, case: tuple[int, str]) -> None:
    status, body = case
    drill.start(always("get", status=status, **ODD_BODIES[body]), apps=[app(drill)])
    said = call(drill, "get")
    drill.require(is_http_error(said, status, f"a {status} with {body}"))


def redirects(settings: Settings) -> list[tuple[str, int]]:
    return [(name, status) for name in OPERATIONS for status in (301, 302, 303)] + [("create", 307), ("create", 308)]


@requirement("CLI-ANS-8", each=redirects)
def test_a_redirect_is_no_success(drill: Drill, case: tuple[str, int]) -> None:
    name, status = case
    drill.start(apps=[app(drill), {**app(drill), "id": "app-2", "display_name": "somewhere else"}])
    drill.lead_astray()
    # What a GET of the new place answers looks just like success.
    place = f"{drill.judge.base_url}/v1/projects/{drill.judge.key.project_id}/apps"
    place += {"list": "?page=2", "get": "/app-2"}.get(name, "/app-2")
    drill.follow(redirecting(name, status, place))
    before = drill.judge.stored()
    said = call(drill, name)
    done = is_done(drill, name, before)
    drill.require(redirect_is_no_success(said, status, name, is_done=done))


def is_done(drill: Drill, name: str, before: list[dict[str, Any]]) -> bool:
    """Tell whether what the caller asked for was done, by a client that sent the same request to the new place."""
    if name in {"list", "get"}:
        return any(seen.exchange.status == 200 for seen in drill.calls())
    return drill.judge.stored() != before


def redirecting(name: str, status: int, place: str) -> Script:
    headers = (("location", place),)
    script = always(name, status=status, headers=headers, body=b"", media_type="")
    if name in {"list", "get"}:  # the second one, at the new place, is served
        rule = script.rules[0]
        return Script(rules=(type(rule)(reply=rule.reply, operation=name, last=1),))
    return script


def app(drill: Drill) -> dict[str, Any]:
    return {"id": APP_ID, **full_create(drill.edition, "an app")}


def call(drill: Drill, name: str):  # noqa: ANN201 - what Drill.ask returns
    members: dict[str, Any] = {"app_id": APP_ID} if name in {"get", "update", "delete"} else {}
    if name in {"create", "update"}:
        members["body"] = full_create(drill.edition, "changed")
    return drill.ask(name, **members)
