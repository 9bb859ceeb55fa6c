"""CLI-REQ-1 to 5: what a client puts on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.breach import Breach
from apps_contract.checks.client import requests as rules
from apps_contract.contract import credential_forms, is_valid
from apps_contract.payloads.cases import Case
from apps_contract.payloads.sampling import sample
from apps_contract.payloads.strategies import create_request, update_request
from apps_contract.payloads.valid import create_for, full_create, full_update, minimal_create
from apps_contract.run.errors import NotTestedError
from apps_contract.run.marks import requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.run.drill import Drill, Seen
    from apps_contract.run.settings import Settings

ODD_IDS = (
    "a/b",
    "a?b=c",
    "a#b",
    "100%",
    "a%2Fb",
    "a b",
    "a+b",
    "äß",
    "应用",
    "a;b,c",
    "a&b",
    "a\\b",
    "..",
    ".",
    "../x",
    "<a>\"'",
    " a ",
    "a\tb",
    "MixedCase",
    "e\u0301",  # decomposed: what a normal form would change
    "%41",
    "~a-b_c.d",
    "a:b@c",
)


def odd_ids(settings: Settings) -> list[tuple[str, str]]:
    operations = ("get", "update", "delete")
    return [(operations[place % 3], app_id) for place, app_id in enumerate(ODD_IDS)] + [
        (name, "a/b?c#d%e f") for name in operations
    ]


@requirement("CLI-REQ-1", each=odd_ids)
def test_an_odd_app_id_is_one_segment_or_refused(drill: Drill, case: tuple[str, str]) -> None:
    name, app_id = case
    app = {"id": app_id, **full_create(drill.edition, "odd id")}
    drill.start(apps=[app])
    body = {"body": full_update(drill.edition, "renamed")} if name == "update" else {}
    said = drill.ask(name, app_id=app_id, **body)
    for call in drill.judge.records:
        drill.require(rules.path_is_documented(call, drill.judge.key.project_id, [app_id]))
    if not drill.calls(name) and said.kind != "refused":
        raise_unanswered(drill, name, app_id, said.text)


def odd_projects(settings: Settings) -> tuple[str, ...]:
    return ("p/q", "p q", "pröject", "p?q#r", "50%")


@requirement("CLI-REQ-1", each=odd_projects)
def test_an_odd_project_id_is_one_segment_or_refused(drill: Drill, case: str) -> None:
    drill.start(project_id=case)
    said = drill.ask("list")
    for call in drill.judge.records:
        drill.require(rules.path_is_documented(call, case, []))
    if not drill.calls("list") and said.kind != "refused":
        raise_unanswered(drill, "list", case, said.text)


def raise_unanswered(drill: Drill, name: str, odd_id: str, text: str) -> None:
    title = f"{name} of the id {odd_id!r} neither goes out nor is refused"
    drill.require(Breach("CLI-REQ-1", title, "one request, or an error of kind refused", text))


@requirement("CLI-REQ-1")
def test_a_life_cycle_calls_the_five_operations_once_each(drill: Drill) -> None:
    drill.start()
    created = drill.ask("create", body=full_create(drill.edition, "life cycle"))
    sent = drill.judge.records
    drill.require(*(rules.path_is_documented(call, drill.judge.key.project_id, []) for call in sent))
    if not drill.calls("create"):
        drill.require(Breach("CLI-REQ-1", "an ordinary create does not go out", "one request", created.text))
    stored = drill.judge.stored()
    if not created.ok or not stored:  # another requirement speaks of why
        raise NotTestedError(f"an ordinary create does not succeed: {created.text}")
    app_id = stored[0]["id"]
    steps = {
        "list": drill.ask("list"),
        "get": drill.ask("get", app_id=app_id),
        "update": drill.ask("update", app_id=app_id, body=full_update(drill.edition, "renamed")),
        "delete": drill.ask("delete", app_id=app_id),
    }
    for name, said in steps.items():
        calls = len(drill.calls(name))
        if calls != 1:
            drill.require(
                Breach("CLI-REQ-1", f"one {name} makes {calls} requests", "1 request", f"{calls}; {said.text}")
            )


def bodies(settings: Settings) -> Iterator[Case]:
    edition, seed = settings.edition, settings.seed
    for form in credential_forms(edition):
        yield Case(f"create {form.channel} {form.member}", "create", create_for(edition, form, "one channel"))
    yield Case("create with everything", "create", full_create(edition, "all of it"))
    yield Case("create with the least", "create", minimal_create(edition, "least"))
    no_channels = {"display_name": "none yet", "channel_credentials": []}
    yield Case("create without channels", "create", no_channels)
    yield Case("update of everything", "update", full_update(edition, "all of it"))
    count = max(4, settings.examples // 2)
    drawn = sample(create_request(edition=edition), count, seed)
    yield from (Case(f"drawn create {place}", "create", body) for place, body in enumerate(drawn))
    drawn = sample(update_request(edition=edition), count, seed)
    yield from (Case(f"drawn update {place}", "update", body) for place, body in enumerate(drawn))


@requirement("CLI-REQ-2", each=bodies)
def test_a_valid_body_goes_out_valid(drill: Drill, case: Case) -> None:
    assert is_valid(case.body, case.operation, drill.edition), case.label
    drill.start(apps=[{"id": "app-1", **full_create(drill.edition, "old")}])
    target = {"app_id": "app-1"} if case.operation == "update" else {}
    said = drill.ask(case.operation, body=case.body, **target)
    calls = drill.calls(case.operation)
    if not calls and said.kind != "refused":
        title = f"a valid {case.operation} does not go out"
        drill.require(Breach("CLI-REQ-2", title, "one request", said.text))
    drill.require(*(rules.body_matches_schema(call, drill.edition) for call in calls))


@requirement("CLI-REQ-1", over_traffic=True)
def test_every_path_is_documented(exchange: Seen) -> Breach | None:
    context = exchange.context
    if context.led_astray:  # a redirect was followed: CLI-ANS-8 speaks of it
        return None
    return rules.path_is_documented(exchange.recorded, context.project_id, context.app_ids)


@requirement("CLI-REQ-2", over_traffic=True)
def test_every_body_matches_its_schema(exchange: Seen, edition: str) -> Breach | None:
    if exchange.context.led_astray:
        return None
    return rules.body_matches_schema(exchange.recorded, edition, sent_back=exchange.context.sent_back)


@requirement("CLI-REQ-3", over_traffic=True)
def test_every_body_is_json_or_absent(exchange: Seen) -> Breach | None:
    if exchange.context.led_astray:
        return None
    return rules.body_is_json(exchange.recorded)


@requirement("CLI-REQ-4", over_traffic=True)
def test_every_call_is_authenticated(exchange: Seen) -> Breach | None:
    if exchange.context.led_astray:
        return None
    return rules.is_authenticated(exchange.recorded, exchange.context.insight)


@requirement("CLI-REQ-4", over_traffic=True)
def test_no_url_holds_a_secret(exchange: Seen) -> Breach | None:
    return rules.url_holds_no_secret(exchange.recorded, exchange.context.insight)


@requirement("CLI-REQ-5", over_traffic=True)
def test_every_call_accepts_json(exchange: Seen) -> Breach | None:
    if exchange.context.led_astray:
        return None
    return rules.accepts_json(exchange.recorded)


def each_operation(settings: Settings) -> list[str]:
    return ["list", "get", "create", "update", "delete"]


@requirement("CLI-REQ-3", each=each_operation)
def test_each_operation_carries_what_it_should(drill: Drill, case: str) -> None:
    one_call(drill, case)
    drill.require(*(rules.body_is_json(call) for call in drill.calls()))


@requirement(
    "CLI-REQ-4",
    each=lambda settings: [(name, auth) for name in each_operation(settings) for auth in ("basic", "oauth2")],
)
def test_each_operation_is_authenticated(drill: Drill, case: tuple[str, str]) -> None:
    one_call(drill, *case)
    insight = drill.judge.insight
    drill.require(*(rules.is_authenticated(call, insight) for call in drill.calls()))
    drill.require(*(rules.url_holds_no_secret(call, insight) for call in drill.judge.records))


@requirement("CLI-REQ-5", each=each_operation)
def test_each_operation_accepts_json(drill: Drill, case: str) -> None:
    one_call(drill, case)
    drill.require(*(rules.accepts_json(call) for call in drill.calls()))


def one_call(drill: Drill, name: str, auth: str | None = None) -> None:
    drill.start(auth=auth, apps=[{"id": "app-1", **full_create(drill.edition, "öld “name”")}])
    members: dict[str, object] = {"app_id": "app-1"} if name in {"get", "update", "delete"} else {}
    if name in {"create", "update"}:
        members["body"] = full_create(drill.edition, "Ünïcode ☃ 应用")
    drill.ask(name, **members)
