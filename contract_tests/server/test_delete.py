"""SRV-STATE-9, 10, 11: what is gone, what never was, and what nobody may set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach, shown
from apps_contract.checks.lifecycle import echoes, same_app
from apps_contract.checks.refusal import absent, answered
from apps_contract.payloads.cases import Case
from apps_contract.payloads.odd import NEARLY_AN_ID
from apps_contract.payloads.valid import full_create, minimal_create
from apps_contract.run.errors import NotApplicableError, NotTestedError
from apps_contract.run.marks import requirement
from apps_contract.run.steps import needs_creates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.settings import Settings

ON_ONE_APP = ("get", "update", "delete")
FOREIGN_ID = "01-chosen-by-the-caller"
RATE = 7777
CREDENTIAL_STATES = ("PENDING", "ACTIVE", "FAILING")
STATUSES_SENT = ("PENDING", "FAILING", "ACTIVE", "FAILING")


def call(api: Api, name: str, app_id: str) -> Exchange:
    if name == "update":
        return api.update(app_id, minimal_create(api.edition, api.session.new_name()))
    return api.delete(app_id) if name == "delete" else api.get(app_id)


@requirement("SRV-STATE-9", each=lambda settings: ON_ONE_APP)
def test_deleted_app_is_gone(api: Api, case: str) -> None:
    """After delete, get, update and a second delete answer 404 or 403, and list no longer holds the app."""
    app_id = str(api.given_app()["id"])
    api.get(app_id)  # whatever a cache could keep of the app is in there now
    api.list()
    deleted = api.delete(app_id)
    api.require(answered(deleted, "SRV-STATE-9", "delete of an app that is there", (200,)))
    for _ in range(2):
        api.require(absent(call(api, case, app_id), "SRV-STATE-9", f"{case} of a deleted app"))
    ids = {str(app.get("id")) for app in api.apps_in(api.list())}
    if app_id in ids:
        title = f"list holds a deleted app after a {case}"
        api.require(Breach("SRV-STATE-9", title, "not listed", f"app {app_id}", "body.apps"))


@requirement("SRV-STATE-9", alone=True)
def test_delete_leaves_other_apps_alone(api: Api) -> None:
    """Other apps are untouched: the neighbours, and one with the same name and the same credentials."""
    twin = minimal_create(api.edition, api.session.new_name())
    apps = [api.given_app(), api.given_app(twin), api.given_app(twin), api.given_app()]
    for gone in (apps[2], apps[0], apps[3]):
        api.delete(str(gone["id"]))
        apps.remove(gone)
        for kept in apps:
            shown_app = api.get(str(kept["id"]))
            api.require(answered(shown_app, "SRV-STATE-9", "get of an app beside a deleted one", (200,)))
            what = "an app before and after another one's delete"
            api.require(same_app(kept, api.app_in(shown_app), api.edition, "SRV-STATE-9", what))


@requirement("SRV-STATE-9", alone=True)
def test_update_does_not_bring_a_deleted_app_back(api: Api) -> None:
    """An update, a mask or a late delete does not make a deleted app appear again."""
    app_id = str(api.given_app()["id"])
    api.delete(app_id)
    api.update(app_id, full_create(api.edition, api.session.new_name()))
    api.update(app_id, minimal_create(api.edition, api.session.new_name()), ("display_name",))
    api.require(absent(api.get(app_id), "SRV-STATE-9", "get of a deleted app after an update"))


def absent_ids(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in ON_ONE_APP:
        for kind in ("of the same form", "of another form", "in other case", "with a character more", "cut short"):
            yield name, kind


@requirement("SRV-STATE-10", each=absent_ids)
def test_unknown_app_is_not_there(api: Api, case: tuple[str, str]) -> None:
    """An app id that never existed answers 404 or 403 on get, update and delete."""
    name, kind = case
    if api.session.settings.mode == "read-only":
        if name != "get" or "form" not in kind:
            raise NotTestedError("needs to write, and --mode read-only forbids it")
        real = "no-such-app"
    else:
        real = str(api.session.once("app for strangers", api.session.api().given_app)["id"])
    unknown = {
        "of the same form": api.session.invented_id(real),
        "of another form": api.session.invented_id(),
        "in other case": api.session.known_as_absent(real.swapcase()),
        "with a character more": api.session.known_as_absent(real + "0"),
        "cut short": api.session.known_as_absent(real[:-1]),
    }[kind]
    if unknown == real:
        raise NotTestedError("the target's ids have no other case")
    exchange = call(api, name, unknown)
    if kind == "in other case" and exchange.succeeded:
        return  # ids may be read in any case: the contract does not say
    api.require(absent(exchange, "SRV-STATE-10", f"{name} of an app id {kind}"))


@requirement("SRV-STATE-10", each=lambda settings: NEARLY_AN_ID)
def test_nearly_an_id_leads_to_no_app(api: Api, case: str) -> None:
    """An id that only resembles an app's, or describes it as a pattern does, finds no app."""
    real = "no-such-app"
    if api.session.settings.mode != "read-only":
        real = str(api.session.once("app for strangers", api.session.api().given_app)["id"])
    exchange = api.get(api.session.known_as_absent(NEARLY_AN_ID[case].format(id=real)))
    if exchange.succeeded:  # an odd path may be answered in other ways, too
        api.require(absent(exchange, "SRV-STATE-10", f"get of an app id {case}"))


@requirement("SRV-STATE-10", each=lambda settings: ON_ONE_APP)
def test_other_projects_app_is_not_there(api: Api, case: str) -> None:
    """An app id that belongs to another project answers 404 or 403, and that app is untouched."""
    other = api.of_other_project()
    for owner, caller in ((other, api), (api, other)):
        app = owner.given_app()
        api.require(absent(call(caller, case, app["id"]), "SRV-STATE-10", f"{case} of another project's app"))
        after = owner.get(app["id"])
        api.require(answered(after, "SRV-STATE-10", f"get after {case} by another project", (200,)))
        what = f"an app before and after another project's {case}"
        api.require(same_app(app, owner.app_in(after), api.edition, "SRV-STATE-10", what))


def read_only_members(settings: Settings) -> Iterator[Case]:
    """Each read-only member at its place, with a value that no server would choose by itself."""
    limits = {"inbound": RATE, "outbound": RATE, "webhooks": RATE}
    yield Case("id", "", {"id": FOREIGN_ID}, "id")
    yield Case("rate_limits", "", {"rate_limits": limits}, "rate_limits")
    if settings.edition != "2021":
        queue = {"outbound_size": RATE, "outbound_limit": RATE}
        yield Case("queue_stats", "", {"queue_stats": queue}, "queue_stats")
    if settings.edition == "2026":
        # The status is one of three words, any of which a server may choose by itself: only the description tells.
        state = {"status": "FAILING", "description": FOREIGN_ID}
        for name, value in (("state", state), ("channel_known_id", FOREIGN_ID)):
            yield Case(f"{name} of an entry", "", {name: value}, f"channel_credentials[0].{name}")


@requirement("SRV-STATE-11", each=read_only_members)
def test_read_only_members_are_never_taken_over(api: Api, case: Case) -> None:
    """Read-only members in a request body are ignored or answered 400; they are never taken over."""
    needs_creates(api)
    (name,) = case.body
    if name == "id":  # another in each try: a server that took the last one over has an app of that id now
        case = replace(case, body={"id": "-".join([FOREIGN_ID, *api.session.new_name().split()[1:]])})
    body = full_create(api.edition, api.session.new_name())
    sent = with_member(body, case)
    created = api.create(sent)
    api.require(answered(created, "SRV-STATE-11", f"create with {case.label}", (200, 400)))
    if created.succeeded:
        judge_taken_over(api, case, sent, created, "create")
    app = api.given_app(body)
    change = with_member({**body, "display_name": api.session.new_name()}, case)
    for mask in (None, ("display_name",)):
        exchange = api.update(app["id"], change, mask)
        api.require(answered(exchange, "SRV-STATE-11", f"update with {case.label}", (200, 400)))
        if exchange.succeeded:
            judge_taken_over(api, case, change if mask is None else {}, exchange, "update")
    if name == "id" and not api.get(app["id"]).succeeded:
        api.require(Breach("SRV-STATE-11", "update with id moved the app", "the id it had", case.body["id"], "body.id"))


def judge_taken_over(api: Api, case: Case, sent: dict[str, Any], exchange: Exchange, name: str) -> None:
    """Look at the answer and at the get after it for the value that was sent."""
    (member,) = case.body
    app = api.app_in(exchange)
    for what, shown_app in ((f"{name}'s answer", app), ("get", api.app_in(api.get(app["id"])))):
        entries = shown_app.get("channel_credentials") or [{}]
        found = entries[0].get(member) if "[0]" in case.path else shown_app.get(member)
        if _taken_over(case.body[member], found):
            title = f"{name} took over {case.label} ({what})"
            api.require(Breach("SRV-STATE-11", title, "the server's own value", shown(found), f"body.{case.path}"))
        rest = {key: value for key, value in sent.items() if key != "channel_credentials"}
        api.require(echoes(rest, shown_app, f"{name} with {case.label}"))


def _taken_over(sent: Any, found: Any) -> bool:
    """Tell whether any of the odd values that were sent stands in the answer."""
    if isinstance(sent, dict):
        return isinstance(found, dict) and any(_taken_over(value, found.get(key)) for key, value in sent.items())
    return bool(sent == found) and sent not in CREDENTIAL_STATES


def with_member(body: dict[str, Any], case: Case) -> dict[str, Any]:
    if "[0]" not in case.path:
        return {**body, **case.body}
    first, *others = body["channel_credentials"]
    return {**body, "channel_credentials": [{**first, **case.body}, *others]}


@requirement("SRV-STATE-11", each=lambda settings: ["create", "update"])
def test_status_of_an_entry_does_not_follow_the_request(api: Api, case: str) -> None:
    """The status of a credential's state is the server's own: it does not become each one that a request names."""
    if api.edition != "2026":
        raise NotApplicableError("entries have a state since edition 2026")
    body = full_create(api.edition, api.session.new_name())
    app = api.given_app(body)
    followed = []
    for status in STATUSES_SENT:
        sent = with_member(body, Case("state", "", {"state": {"status": status}}, "channel_credentials[0].state"))
        exchange = api.create(api.personal(sent)) if case == "create" else api.update(app["id"], sent)
        api.require(answered(exchange, "SRV-STATE-11", f"{case} with the state of an entry", (200, 400)))
        if not exchange.succeeded:
            return
        answer = api.app_in(exchange)
        shown_apps = (answer, api.app_in(api.get(answer["id"])))
        states = [shown_app["channel_credentials"][0].get("state") for shown_app in shown_apps]
        followed.append(all(isinstance(state, dict) and state.get("status") == status for state in states))
    # A server that goes through its own states meets one of these by chance, but not all, and each for two looks.
    if all(followed):
        title, path = f"{case} took over each status that an entry was sent with", "body.channel_credentials[0].state"
        api.require(Breach("SRV-STATE-11", title, "the server's own status", ", ".join(STATUSES_SENT), path))


@requirement("SRV-STATE-11")
def test_chosen_id_is_no_way_to_another_app(api: Api) -> None:
    """An id in the body does not lead a create or an update to the app that has it."""
    target, used = api.given_app(), api.given_app()
    body = minimal_create(api.edition, api.session.new_name())
    created = api.create({**body, "id": target["id"]})
    if created.succeeded and api.app_in(created)["id"] == target["id"]:
        api.require(Breach("SRV-STATE-11", "create took over an existing id", "a new id", str(target["id"]), "body.id"))
    api.update(used["id"], {**body, "id": target["id"]})
    shown_app = api.app_in(api.get(target["id"]))
    api.require(
        same_app(target, shown_app, api.edition, "SRV-STATE-11", "an app before and after its id stood in another body")
    )
