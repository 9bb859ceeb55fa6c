"""SRV-LOAD, and what SRV-STATE-1 says of concurrent creates: many calls at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach, shown
from apps_contract.checks.comparison import first_difference
from apps_contract.checks.documented import stable
from apps_contract.payloads.changes import changed_update
from apps_contract.payloads.valid import full_create, full_update, minimal_create
from apps_contract.run.errors import NotTestedError
from apps_contract.run.marks import requirement

if TYPE_CHECKING:
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api

AT_ONCE = 16
ROUNDS = 3


@requirement("SRV-LOAD-1", alone=True, tries=4)
def test_concurrent_creates_are_all_kept(api: Api) -> None:
    """N concurrent creates give N apps, all listed, none lost or doubled, each with its own content."""
    session = api.session
    names = [session.new_name() for _ in range(AT_ONCE)]
    bodies = [minimal_create(api.edition, name) for name in names]
    exchanges = session.together(lambda body: session.api().create(body), bodies)
    api.trace += exchanges[:3]
    made = [created_app(exchange) for exchange in exchanges]
    ids = [str(app["id"]) for app in made]
    if len(set(ids)) < len(ids):
        doubled = next(app_id for app_id in ids if ids.count(app_id) > 1)
        api.require(
            Breach("SRV-STATE-1", "concurrent creates gave the same id", "an id for each app", doubled, "body.id")
        )
    for name, app in zip(names, made, strict=True):
        if app.get("display_name") != name:
            title = "concurrent creates mixed up their apps"
            api.require(Breach("SRV-LOAD-1", title, shown(name), shown(app.get("display_name")), "body.display_name"))
    listed = [str(app.get("display_name")) for app in api.apps_in(api.list())]
    for name in names:
        if listed.count(name) != 1:
            found = f"{listed.count(name)} times"
            title = "an app of concurrent creates is " + ("lost" if name not in listed else "doubled")
            api.require(Breach("SRV-LOAD-1", title, "each app listed once", found, "body.apps"))


def created_app(exchange: Exchange) -> dict[str, Any]:
    if exchange.response is None or not exchange.succeeded:
        raise NotTestedError(f"a concurrent create was answered with {exchange.status}")
    body = exchange.response.json
    if not isinstance(body, dict) or "id" not in body:
        raise NotTestedError("a concurrent create did not answer with an App")
    return body


@requirement("SRV-LOAD-2", alone=True, tries=4)
def test_concurrent_updates_leave_what_one_of_them_sent(api: Api) -> None:
    """Concurrent updates of one app leave each member as one of them sent it, never a mixture."""
    session = api.session
    for turn in range(ROUNDS):
        app = api.given_app(full_create(api.edition, session.new_name()))
        bodies = [
            changed_update(api.edition, app, session.new_name(), f"round {turn} update {number}")
            if number % 2
            else full_update(api.edition, session.new_name(), f"round {turn} update {number}")
            for number in range(8)
        ]
        answers = session.together(lambda body, app_id=app["id"]: session.api().update(app_id, body), bodies)
        api.trace += answers[:3]
        if any(not answer.succeeded for answer in answers):
            raise NotTestedError("a concurrent update was not accepted")
        left = stable(api.app_in(api.get(app["id"])), api.edition)
        for name, value in left.items():
            if name in bodies[0] and all(first_difference(body.get(name), value, subset=True) for body in bodies):
                title = f"concurrent updates left {name} as none of them sent it"
                api.require(Breach("SRV-LOAD-2", title, "the value of one update", shown(value), f"body.{name}"))


@requirement("SRV-LOAD-2", alone=True, tries=4)
def test_concurrent_updates_of_different_members_are_both_kept(api: Api) -> None:
    """Updates under different masks touch different members: each is left as it was or as its update sent it."""
    session = api.session
    for _ in range(ROUNDS):
        app = api.given_app()
        body = changed_update(api.edition, app, session.new_name())
        names = list(body)
        answers = session.together(
            lambda name, app_id=app["id"], sent=body: session.api().update(app_id, sent, (name,)), names
        )
        api.trace += answers[:3]
        if any(not answer.succeeded for answer in answers):
            raise NotTestedError("a concurrent update was not accepted")
        left = api.app_in(api.get(app["id"]))
        for name in names:
            if first_difference(body[name], left.get(name), subset=True) and first_difference(
                app.get(name), left.get(name)
            ):
                title = f"concurrent updates left {name} as none of them sent it"
                api.require(
                    Breach(
                        "SRV-LOAD-2", title, "the value before or the value sent", shown(left.get(name)), f"body.{name}"
                    )
                )


@requirement("SRV-LOAD-3", alone=True)
def test_rate_limit_is_measured(api: Api) -> None:
    """429 answers with Retry-After; the suite waits and tries again, and reports it. Never judged."""
    pace = api.session.wire.pace.report()
    if pace.limited:
        text = f"429 came {pace.limited} times, {pace.with_retry_after} with Retry-After; waited {pace.waited_s:g} s"
    else:
        text = "no 429 came"
    api.session.note("SRV-LOAD-3", text)
