"""CLI-ANS-5, 6 and 9: broken answers end in clear errors, double nothing, and show no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.checks.client.answers import ends_in_clear_error, is_given_up, is_not_doubled
from apps_contract.checks.client.leaks import shows_no_secret
from apps_contract.payloads.valid import full_create, full_update
from apps_contract.run.drill import SHORT_S
from apps_contract.run.errors import NotTestedError
from apps_contract.run.marks import requirement
from apps_contract.service.judge.script import Script, always

if TYPE_CHECKING:
    from apps_contract.run.drill import Drill
    from apps_contract.run.settings import Settings

APP_ID = "app-1"
NAMES = ("get", "list", "create", "update")

BROKEN: dict[str, dict[str, Any]] = {
    "text that is not JSON": {"body": b"OK", "media_type": "text/plain"},
    "an HTML page": {"body": b"<!doctype html><title>Welcome</title>", "media_type": "text/html"},
    "HTML that is called JSON": {"body": b"<!doctype html><title>Welcome</title>"},
    "an empty body": {"body": b""},
    "JSON cut inside a right length": {"wire": "cut"},
    "a body shorter than its length": {"wire": "short"},
    "a cut chunked body": {"wire": "chunk-cut"},
    "a reset in the head": {"wire": "reset-head"},
    "a reset in the body": {"wire": "reset-body"},
    "a reset before the answer": {"wire": "reset-before"},
    "a close before the answer": {"wire": "close-before"},
    "a body that drips": {"wire": "drip"},
    "a head that drips": {"wire": "drip-head"},
    "no answer at all": {"wire": "never"},
}
_OF_TOKENS = ("no answer at all", "a body that drips", "an HTML page", "an empty body")
_EVERYWHERE = (
    "JSON cut inside a right length",
    "a body shorter than its length",
    "a body that drips",
    "no answer at all",
)


def broken(settings: Settings) -> list[tuple[str, str]]:
    rotated = [(NAMES[place % 4], how) for place, how in enumerate(BROKEN)]
    rotated += [(NAMES[(place + 1) % 4], how) for place, how in enumerate(BROKEN)]
    everywhere = [(name, how) for how in _EVERYWHERE for name in NAMES]
    return list(dict.fromkeys([*rotated, *everywhere, ("delete", "no answer at all"), ("delete", "a head that drips")]))


@requirement("CLI-ANS-5", each=broken)
def test_a_broken_answer_ends_in_a_clear_error(drill: Drill, case: tuple[str, str]) -> None:
    name, how = case
    drill.start(always(name, **BROKEN[how]), timeout=SHORT_S, apps=[app(drill)])
    said = call(drill, name)
    drill.require(ends_in_clear_error(said, f"{how} on {name}"))
    if name in {"list", "get"}:
        drill.require(is_given_up(drill.calls(name), f"{name}, answered with {how},"))


@requirement("CLI-ANS-5", each=lambda settings: _OF_TOKENS)
def test_a_broken_token_answer_ends_in_a_clear_error(drill: Drill, case: str) -> None:
    drill.start(always("token", **BROKEN[case]), auth="oauth2", timeout=SHORT_S)
    said = drill.ask("list")
    drill.require(ends_in_clear_error(said, f"{case} of the token endpoint"))


@requirement("CLI-ANS-6", each=lambda settings: [(how, fresh) for how in BROKEN for fresh in (True, False)])
def test_a_lost_create_is_not_sent_again(drill: Drill, case: tuple[str, bool]) -> None:
    how, is_fresh = case
    drill.start(timeout=SHORT_S)
    if not is_fresh:
        listed = drill.ask("list")  # so that the create goes out on a connection that was used before
        if listed.ending != "answered":
            raise NotTestedError(f"list before it failed: {listed.text}")
    drill.follow(always("create", **BROKEN[how]))
    said = call(drill, "create")
    drill.settle(1, "create")
    calls = drill.calls("create")
    if not calls:
        drill.require(Breach("CLI-ANS-6", "a create does not go out", "one request", said.text))
    drill.require(is_not_doubled(calls, f"{how} ({'first call' if is_fresh else 'reused connection'})"))


LEAKING: dict[str, tuple[str, Script]] = {
    "a refused create": ("create", always("create", status=400, message="display_name: is not liked")),
    "a refused update": ("update", always("update", status=403, message="not yours")),
    "a get that is not there": ("get", always("get", status=404, message="no such app")),
    "a lasting 401": ("list", always("list", status=401)),
    "a server error": ("create", always("create", status=500)),
    "a cut answer": ("get", always("get", wire="cut")),
    "a cut list": ("list", always("list", wire="short")),
    "an answer that is not JSON": ("create", always("create", body=b"OK", media_type="text/plain")),
    "a reset connection": ("update", always("update", wire="reset-before")),
    "no answer": ("create", always("create", wire="never")),
    "a refused token": ("list", always("token", status=401, payload={"error": "invalid_client"})),
    "a broken token answer": ("list", always("token", wire="cut")),
    "success": ("create", Script()),
    "success of list": ("list", Script()),
}


@requirement("CLI-ANS-9", each=lambda settings: [(how, auth) for how in LEAKING for auth in ("basic", "oauth2")])
def test_no_error_and_no_log_shows_a_secret(drill: Drill, case: tuple[str, str]) -> None:
    how, auth = case
    name, script = LEAKING[how]
    drill.start(script, auth=auth, timeout=SHORT_S, apps=[app(drill)])
    call(drill, name)
    known = [app(drill), full_update(drill.edition, "changed")]
    drill.require(shows_no_secret(drill.heard, drill.output, drill.judge.insight, known))


def app(drill: Drill) -> dict[str, Any]:
    return {"id": APP_ID, **full_create(drill.edition, "an app")}


def call(drill: Drill, name: str):  # noqa: ANN201 - what Drill.ask returns
    members: dict[str, Any] = {"app_id": APP_ID} if name in {"get", "update", "delete"} else {}
    if name in {"create", "update"}:
        members["body"] = full_update(drill.edition, "changed")
    return drill.ask(name, **members)
