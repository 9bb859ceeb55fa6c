"""CLI-REQ-6 and CLI-ANS-7: how a client gets its token, keeps it, and replaces it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.breach import Breach
from apps_contract.checks.client import patience
from apps_contract.payloads.valid import full_create
from apps_contract.run.marks import requirement
from apps_contract.service.judge.script import Reply, Rule, Script, always, times

if TYPE_CHECKING:
    from apps_contract.run.drill import Drill, Seen
    from apps_contract.run.settings import Settings

CHALLENGES = {
    "no WWW-Authenticate": (),
    'error="invalid_token"': (("www-authenticate", 'Bearer realm="apps", error="invalid_token"'),),
    "a challenge that says expired": (
        ("www-authenticate", 'Bearer realm="apps", error="invalid_token", error_description="the token expired"'),
    ),
}


def operations(settings: Settings) -> list[str]:
    return ["list", "get", "create", "update", "delete"]


@requirement("CLI-REQ-6", each=operations)
def test_a_token_is_asked_for_as_documented(drill: Drill, case: str) -> None:
    drill.start(auth="oauth2", apps=[app(drill)])
    said = call(drill, case)
    tokens = drill.calls("token")
    if not tokens:
        drill.require(Breach("CLI-REQ-6", "no token is asked for", "one token request", said.text))
    drill.require(*(patience.token_request_is_right(seen, drill.judge.insight) for seen in tokens))


@requirement("CLI-REQ-6", over_traffic=True)
def test_every_token_request_is_as_documented(exchange: Seen) -> Breach | None:
    return patience.token_request_is_right(exchange.recorded, exchange.context.insight)


@requirement("CLI-REQ-6")
def test_one_token_serves_calls_in_a_row(drill: Drill) -> None:
    drill.start(auth="oauth2", apps=[app(drill)])
    for name in ("list", "get", "update", "list", "create", "delete"):
        call(drill, name)
    drill.require(patience.token_is_reused(drill.calls("token"), "calls in a row"))


@requirement("CLI-REQ-6", tries=3)
def test_one_token_serves_parallel_first_calls(drill: Drill) -> None:
    drill.start(times("token", 1, delay_s=0.8), auth="oauth2")
    drill.ask_at_once([{"op": "list"}] * 6)
    drill.require(patience.token_is_reused(drill.calls("token"), "parallel first calls"))


@requirement("CLI-ANS-7")
def test_an_expired_token_is_replaced(drill: Drill) -> None:
    drill.start(Script(token_lifetime_s=1.0), auth="oauth2")
    drill.ask("list")
    drill.wait(1.2)
    said = drill.ask("list")
    if not said.ok:
        title = "a call after the token expired fails"
        drill.require(Breach("CLI-ANS-7", title, "a new token, and success", said.text, level=patience.Level.SHOULD))


def refusals(settings: Settings) -> list[tuple[str, str]]:
    names = operations(settings)
    return [("list", label) for label in CHALLENGES] + [
        (name, list(CHALLENGES)[place % 3]) for place, name in enumerate(names[1:])
    ]


@requirement("CLI-ANS-7", each=refusals)
def test_a_refused_token_is_renewed_once(drill: Drill, case: tuple[str, str]) -> None:
    name, label = case
    drill.start(times(name, 1, status=401, headers=CHALLENGES[label]), auth="oauth2", apps=[app(drill)])
    said = call(drill, name)
    what = f"a 401 on {name} ({label})"
    drill.require(patience.renews_token(said, drill.calls(name), drill.calls("token"), what))


def lasting(settings: Settings) -> list[tuple[str, str, str]]:
    return [(name, auth, label) for name in ("list", "create") for auth in ("oauth2", "basic") for label in CHALLENGES]


@requirement("CLI-ANS-7", each=lasting)
def test_a_lasting_401_ends_in_an_error(drill: Drill, case: tuple[str, str, str]) -> None:
    name, auth, label = case
    drill.start(always(name, status=401, headers=CHALLENGES[label]), auth=auth, timeout=4.0)
    said = call(drill, name)
    what = f"a lasting 401 on {name} under {auth} ({label})"
    drill.require(patience.gives_up_on_401(said, drill.calls(name), drill.calls("token"), what))


@requirement("CLI-ANS-7", each=operations)
def test_a_refused_key_ends_in_an_error(drill: Drill, case: str) -> None:
    body = {"error": "invalid_client", "error_description": "the key is not known"}
    refused = Rule(reply=Reply(status=401, payload=body), operation="token")
    drill.start(Script(rules=(refused,)), auth="oauth2", timeout=4.0, apps=[app(drill)])
    said = call(drill, case)
    what = "a lasting 401 of the token endpoint"
    drill.require(patience.gives_up_on_401(said, drill.calls(case), drill.calls("token"), what))


def app(drill: Drill) -> dict[str, object]:
    return {"id": "app-1", **full_create(drill.edition, "app")}


def call(drill: Drill, name: str):  # noqa: ANN201 - what Drill.ask returns
    members: dict[str, object] = {"app_id": "app-1"} if name in {"get", "update", "delete"} else {}
    if name in {"create", "update"}:
        members["body"] = full_create(drill.edition, "changed")
    return drill.ask(name, **members)
