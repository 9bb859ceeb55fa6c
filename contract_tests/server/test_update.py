"""SRV-STATE-6, 7, 8: what an update changes, and what it leaves alone."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.checks.lifecycle import same_app, updated
from apps_contract.checks.refusal import answered, refused
from apps_contract.contract import Level, credential_forms
from apps_contract.payloads.cases import Case
from apps_contract.payloads.changes import changed_update
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.payloads.sampling import sample
from apps_contract.payloads.selection import prioritised
from apps_contract.payloads.strategies import update_request
from apps_contract.payloads.valid import all_entries, credentials_entry, full_create, minimal_create
from apps_contract.payloads.valid import settings as optional_members
from apps_contract.run.api import JSON, encoded
from apps_contract.run.marks import requirement
from apps_contract.run.scenario import GENERATED
from apps_contract.run.steps import shows_the_same, updates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import CredentialForm, Edition
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.settings import Settings

MOST_REJECTED = 14
SMALL_OBJECTS = ("retention_policy", "dispatch_retention_policy", "delivery_report_based_fallback")


def members_of_update(settings: Settings) -> list[str]:
    return ["display_name", "channel_credentials", *optional_members(settings.edition, "update")]


def sent_alone(edition: Edition, body: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Return the part of an update with these members, and the name where the edition requires one (2023)."""
    kept = {name: body[name] for name in body if name in names}
    return {"display_name": body["display_name"], **kept} if edition == "2023" else kept


@requirement("SRV-STATE-6", each=members_of_update)
def test_update_changes_only_what_was_sent(api: Api, case: str) -> None:
    """Update changes the members sent and leaves the rest and id as they were."""
    with api.session.borrowed_app(api) as lent:
        body = sent_alone(api.edition, changed_update(api.edition, lent.app, api.session.new_name()), [case])
        lent.app = judge_update(api, lent.app, body)


@requirement("SRV-STATE-6")
def test_update_adds_what_was_never_sent(api: Api) -> None:
    """An app that was created with the least takes each optional member from an update, one after another."""
    app = api.given_app(minimal_create(api.edition, api.session.new_name()))
    body = changed_update(api.edition, app, api.session.new_name())
    for name in optional_members(api.edition, "update"):
        app = judge_update(api, app, sent_alone(api.edition, body, [name]))


@requirement("SRV-STATE-6")
def test_update_changes_everything_at_once(api: Api) -> None:
    """An update of every member changes every member, and twice the same update changes nothing more."""
    app = api.given_app()
    body = changed_update(api.edition, app, api.session.new_name())
    after = judge_update(api, app, body)
    again = judge_update(api, after, body)
    api.require(same_app(after, again, api.edition, "SRV-STATE-6", "the same update, once and twice"))


@requirement("SRV-STATE-6", each=lambda settings: credential_forms(settings.edition))
def test_update_replaces_an_entry_whole(api: Api, case: CredentialForm) -> None:
    """An entry that takes the place of one of the same channel keeps nothing of it, not even a secret."""
    for optional, amount in ((True, "all"), (False, "the least")):
        entry = credentials_entry(api.edition, case, optional=optional, tag=amount)
        body = {"display_name": api.session.new_name(), "channel_credentials": [entry]}
        what = f"update to one {case.channel} entry with {amount} members"
        updates(api, body, what=what, reads_back=not optional)


def replacements(settings: Settings) -> Iterator[Case]:
    """Lists of entries that take the place of a full one: fewer, others, in another order, without their secrets."""
    edition = settings.edition
    every = all_entries(edition, tag="replaced")
    yield Case("the same entries in reverse order", "update", all_entries(edition)[::-1])
    yield Case("all but the first entry", "update", every[1:])
    yield Case("all but the last entry", "update", every[:-1])
    yield Case("every entry without its secret", "update", all_entries(edition, optional=False))
    yield Case("no entries at all", "update", [])


@requirement("SRV-STATE-6", each=replacements)
def test_update_replaces_credentials_whole(api: Api, case: Case) -> None:
    """Update replaces channel_credentials whole: nothing of the old entries is left, in whatever order they come."""
    app = api.given_app()
    body = {"display_name": api.session.new_name(), "channel_credentials": case.body}
    if case.body or api.update(app["id"], body).status != 400:  # an empty list may be refused (SRV-INPUT-12)
        judge_update(api, app, body)


def halves(settings: Settings) -> Iterator[Case]:
    """Small objects sent in part."""
    for name in SMALL_OBJECTS:
        if name in optional_members(settings.edition, "update"):
            yield from (Case(f"{name} in part", "update", [name, inner]) for inner in _inners(name))


def _inners(name: str) -> tuple[str, ...]:
    return ("enabled",) if name.startswith("delivery") else ("retention_type", "ttl_days")


@requirement("SRV-STATE-6", each=halves)
def test_update_of_half_a_small_object(api: Api, case: Case) -> None:
    """A small object sent in part may be merged or replaced: what was sent is there, the rest is old or default."""
    name, inner = case.body
    with api.session.borrowed_app(api) as lent:
        body = changed_update(api.edition, lent.app, api.session.new_name())
        part = sent_alone(api.edition, {**body, name: {inner: body[name][inner]}}, [name])
        lent.app = judge_update(api, lent.app, part)


@requirement("SRV-STATE-6")
def test_update_keeps_a_time_to_live_without_effect(api: Api) -> None:
    """What has no effect is kept all the same: a time to live under a policy that keeps everything."""
    app = api.given_app()
    policy = {"retention_type": "PERSIST_RETENTION_POLICY", "ttl_days": 5}
    judge_update(api, app, {"display_name": api.session.new_name(), "retention_policy": policy})


def generated_updates(settings: Settings) -> Iterator[Case]:
    bodies = sample(update_request(edition=settings.edition), settings.examples, settings.seed)
    for number, body in enumerate(bodies, 1):
        yield Case(f"generated update {number}", "update", body, operator=GENERATED)


@requirement("SRV-STATE-6", each=generated_updates)
def test_update_by_any_valid_body(api: Api, case: Case) -> None:
    """Whatever its schema allows, update does that and nothing else."""
    updates(api, case.body, what=case.label, reads_back=False)


def masks(settings: Settings) -> Iterator[tuple[str, ...]]:
    """Each member alone, pairs of neighbours, all but one, all, all in reverse order, one twice."""
    names = members_of_update(settings)
    yield from ((name,) for name in names)
    pairs = list(combinations(names, 2))
    yield from pairs[:: max(1, len(pairs) // 8)]
    for left_out in names[:3]:
        yield tuple(name for name in names if name != left_out)
    yield tuple(names)
    yield tuple(reversed(names))
    yield (names[0], names[0])


@requirement("SRV-STATE-7", each=masks)
def test_mask_limits_what_changes(api: Api, case: tuple[str, ...]) -> None:
    """With an update mask, update changes only the members that the mask names."""
    with api.session.borrowed_app(api) as lent:
        body = changed_update(api.edition, lent.app, api.session.new_name(), tag=",".join(case))
        lent.app = judge_update(api, lent.app, body, case)


@requirement("SRV-STATE-7")
def test_mask_lets_a_part_of_the_body_pass(api: Api) -> None:
    """A body with only the masked members, as most clients send it, changes them."""
    app = api.given_app(minimal_create(api.edition, api.session.new_name()))
    body = changed_update(api.edition, app, api.session.new_name())
    for name in ("channel_credentials", "retention_policy", "display_name"):
        app = judge_update(api, app, sent_alone(api.edition, body, [name]), (name,))


@requirement("SRV-INPUT-11")
def test_empty_mask_equals_none(api: Api) -> None:
    """An update with an empty mask changes what an update without one changes."""
    app = api.given_app()
    exchange = api.update(app["id"], changed_update(api.edition, app, api.session.new_name()), ())
    api.require(answered(exchange, "SRV-INPUT-11", "update with an empty mask", (200,)))
    sent = changed_update(api.edition, app, str(api.app_in(exchange)["display_name"]))
    breach = updated(app, sent, None, api.app_in(exchange), api.edition)
    if breach:
        title = f"an empty mask does not equal none: {breach.title}"
        api.require(Breach("SRV-INPUT-11", title, breach.expected, breach.actual, breach.path))


def unknown_masks(settings: Settings) -> list[tuple[str, ...]]:
    return [
        ("no_such_field",),
        ("display_name", "no_such_field"),
        ("no_such_field", "retention_policy"),
        ("display_nam",),
        ("display_name_x",),
        ("DISPLAY_NAME",),
        ("displayName",),
    ]


@requirement("SRV-INPUT-11", each=unknown_masks)
def test_unknown_field_in_mask_is_refused(api: Api, case: tuple[str, ...]) -> None:
    """An unknown top-level field in the update mask answers 400, and changes nothing."""
    app = api.given_app()
    body = changed_update(api.edition, app, api.session.new_name())
    exchange = api.update(app["id"], body, case)
    level = Level.SHOULD if api.edition == "2023" else Level.MUST
    api.require(refused(exchange, "SRV-INPUT-11", f"update with the mask {','.join(case)}", level=level))
    if exchange.status == 400:
        known = api.update(app["id"], body, ("display_name",))
        api.app_in(known)  # the valid twin: without it the refusal would say nothing


# Settings that no update may have, each with the rule that it breaks.
WRONG_SETTINGS: dict[str, dict[str, Any]] = {
    "SRV-INPUT-3": {"retention_policy": {"ttl_days": "30"}},
    "SRV-INPUT-4": {"conversation_metadata_report_view": "NO_SUCH_VALUE"},
    "SRV-INPUT-5": {"retention_policy": {"ttl_days": 3651}},
}


@requirement("SRV-INPUT-5", each=lambda settings: WRONG_SETTINGS)
def test_mask_is_no_way_around_the_checks(api: Api, case: str) -> None:
    """What an update with a mask changes is checked like what an update without one changes."""
    wrong = WRONG_SETTINGS[case]
    (name,) = wrong
    app = api.given_app()
    body = {"display_name": api.session.new_name(), **wrong}
    exchange = api.update(app["id"], body, (name,))
    api.require(refused(exchange, case, f"update of {name} under a mask with a wrong value", path=f"body.{name}"))


def rejected_updates(settings: Settings) -> tuple[Case, ...]:
    return prioritised(invalid_bodies(settings.edition, "update"), MOST_REJECTED, settings.seed)


@requirement("SRV-STATE-8", alone=True)
def test_rejected_update_changes_nothing(api: Api) -> None:
    """A rejected update leaves the app as it was, whatever else in its body was in order."""
    app = shows_the_same(api, api.given_app(), "create")
    valid = changed_update(api.edition, app, api.session.new_name())
    for case in rejected_updates(api.session.settings):
        # Everything beside the defect is valid and new, so that whatever is taken over shows.
        body = (
            {**valid, **case.body}
            if case.path and isinstance(case.body, dict) and case.operator != "missing"
            else case.body
        )
        exchange = api.update(app["id"], body)
        if exchange.succeeded:
            app = api.app_in(exchange)  # accepted in error: that is SRV-INPUT's finding, not this one
            continue
        del api.trace[1:-1]
        shown = api.app_in(api.get(app["id"]))
        api.require(
            same_app(
                app, shown, api.edition, "SRV-STATE-8", f"an app before and after a rejected update ({case.label})"
            )
        )


@requirement("SRV-STATE-8", alone=True)
def test_rejected_create_adds_nothing(api: Api) -> None:
    """A rejected create adds no app, whatever the reason was."""
    session = api.session
    refused: dict[str, tuple[str, Exchange]] = {}
    valid = full_create(api.edition, "")

    def try_one(what: str, body: dict[str, Any] | bytes, name: str, content_type: str = JSON) -> None:
        exchange = api.create(body, content_type=content_type)
        if not exchange.succeeded:
            refused[name] = (what, exchange)

    for case in prioritised(
        invalid_bodies(api.edition, "create"), MOST_REJECTED, session.settings.seed, always=is_setting
    ):
        if isinstance(case.body, dict) and case.path != "display_name":
            name = session.new_name()
            settings = {key: value for key, value in valid.items() if key != case.path.partition(".")[0]}
            body = {**settings, **case.body, "display_name": name} if case.operator != "missing" else case.body
            try_one(case.label, {**body, "display_name": name}, name)
    for content_type in ("text/plain", "application/xml"):
        name = session.new_name()
        try_one(f"a body sent as {content_type}", {**valid, "display_name": name}, name, content_type)
    name = session.new_name()
    try_one("a body followed by garbage", encoded({**valid, "display_name": name}) + b" x", name)
    listed = api.apps_in(api.list())
    for app in listed:
        name = str(app.get("display_name"))
        if name in refused:
            what, guilty = refused[name]
            api.trace[:] = [guilty, api.trace[-1]]  # of many creates, the one that the list shows
            title = f"a create that was rejected ({what}) added an app"
            api.require(Breach("SRV-STATE-8", title, "no app of that name", f"app {app.get('id')}", "body.apps"))


def is_setting(case: Case) -> bool:
    """Tell whether a case is about a value of one of the app's settings, which services write one by one."""
    return case.operator in {"below", "above", "enum-nonsense"} and "[" not in case.location


@requirement("SRV-STATE-8", alone=True)
def test_update_that_is_not_json_changes_nothing(api: Api) -> None:
    """A body cut in the middle, or followed by garbage, changes nothing."""
    app = api.given_app()
    for body in (
        b'{"display_name": "changed"',
        b'{"display_name": "changed"} x',
        b'{"display_name": "changed", "channel_credentials": [}',
    ):
        exchange = api.update(app["id"], body)
        if not exchange.succeeded:
            shown = api.app_in(api.get(app["id"]))
            api.require(same_app(app, shown, api.edition, "SRV-STATE-8", "an app before and after a rejected update"))


@requirement("SRV-STATE-8", alone=True)
def test_update_with_an_unknown_mask_changes_nothing(api: Api) -> None:
    """A mask that is refused for one field changes none of the others either."""
    app = api.given_app()
    body = changed_update(api.edition, app, api.session.new_name())
    for mask in (("display_name", "no_such_field"), ("no_such_field", "display_name"), ("no_such_field",)):
        if not api.update(app["id"], body, mask).succeeded:
            shown = api.app_in(api.get(app["id"]))
            api.require(same_app(app, shown, api.edition, "SRV-STATE-8", "an app before and after a rejected update"))


def judge_update(
    api: Api, app: dict[str, Any], body: dict[str, Any], mask: tuple[str, ...] | None = None
) -> dict[str, Any]:
    """Update, and judge both the answer and the get after it by what was there before; return the new state."""
    exchange = api.update(app["id"], body, mask)
    answer = api.app_in(exchange)
    for after in (answer, api.app_in(api.get(app["id"]))):
        api.require(updated(app, body, mask, after, api.edition))
        if after["id"] != app["id"]:
            api.require(Breach("SRV-STATE-6", "update changed id", str(app["id"]), str(after["id"]), "body.id"))
    return after
