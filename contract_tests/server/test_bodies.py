"""SRV-INPUT-1 to 7, 9 and 12: which bodies are taken, and which are not."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from apps_contract.checks.lifecycle import echoes
from apps_contract.checks.refusal import accepted, refused
from apps_contract.contract import Level, credential_forms
from apps_contract.payloads.boundaries import valid_boundaries
from apps_contract.payloads.cases import Case, RawCase
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.payloads.raw import hostile, not_json, not_objects, odd_spellings
from apps_contract.payloads.selection import prioritised
from apps_contract.payloads.valid import create_for, full_create, minimal_create
from apps_contract.run.errors import NotTestedError
from apps_contract.run.marks import requirement
from apps_contract.run.settings import DEFAULT_EXAMPLES
from apps_contract.run.steps import keeps, refuses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.settings import Settings

# How many cases are sent by default, to create and to update; --examples above its default sends more in proportion.
MOST_CASES = {
    "SRV-INPUT-1": (28, 10),
    "SRV-INPUT-2": (36, 18),
    "SRV-INPUT-3": (64, 36),
    "SRV-INPUT-4": (32, 20),
    "SRV-INPUT-5": (36, 24),
    "SRV-INPUT-6": (26, 14),
    "SRV-INPUT-12": (30, 28),
}
MOST_TRIALS = 30


def limits(requirement_id: str, settings: Settings) -> Iterator[tuple[str, int]]:
    """Return how many cases of a requirement to send to each operation."""
    factor = max(1.0, settings.examples / DEFAULT_EXAMPLES)
    for name, usual in zip(("create", "update"), MOST_CASES[requirement_id], strict=True):
        yield name, int(usual * factor)


def invalid(requirement_id: str) -> Callable[[Settings], Iterator[Case]]:
    """Return the negative cases of a requirement for both operations: the most telling first, the seed fills up."""

    def cases(settings: Settings) -> Iterator[Case]:
        for operation, limit in limits(requirement_id, settings):
            every = invalid_bodies(settings.edition, operation, requirement_id)
            yield from prioritised(every, limit, settings.seed)

    return cases


@requirement("SRV-INPUT-2", each=invalid("SRV-INPUT-2"))
def test_missing_required_member_is_refused(api: Api, case: Case) -> None:
    """A missing required member answers 400 – also inside a credentials object."""
    refuses(api, case)


@requirement("SRV-INPUT-3", each=invalid("SRV-INPUT-3"))
def test_wrong_type_is_refused(api: Api, case: Case) -> None:
    """A member of the wrong JSON type answers 400."""
    refuses(api, case)


@requirement("SRV-INPUT-4", each=invalid("SRV-INPUT-4"))
def test_unknown_enum_value_is_refused(api: Api, case: Case) -> None:
    """An unknown enum value answers 400."""
    refuses(api, case)


@requirement("SRV-INPUT-5", each=invalid("SRV-INPUT-5"))
def test_value_out_of_range_is_refused(api: Api, case: Case) -> None:
    """A value out of its range or length answers 400."""
    refuses(api, case)


@requirement("SRV-INPUT-6", each=invalid("SRV-INPUT-6"))
def test_credentials_of_the_wrong_channel_are_refused(api: Api, case: Case) -> None:
    """An entry without the credentials object of its channel, or with a foreign one beside it, answers 400."""
    refuses(api, case)


def boundaries(settings: Settings) -> Iterator[Case]:
    for operation, limit in limits("SRV-INPUT-12", settings):
        yield from prioritised(valid_boundaries(settings.edition, operation), limit, settings.seed)


@requirement("SRV-INPUT-12", each=boundaries)
def test_allowed_request_is_accepted(api: Api, case: Case) -> None:
    """A request that its schema allows is answered 200: both ends of every range, every channel, every option."""
    keeps(api, case, reads_back=False)


def unreadable(settings: Settings) -> Iterator[tuple[str, RawCase]]:
    body = minimal_create(settings.edition, "not quite JSON")
    for operation, limit in limits("SRV-INPUT-1", settings):
        for case in one_of_each((*not_json(body), *not_objects()), limit, settings.seed):
            yield operation, case


def one_of_each(cases: Sequence[RawCase], limit: int, seed: int) -> list[RawCase]:
    """Return some of the cases: one of each operator, then a second of each, and so on; the seed decides which."""
    shuffled = random.Random(seed).sample(cases, len(cases))  # noqa: S311 - a choice, no secret
    turns: dict[str, int] = {}

    def turn(case: RawCase) -> int:
        turns[case.operator] = turns.get(case.operator, 0) + 1
        return turns[case.operator]

    return [case for _, case in sorted(((turn(case), case) for case in shuffled), key=lambda pair: pair[0])][:limit]


@requirement("SRV-INPUT-1", each=unreadable)
def test_body_that_is_no_object_is_refused(api: Api, case: tuple[str, RawCase]) -> None:
    """A body that is not JSON, is empty, or is not an object answers 400."""
    name, raw = case
    exchange = send(api, name, raw.body, raw.content_type)
    if exchange.status != 200 and not api.session.accepts(name, minimal_create(api.edition, "not quite JSON")):
        raise NotTestedError("a valid body was refused too")
    api.require(refused(exchange, "SRV-INPUT-1", f"{name} with a body that is no JSON object ({raw.label})"))


def spellings(settings: Settings) -> Iterator[tuple[str, RawCase]]:
    for case in odd_spellings(full_create(settings.edition, "spelled oddly \u20ac \U0001f600")):
        yield "create", case


@requirement("SRV-INPUT-12", each=spellings)
def test_json_in_any_spelling_is_accepted(api: Api, case: tuple[str, RawCase]) -> None:
    """JSON may be written in many ways: they all mean the same body."""
    name, raw = case
    exchange = send(api, name, raw.body, raw.content_type)
    api.require(accepted(exchange, "SRV-INPUT-12", f"{name} with valid JSON ({raw.label})"))
    if exchange.status == 200:
        sent = full_create(api.edition, "spelled oddly \u20ac \U0001f600")
        api.require(echoes(sent, api.app_in(exchange), f"{name} with valid JSON ({raw.label})"))


def trials(settings: Settings) -> Iterator[tuple[str, RawCase]]:
    for turn, case in enumerate(one_of_each(hostile(), MOST_TRIALS, settings.seed)):
        yield ("create", "update")[(turn + settings.seed) % 2], case


@requirement("SRV-INPUT-8", each=trials)
def test_no_body_brings_the_server_down(api: Api, case: tuple[str, RawCase]) -> None:
    """Deep nesting, huge numbers, duplicate keys, lone surrogates, odd encodings and long texts get an answer below 500."""
    name, raw = case
    exchange = send(api, name, raw.body, raw.content_type)
    api.require(refused(exchange, "SRV-INPUT-8", f"{name} with a hostile body ({raw.label})", statuses=range(200, 500)))


def unknown_members(settings: Settings) -> Iterator[Case]:
    """An unknown member at each depth, of each JSON type."""
    edition = settings.edition
    for value in ("text", None, {"channel": "SMS"}):
        body = {**minimal_create(edition, "unknown"), "no_such_member": value}
        yield Case(f"an unknown member that is {value!r}", "create", body, "no_such_member")
    for form in credential_forms(edition)[::4]:
        body = create_for(edition, form, "unknown")
        entry = body["channel_credentials"][0]
        entry["no_such_member"] = "text"
        entry[form.member]["no_such_member"] = "text"
        yield Case(
            f"unknown members in a {form.channel} entry", "create", body, "channel_credentials[0].no_such_member"
        )
    policy = {"ttl_days": 30, "no_such_member": 1}
    body = {**minimal_create(edition, "unknown"), "retention_policy": policy}
    yield Case("an unknown member in retention_policy", "create", body, "retention_policy.no_such_member")


@requirement("SRV-INPUT-7", alone=True)
def test_unknown_members_are_measured(api: Api) -> None:
    """Unknown members are ignored or answered 400; which of them is reported, never judged (a 5xx is SRV-INPUT-8's)."""
    seen: dict[str, int] = {}
    for case in unknown_members(api.session.settings):
        status = api.create(api.personal(case.body)).status
        answer = {200: "ignored", 400: "answered 400"}.get(status or 0, f"answered {status}")
        seen[answer] = seen.get(answer, 0) + 1
    api.session.note(
        "SRV-INPUT-7", "unknown members: " + ", ".join(f"{answer} ({count})" for answer, count in seen.items())
    )


def updates_with_two_errors(settings: Settings) -> tuple[Case, ...]:
    return prioritised(invalid_bodies(settings.edition, "update"), 12, settings.seed)


@requirement("SRV-INPUT-13", each=updates_with_two_errors)
def test_where_errors_meet_any_of_them_is_answered(api: Api, case: Case) -> None:
    """A malformed update of an app that does not exist answers 400, 403 or 404."""
    exchange = api.update(api.session.invented_id(), case.body)
    what = f"a malformed update of an unknown app ({case.label})"
    api.require(refused(exchange, "SRV-INPUT-13", what, statuses=(400, 403, 404)))


MEDIA_TYPES = (
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
)


def media_types(settings: Settings) -> list[tuple[str, str]]:
    return [(name, media_type) for name in ("create", "update") for media_type in MEDIA_TYPES]


@requirement("SRV-INPUT-9", each=media_types)
def test_other_media_type_is_refused(api: Api, case: tuple[str, str]) -> None:
    """A body sent as another media type answers 400 or 415."""
    name, media_type = case
    body = minimal_create(api.edition, api.session.new_name())
    exchange = send(api, name, body, media_type)
    what = f"{name} with a body sent as {media_type}"
    api.require(refused(exchange, "SRV-INPUT-9", what, statuses=(400, 415), level=Level.SHOULD))


def send(api: Api, name: str, body: Any, content_type: str) -> Exchange:
    """Send a body under a media type, to create an app or to update one that nothing else depends on."""
    if name == "create":
        return api.create(body, content_type=content_type)
    app = api.session.once("app for odd bodies", api.session.api().given_app)
    return api.update(app["id"], body, content_type=content_type)
