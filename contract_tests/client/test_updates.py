"""CLI-REQ-7 and 8, and read-only members of CLI-REQ-2: an app that is read, changed and sent back; masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.checks.client import requests as rules
from apps_contract.checks.client.answers import loses_nothing
from apps_contract.payloads.answers import AnsweredApp, full_app, systematic, with_texts
from apps_contract.payloads.sampling import sample
from apps_contract.payloads.strategies import create_request
from apps_contract.payloads.valid import full_create
from apps_contract.payloads.valid import settings as optional_members
from apps_contract.run.errors import NotTestedError
from apps_contract.run.marks import requirement
from apps_contract.service.judge.script import always
from apps_contract.service.judge.variants import changed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.checks.client.record import Said
    from apps_contract.run.drill import Drill
    from apps_contract.run.settings import Settings

APP_ID = "app-1"


def apps(settings: Settings) -> Iterator[AnsweredApp]:
    edition = settings.edition
    full = full_app(edition, APP_ID)
    yield AnsweredApp("an app with every channel", full)
    silent = [{**entry, "callback_secret": ""} for entry in full["channel_credentials"]]
    yield AnsweredApp("callback verification switched off", {**full, "channel_credentials": silent})
    for variant in ("unknown-members", "null-objects", "only-required", "members-reversed"):
        yield AnsweredApp(variant, changed(full, variant, edition))
    yield from with_texts(edition, sent_back=True)
    yield from (answered for answered in systematic(edition) if answered.goes_back)
    for place, body in enumerate(sample(create_request(edition=edition), settings.examples, settings.seed)):
        yield AnsweredApp(f"drawn app {place}", {"display_name": "", **body})


def changed_name(drill: Drill, case: AnsweredApp) -> tuple[dict[str, Any], Said]:
    """Let the caller get an app, change its name and send it back; return what it sent back, and what it got for it."""
    answered = {**case.app, "id": APP_ID}
    stored = {"id": APP_ID, **full_create(drill.edition, "name before")}
    drill.start(always("get", payload=answered), apps=[stored])
    drill.send_back()
    got = drill.ask("get", app_id=APP_ID)
    if not got.ok or not isinstance(got.result, dict):
        raise NotTestedError(f"get failed: {got.text}")
    body = {**got.result, "display_name": "name after"}
    said = drill.ask("update", app_id=APP_ID, body=body)
    if said.kind == "refused":  # a client may leave read-only members to its caller
        drill.start(apps=[stored])
        drill.send_back()
        kept = {name: value for name, value in body.items() if name not in {"id", "rate_limits", "queue_stats"}}
        said = drill.ask("update", app_id=APP_ID, body=kept)
    return {**answered, "display_name": "name after"}, said


@requirement("CLI-REQ-7", each=apps)
def test_an_app_sent_back_loses_nothing(drill: Drill, case: AnsweredApp) -> None:
    expected, said = changed_name(drill, case)
    calls = drill.calls("update")
    if not calls:
        title = f"an app that was read ({case.label}) and changed cannot be sent back"
        drill.require(Breach("CLI-REQ-7", title, "one update", said.text))
    drill.require(loses_nothing(expected, calls[0], drill.edition, ["display_name"]))


@requirement("CLI-REQ-2", each=lambda settings: list(apps(settings))[:4])
def test_an_app_sent_back_holds_no_read_only_member(drill: Drill, case: AnsweredApp) -> None:
    changed_name(drill, case)
    drill.require(*(rules.body_matches_schema(call, drill.edition, sent_back=True) for call in drill.calls("update")))


def masks(settings: Settings) -> Iterator[tuple[str, ...]]:
    members = ("display_name", "channel_credentials", *optional_members(settings.edition, "update"))
    yield from ((name,) for name in members)
    yield ("display_name", "retention_policy")
    yield ("retention_policy", "display_name", "channel_credentials")
    yield members


@requirement("CLI-REQ-8", each=masks)
def test_a_mask_names_what_the_caller_named(drill: Drill, case: tuple[str, ...]) -> None:
    update_with(drill, list(case))


@requirement("CLI-REQ-8", each=lambda settings: ["a b", "x&update_mask=display_name", "ü", "a+b", "50%", "a#b", "a=b"])
def test_a_mask_is_encoded(drill: Drill, case: str) -> None:
    update_with(drill, [case])


@requirement("CLI-REQ-8")
def test_without_a_mask_none_is_made_up(drill: Drill) -> None:
    update_with(drill, None)


def update_with(drill: Drill, mask: list[str] | None) -> None:
    body = full_create(drill.edition, "renamed")
    drill.start(apps=[{"id": APP_ID, **full_create(drill.edition, "before")}])
    given = {} if mask is None else {"mask": mask}
    said = drill.ask("update", app_id=APP_ID, body=body, **given)
    calls = drill.calls("update")
    if not calls and said.kind != "refused":
        drill.require(Breach("CLI-REQ-8", "an update with a mask does not go out", "one request", said.text))
    drill.require(*(rules.mask_is_what_was_named(call, mask, body, drill.edition) for call in calls))
