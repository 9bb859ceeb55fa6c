"""CLI-ANS-1 and 2: every conforming answer is read, and the caller sees what it held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.checks.client.answers import counts_as_deleted, sees_what_was_sent
from apps_contract.contract import credential_forms, is_valid
from apps_contract.payloads.sampling import sample
from apps_contract.payloads.strategies import create_request
from apps_contract.payloads.texts import TEXTS
from apps_contract.payloads.valid import create_for, full_create, full_update
from apps_contract.run.errors import NotTestedError
from apps_contract.run.marks import requirement
from apps_contract.service.judge.script import Script, always
from apps_contract.service.judge.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.run.drill import Drill
    from apps_contract.run.settings import Settings

APP_ID = "app-1"
_OF_LISTS = ("no-apps", "null-apps")
_TEXTS_AT_ONCE = 6


@dataclass(frozen=True)
class Reading:
    """One operation, how its answer is changed or sent, and the app that it is about."""

    label: str
    operation: str
    app: Any
    script: Script | None = None


def readings(settings: Settings) -> Iterator[Reading]:
    edition = settings.edition
    full = full_create(edition, "an app")
    operations = ("get", "create", "update", "list")
    for variant in VARIANTS:
        names = ("list",) if variant in _OF_LISTS else operations
        for name in names:
            yield Reading(f"{name}, {variant}", name, full, always(name, variant=variant))
    for place, wire in enumerate(("chunked", "pieces", "until-close", "reset-after")):
        name = ("get", "list")[place % 2]
        yield Reading(f"{name}, answered {wire}", name, full, always(name, wire=wire))
    yield Reading("get, answered late", "get", full, always("get", delay_s=0.7))
    yield Reading(
        "list, with a charset",
        "list",
        full,
        always("list", headers=(("content-type", "application/json; charset=utf-8"),)),
    )
    for form in credential_forms(edition):
        yield Reading(f"get, {form.channel} {form.member}", "get", create_for(edition, form, "one channel"))
    texts = [text for text in TEXTS if not text.may_be_refused]
    for place in range(0, len(texts), _TEXTS_AT_ONCE):
        part = texts[place : place + _TEXTS_AT_ONCE]
        names = ", ".join(text.label for text in part)
        yield Reading(f"list, texts: {names}", "texts", [text.text for text in part])
    for place, body in enumerate(sample(create_request(edition=edition), settings.examples, settings.seed)):
        yield Reading(f"get, drawn app {place}", "get", body)


@requirement("CLI-ANS-1", each=readings)
def test_the_caller_sees_what_was_sent(drill: Drill, case: Reading) -> None:
    if case.operation == "texts":
        apps = [{"id": f"app-{n}", **with_text(drill, text, n)} for n, text in enumerate(case.app)]
        operation = "list"
    else:
        apps = [{"id": APP_ID, "display_name": "", **case.app}]
        operation = case.operation
    drill.start(case.script, apps=apps)
    members: dict[str, Any] = {"app_id": APP_ID} if operation in {"get", "update"} else {}
    if operation in {"create", "update"}:
        members["body"] = full_update(drill.edition, "changed")
    said = drill.ask(operation, **members)
    calls = drill.calls(operation)
    if not calls or calls[-1].exchange.response is None or calls[-1].exchange.status != 200:
        raise NotTestedError(f"{operation} did not get an answer to read: {said.text}")
    payload = calls[-1].exchange.response.json
    drill.require(sees_what_was_sent(said, payload, drill.edition, f"the answer of {case.label}"))


def with_text(drill: Drill, text: str, place: int) -> dict[str, Any]:
    body = full_create(drill.edition, text)
    entry = body["channel_credentials"][place % len(body["channel_credentials"])]
    changed = {**entry, "callback_secret": text[:256]}
    assert is_valid({**body, "channel_credentials": [changed]}, "create", drill.edition)
    return {**body, "channel_credentials": [changed]}


DELETED = {
    "null": {"payload": None, "body": b"null"},
    "null and a line end": {"body": b"null\n"},
    "{}": {"body": b"{}"},
    "an empty body": {"body": b"", "media_type": ""},
    "an empty body called JSON": {"body": b""},
    "an empty chunked body": {"body": b"", "wire": "chunked"},
    "{} in chunks": {"body": b"{}", "wire": "chunked"},
}


@requirement("CLI-ANS-2", each=lambda settings: list(DELETED))
def test_every_success_of_delete_counts(drill: Drill, case: str) -> None:
    app = {"id": APP_ID, **full_create(drill.edition, "to be deleted")}
    drill.start(always("delete", **DELETED[case]), apps=[app])
    said = drill.ask("delete", app_id=APP_ID)
    if not drill.calls("delete"):
        drill.require(Breach("CLI-ANS-2", "a delete does not go out", "one request", said.text))
    drill.require(counts_as_deleted(said, case))
