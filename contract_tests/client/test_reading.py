"""CLI-ANS-1 and 2: every conforming answer is read, and the caller sees what it held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.checks.client.answers import counts_as_deleted, sees_what_was_sent
from apps_contract.payloads.answers import AnsweredApp, full_app, is_readable, systematic, with_texts
from apps_contract.payloads.drawn_answers import drawn_app
from apps_contract.payloads.sampling import sample
from apps_contract.payloads.shrink import shrink
from apps_contract.payloads.valid import full_create, full_update
from apps_contract.run.drill import READING_S
from apps_contract.run.errors import NotTestedError
from apps_contract.run.marks import requirement
from apps_contract.service.judge.script import Script, always
from apps_contract.service.judge.variants import VARIANTS, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from apps_contract.contract import Edition
    from apps_contract.run.drill import Drill
    from apps_contract.run.settings import Settings

APP_ID = "app-1"
_OF_LISTS = ("no-apps", "null-apps")
_OF_APPS = ("get", "create", "update")
_AT_ONCE = 10
_MANY = 120
_SHRINK_TRIES = 120


@dataclass(frozen=True)
class Reading:
    """One operation, and how the reference server's answer is changed or sent."""

    label: str
    operation: str
    script: Script


@dataclass(frozen=True)
class Answered:
    """One operation, and the whole payload that answers it."""

    label: str
    operation: str
    payload: Any
    edition: Edition

    @property
    def script(self) -> Script:
        """What answers so."""
        return always(self.operation, payload=self.payload)


def readings(settings: Settings) -> Iterator[Reading]:
    for place, wire in enumerate(("chunked", "pieces", "until-close", "reset-after")):
        name = ("get", "list")[place % 2]
        yield Reading(f"{name}, answered {wire}", name, always(name, wire=wire))
    yield Reading("get, answered late", "get", always("get", delay_s=0.7))
    charset = (("content-type", "application/json; charset=utf-8"),)
    yield Reading("list, with a charset", "list", always("list", headers=charset))


def answered(settings: Settings) -> Iterator[Answered]:
    edition = settings.edition
    full = full_app(edition, APP_ID)
    for variant in VARIANTS:
        for name in ("list",) if variant in _OF_LISTS else (*_OF_APPS, "list"):
            payload = changed({"apps": [full]} if name == "list" else full, variant, edition)
            yield Answered(f"{name}, {variant}", name, payload, edition)
    apps = systematic(edition)
    for start in range(0, len(apps), _AT_ONCE):
        part = apps[start : start + _AT_ONCE]
        yield in_list(f"list of apps, from {part[0].label}", part, edition)
    yield in_list("list of apps with odd texts", with_texts(edition), edition)
    yield in_list("a long list of apps of one name", [*apps[:1] * _MANY], edition)
    drawn = sample(drawn_app(edition), settings.examples, settings.seed)
    for place, each in enumerate(drawn):
        yield Answered(f"{_OF_APPS[place % 3]}, drawn: {each.label}", _OF_APPS[place % 3], each.app, edition)


def in_list(label: str, apps: Sequence[AnsweredApp], edition: Edition) -> Answered:
    """Answer a list with these apps; ids that are not themselves what is odd get a number."""
    numbered = [
        {**each.app, "id": f"{APP_ID}-{n}"} if each.app["id"] == APP_ID else each.app for n, each in enumerate(apps)
    ]
    return Answered(label, "list", {"apps": numbered}, edition)


def smaller(case: Answered, still_fails: Callable[[Answered], bool]) -> Answered:
    """Return the smallest answer that the client misreads, and that a tolerant reader has to read."""

    def is_allowed(payload: Any) -> bool:
        apps = (payload.get("apps") or []) if case.operation == "list" else [payload]
        return isinstance(apps, list) and all(is_readable(app, case.edition) for app in apps)

    def fails(payload: Any) -> bool:
        return still_fails(replace(case, payload=payload))

    return replace(case, payload=shrink(case.payload, fails, is_allowed, _SHRINK_TRIES))


@requirement("CLI-ANS-1", each=answered, smaller=smaller)
def test_every_answer_of_the_schema_is_read(drill: Drill, case: Answered) -> None:
    read(drill, case)


@requirement("CLI-ANS-1", each=readings)
def test_every_way_of_sending_an_answer_is_read(drill: Drill, case: Reading) -> None:
    read(drill, case)


def read(drill: Drill, case: Reading | Answered) -> None:
    """Run the operation, and compare what its caller sees with what was answered."""
    drill.start(case.script, timeout=READING_S, apps=[{"id": APP_ID, **full_create(drill.edition, "an app")}])
    members: dict[str, Any] = {"app_id": APP_ID} if case.operation in {"get", "update"} else {}
    if case.operation in {"create", "update"}:
        members["body"] = full_update(drill.edition, "changed")
    said = drill.ask(case.operation, **members)
    calls = drill.calls(case.operation)
    if not calls or calls[-1].exchange.response is None or calls[-1].exchange.status != 200:
        raise NotTestedError(f"{case.operation} did not get an answer to read: {said.text}")
    payload = calls[-1].exchange.response.json
    drill.require(sees_what_was_sent(said, payload, drill.edition, f"the answer of {case.label}"))


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
