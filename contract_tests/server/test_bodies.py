"""SRV-INPUT-1 to 7, 9 and 12: which bodies are taken, and which are not."""

from __future__ import annotations

import random
from itertools import combinations
from typing import TYPE_CHECKING, Any

from apps_contract.checks.lifecycle import echoes
from apps_contract.checks.refusal import accepted, answered, refused
from apps_contract.checks.robustness import survives
from apps_contract.contract import Level, credential_forms
from apps_contract.payloads.boundaries import valid_boundaries
from apps_contract.payloads.cases import Case, RawCase
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.payloads.odd import MEDIA_TYPES
from apps_contract.payloads.positions import in_second_entry
from apps_contract.payloads.raw import hostile, not_json, not_objects, odd_spellings
from apps_contract.payloads.selection import prioritised
from apps_contract.payloads.valid import create_for, full_update, minimal_create
from apps_contract.run.api import JSON, encoded
from apps_contract.run.errors import NotTestedError
from apps_contract.run.marks import requirement
from apps_contract.run.settings import DEFAULT_EXAMPLES
from apps_contract.run.steps import keeps, needs_creates, refuses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.settings import Settings

# How many cases are sent by default, to create and to update; --examples above its default sends more in proportion.
MOST_CASES = {
    "SRV-INPUT-2": (33, 10),
    "SRV-INPUT-3": (90, 30),
    "SRV-INPUT-4": (32, 14),
    "SRV-INPUT-5": (36, 20),
    "SRV-INPUT-6": (24, 12),
    "SRV-INPUT-12": (18, 18),
}
MOST_TRIALS = 44


def limits(requirement_id: str, settings: Settings) -> Iterator[tuple[str, int]]:
    """Return how many cases of a requirement to send to each operation."""
    factor = max(1.0, settings.examples / DEFAULT_EXAMPLES)
    for name, usual in zip(("create", "update"), MOST_CASES[requirement_id], strict=True):
        yield name, int(usual * factor)


BASIC_OPERATORS = {
    "no-credentials",
    "both-alternatives",
    "same-number",
    "enum-from-elsewhere",
}


def basics(cases: Sequence[Case], seed: int) -> Callable[[Case], bool]:
    """Return what tells the cases that belong into every run.

    They are about a setting of the app, an entry without its object, a word of another edition, or what every entry can
    have: of those one for each operator, in some channel.
    """
    of_entries: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        if case.location.endswith((".callback_secret", ".credential_ordinal_number")):
            of_entries.setdefault((case.location.rpartition(".")[2], case.operator), []).append(case)
    chosen = {id(group[seed % len(group)]) for group in of_entries.values()}

    def is_basic(case: Case) -> bool:
        is_setting = not case.location.startswith("channel_credentials[")
        return is_setting or case.operator in BASIC_OPERATORS or id(case) in chosen

    return is_basic


def invalid(requirement_id: str) -> Callable[[Settings], Iterator[Case]]:
    """Return the negative cases of a requirement for both operations: the most telling first, the seed fills up."""

    def cases(settings: Settings) -> Iterator[Case]:
        for operation, limit in limits(requirement_id, settings):
            every = invalid_bodies(settings.edition, operation, requirement_id)
            chosen = prioritised(every, limit, settings.seed, always=basics(every, settings.seed))
            for turn, case in enumerate(chosen):
                # Every other defect stands in the second of two entries; the seed decides which.
                yield in_second_entry(case, settings.edition) if (turn + settings.seed) % 2 else case

    return cases


@requirement("SRV-INPUT-2", each=invalid("SRV-INPUT-2"))
def test_missing_required_member_is_refused(api: Api, case: Case) -> None:
    """A missing required member answers 400, also inside a credentials object."""
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


def is_an_end(case: Case) -> bool:
    """Tell whether a case is about an end of a setting's range, or about the largest bodies."""
    is_setting = not case.location.startswith("channel_credentials[")
    return case.operator.startswith("largest") or (is_setting and case.operator in {"lowest", "highest", "longest"})


def boundaries(settings: Settings) -> Iterator[Case]:
    for operation, limit in limits("SRV-INPUT-12", settings):
        every = valid_boundaries(settings.edition, operation)
        yield from prioritised(every, limit, settings.seed, always=is_an_end)


@requirement("SRV-INPUT-12", each=boundaries)
def test_allowed_request_is_accepted(api: Api, case: Case) -> None:
    """A request that its schema allows is answered 200: both ends of every range, every channel, every option."""
    keeps(api, case, reads_back=False)


def unreadable(settings: Settings) -> Iterator[tuple[str, RawCase]]:
    """Every way not to be a JSON object, in turn to create and to update; the seed decides which goes where."""
    body = minimal_create(settings.edition, "not quite JSON")
    # An array that holds the body, and a lone entry, are what lenient readers unwrap.
    unwrapped = {"an array that holds the body": [body], "an entry in place of the body": body["channel_credentials"]}
    others = [RawCase(label, "unwrapped", encoded(value)) for label, value in unwrapped.items()]
    for turn, case in enumerate((*not_json(body), *not_objects(), *others)):
        if case.operator in {"empty", "unwrapped"}:
            yield "create", case
            yield "update", case
        else:
            yield ("create", "update")[(turn + settings.seed) % 2], case


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
    if not exchange.succeeded and not api.session.accepts(name, minimal_create(api.edition, "not quite JSON")):
        raise NotTestedError("a valid body was refused too")
    api.require(refused(exchange, "SRV-INPUT-1", f"{name} with a body that is no JSON object ({raw.label})"))


def spellings(settings: Settings) -> tuple[RawCase, ...]:
    return odd_spellings(full_update(settings.edition, "spelled oddly \u20ac \U0001f600"))


@requirement("SRV-INPUT-12", each=spellings)
def test_json_in_any_spelling_is_accepted(api: Api, case: RawCase) -> None:
    """JSON may be written in many ways: they all mean the same body."""
    what = f"update with valid JSON ({case.label})"
    with api.session.borrowed_app(api) as lent:
        exchange = api.update(lent.app["id"], case.body, content_type=case.content_type)
        api.require(accepted(exchange, "SRV-INPUT-12", what))
        lent.app = api.app_in(exchange)
        api.require(echoes(full_update(api.edition, "spelled oddly \u20ac \U0001f600"), lent.app, what))


def trials(settings: Settings) -> Iterator[tuple[str, RawCase]]:
    for turn, case in enumerate(one_of_each(hostile(), MOST_TRIALS, settings.seed)):
        yield ("create", "update")[(turn + settings.seed) % 2], case


@requirement("SRV-INPUT-8", each=trials)
def test_no_body_brings_the_server_down(api: Api, case: tuple[str, RawCase]) -> None:
    """Deep nesting, huge numbers, duplicate keys, odd encodings and long texts are answered below 500."""
    name, raw = case
    exchange = send(api, name, raw.body, raw.content_type)
    api.require(survives(exchange))


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
    for name in ("retention_policy.ttl_days", "retention_policy[ttl_days]"):  # some libraries read them as a path
        body = {**minimal_create(edition, "unknown"), "retention_policy": {"ttl_days": 30}, name: 31}
        yield Case(f"an unknown member {name}", "create", body, name)


@requirement("SRV-INPUT-7", alone=True)
def test_unknown_members_are_measured(api: Api) -> None:
    """Unknown members are ignored or answered 400; which of them is reported, never judged (a 5xx is SRV-INPUT-8's)."""
    seen: dict[str, int] = {}
    for case in unknown_members(api.session.settings):
        body = api.personal(case.body)
        exchange = api.create(body)
        status = exchange.status
        if exchange.succeeded:
            known = {"display_name": body["display_name"]}
            if "retention_policy" in body:
                known["retention_policy"] = {"ttl_days": 30}
            api.require(echoes(known, api.app_in(exchange), f"create with {case.label}"))
        answer = {200: "ignored", 400: "answered 400"}.get(status or 0, f"answered {status}")
        seen[answer] = seen.get(answer, 0) + 1
    api.session.note(
        "SRV-INPUT-7", "unknown members: " + ", ".join(f"{answer} ({count})" for answer, count in seen.items())
    )


# The mistakes of an update that can meet, each with the statuses that it may be answered with by itself.
MISTAKES = {
    "an unknown app": {403, 404},
    "a body that is not JSON": {400},
    "a body of the wrong types": {400},
    "a value out of its range": {400},
    "an unknown field in the mask": {400},
    "another media type": {400, 415},
}


@requirement("SRV-INPUT-13", each=lambda settings: [pair for pair in combinations(MISTAKES, 2) if is_possible(pair)])
def test_where_errors_meet_any_of_them_is_answered(api: Api, case: tuple[str, str]) -> None:
    """Where several errors meet, any of their statuses may be answered: a malformed update of an unknown app, say."""
    app_id = str(api.session.once("app for refused updates", api.session.api().given_app)["id"])
    body: Any = minimal_create(api.edition, api.session.new_name())
    if "a value out of its range" in case:
        body["retention_policy"] = {"ttl_days": 3651}
    if "a body of the wrong types" in case:
        body["conversation_metadata_report_view"] = 7
    if "a body that is not JSON" in case:
        body = encoded(body)[:-1]
    exchange = api.update(
        api.session.invented_id(app_id) if "an unknown app" in case else app_id,
        body,
        ("no_such_field",) if "an unknown field in the mask" in case else None,
        content_type="text/plain" if "another media type" in case else JSON,
    )
    allowed = sorted(MISTAKES[case[0]] | MISTAKES[case[1]])
    what = f"an update with {case[0]} and {case[1]}"
    api.require(answered(exchange, "SRV-INPUT-13", what, allowed))


def is_possible(pair: tuple[str, str]) -> bool:
    """Leave out the body that would have to be JSON and not JSON, and what only a SHOULD refuses."""
    bodies = {"a body that is not JSON", "a body of the wrong types", "a value out of its range"}
    return not ("a body that is not JSON" in pair and bodies.issuperset(pair)) and pair != (
        "an unknown field in the mask",
        "another media type",
    )


@requirement("SRV-INPUT-13", each=lambda settings: ["create", "update"])
def test_several_errors_in_one_body_are_one_refusal(api: Api, case: str) -> None:
    """A body with several defects is answered 400 like a body with one."""
    app_id = str(api.session.once("app for refused updates", api.session.api().given_app)["id"])
    for body in (
        {"display_name": 7, "channel_credentials": 7},
        {"display_name": "", "channel_credentials": [{"channel": "NO_SUCH_VALUE"}, {}, 7], "retention_policy": []},
        {**minimal_create(api.edition, "several errors"), "retention_policy": {"ttl_days": 0, "retention_type": "X"}},
    ):
        exchange = api.create(body) if case == "create" else api.update(app_id, body)
        api.require(refused(exchange, "SRV-INPUT-13", f"{case} with several errors in its body"))


def media_types(settings: Settings) -> list[tuple[str, str]]:
    return [(name, media_type) for name in ("create", "update") for media_type in MEDIA_TYPES]


@requirement("SRV-INPUT-9", each=media_types)
def test_other_media_type_is_refused(api: Api, case: tuple[str, str]) -> None:
    """A body sent as another media type answers 400 or 415."""
    needs_creates(api)
    name, media_type = case
    body = minimal_create(api.edition, api.session.new_name())
    exchange = send(api, name, body, media_type)
    what = f"{name} with a body sent as {media_type}"
    api.require(answered(exchange, "SRV-INPUT-9", what, (400, 415), level=Level.SHOULD))


def send(api: Api, name: str, body: Any, content_type: str) -> Exchange:
    """Send a body under a media type, to create an app or to update one that nothing else depends on."""
    if name == "create":
        return api.create(body, content_type=content_type)
    app = api.session.once("app for odd bodies", api.session.api().given_app)
    return api.update(app["id"], body, content_type=content_type)
