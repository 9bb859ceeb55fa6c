"""SRV-STATE-1, 2, 3 and 12: what create answers, and what it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from apps_contract.checks.breach import Breach, shown
from apps_contract.checks.lifecycle import echoes, shows_defaults
from apps_contract.checks.refusal import accepted, answered
from apps_contract.contract import credential_forms
from apps_contract.http.exchange import Request, parse_json
from apps_contract.payloads.cases import Case
from apps_contract.payloads.certain import must_be_taken
from apps_contract.payloads.sampling import sample
from apps_contract.payloads.strategies import create_request
from apps_contract.payloads.texts import LONGEST_NAME, TEXTS
from apps_contract.payloads.valid import (
    all_entries,
    create_for,
    credentials_entry,
    full_create,
    minimal_create,
    setting,
)
from apps_contract.run.api import encoded
from apps_contract.run.errors import NotApplicableError, NotTestedError
from apps_contract.run.marks import requirement
from apps_contract.run.scenario import GENERATED
from apps_contract.run.steps import keeps, needs_creates, shows_the_same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.session import Session
    from apps_contract.run.settings import Settings


EQUALS = 4


@requirement("SRV-STATE-1", alone=True)
def test_ids_are_new_after_a_delete(api: Api) -> None:
    """The id of a deleted app is not given again, be it the newest or the oldest."""
    ids = [str(api.given_app()["id"]) for _ in range(3)]
    for gone in (ids[-1], ids[0]):
        api.delete(gone)
        new = str(api.given_app()["id"])
        if new in ids:
            api.require(
                Breach("SRV-STATE-1", "create gave the id of a deleted app", "an id never used", new, "body.id")
            )
        ids.append(new)


@requirement("SRV-STATE-1")
def test_create_answers_with_an_id(api: Api) -> None:
    """The id is a text that is not empty, and not one that the caller chose."""
    exchange = api.create(minimal_create(api.edition, api.session.new_name()))
    api.require(answered(exchange, "SRV-INPUT-12", "a minimal create", (200,)))
    body = exchange.response.json if exchange.response else None
    made = body.get("id") if isinstance(body, dict) else None
    if not isinstance(made, str) or not made:
        api.require(Breach("SRV-STATE-1", "create answered without an id", "a non-empty text", shown(made), "body.id"))


@requirement("SRV-STATE-1", alone=True)
def test_equal_creates_make_apps_of_their_own(api: Api) -> None:
    """The same create sent again, at once or a moment later, makes another app: it carries no key to be known by."""
    session = api.session
    body = minimal_create(api.edition, session.new_name())
    exchanges = [*session.together(lambda sent: session.api().create(sent), [body] * EQUALS), api.create(body)]
    api.trace[:0] = exchanges[:-1]
    ids = [str(api.app_in(exchange)["id"]) for exchange in exchanges]
    for app_id in ids:
        if ids.count(app_id) > 1:
            title = "equal creates were answered with the same app"
            api.require(Breach("SRV-STATE-1", title, "an id for each create", app_id, "body.id"))
    listed = [str(app.get("id")) for app in api.apps_in(api.list()) if app.get("display_name") == body["display_name"]]
    if len(listed) != len(ids):
        title = "equal creates made another number of apps"
        api.require(Breach("SRV-STATE-1", title, f"{len(ids)} apps", f"{len(listed)} apps", "body.apps"))


@requirement("SRV-STATE-1", over_traffic=True)
def test_no_id_is_given_twice(exchange: Exchange, session: Session) -> Breach | None:
    """No create of the whole run answered with an id that the project knew before."""
    if all(exchange.number != reused.number for reused in session.reused_ids):
        return None
    found = exchange.response.json["id"] if exchange.response else ""
    return Breach("SRV-STATE-1", "create gave an id that was used before", "an id never used", found, "body.id")


def creates(settings: Settings) -> Iterator[Case]:
    """Each form of credentials, and lists of them in different orders."""
    edition = settings.edition
    for form in credential_forms(edition):
        body = create_for(edition, form, f"{form.channel} with all members")
        yield Case(f"a {form.channel} entry in {form.member}", "create", body)
        if "enterprise" in form.member:
            body = create_for(edition, form, "the other country", alternative=1)
            yield Case("a LINE entry of the other country", "create", body)
    every = all_entries(edition)
    for label, entries in (
        ("every channel", every),
        ("every channel in reverse order", every[::-1]),
        ("every channel, the least members", all_entries(edition, optional=False)),
        ("every channel, secrets here and there", [_with_secret(entry, at) for at, entry in enumerate(every)]),
    ):
        yield Case(label, "create", {"display_name": label, "channel_credentials": entries})
    form = credential_forms(edition)[0]
    repeated = [credentials_entry(edition, form, tag=tag) for tag in ("one", "two", "one")]
    label = "several entries of one channel"
    yield Case(label, "create", {"display_name": label, "channel_credentials": [*repeated, every[-1], repeated[1]]})
    yield Case("every member", "create", full_create(edition, "every member"))
    empty = {
        "display_name": "empty secrets",
        "channel_credentials": [{**entry, "callback_secret": ""} for entry in every],
    }
    yield Case("callback secrets that are empty", "create", empty)
    persistent = {"retention_type": "PERSIST_RETENTION_POLICY", "ttl_days": 30}
    plain = minimal_create(edition, "a time to live without effect")
    yield Case("a time to live without effect", "create", {**plain, "retention_policy": persistent})
    yield Case("no entries", "create", {"display_name": "no entries", "channel_credentials": []})


def _with_secret(entry: dict[str, Any], at: int) -> dict[str, Any]:
    """Give every other entry a secret of its own, and take it from the rest."""
    bare = {name: value for name, value in entry.items() if name != "callback_secret"}
    return {**bare, "callback_secret": f"callback-secret-of-entry-{at}"} if at % 2 else bare


@requirement("SRV-STATE-2", each=creates)
def test_create_answers_what_was_sent(api: Api, case: Case) -> None:
    """Create echoes display_name and every entry as sent: same order, channel, credentials and secret."""
    keeps(api, case)


def generated_creates(settings: Settings) -> Iterator[Case]:
    bodies = sample(create_request(edition=settings.edition), settings.examples, settings.seed)
    for number, body in enumerate(bodies, 1):
        yield Case(f"generated create {number}", "create", body, operator=GENERATED)


@requirement("SRV-STATE-2", each=generated_creates)
def test_create_keeps_any_valid_body(api: Api, case: Case) -> None:
    """Whatever its schema allows, create answers it back, member by member."""
    keeps(api, case)


def partial_creates(settings: Settings) -> Iterator[Case]:
    """Creates that leave out what has a default: all of it, or one half of a small object."""
    edition = settings.edition
    least = minimal_create(edition, "defaults")
    yield Case("nothing optional", "create", least)
    for name in ("retention_policy", "dispatch_retention_policy"):
        try:
            policy = setting(edition, "create", name)
        except KeyError:
            continue
        for kept in policy:
            yield Case(f"only {kept} of {name}", "create", {**least, name: {kept: policy[kept]}})
        yield Case(f"an empty {name}", "create", {**least, name: {}})


@requirement("SRV-STATE-3", each=partial_creates)
def test_create_shows_defaults(api: Api, case: Case) -> None:
    """Members not sent on create appear with their defaults."""
    app = api.app_in(api.create(case.body))
    api.require(shows_defaults(case.body, app, api.edition))
    shown_app = api.app_in(api.get(app["id"]))
    api.require(shows_defaults(case.body, shown_app, api.edition))


def names(settings: Settings) -> Iterator[Case]:
    """Every text as a display name: alone where its edges or its whole matter, else several in one name."""
    plain = minimal_create(settings.edition, "")
    together: list[str] = []
    looks_like = 0
    for text in TEXTS:
        if not text.may_be_refused and not is_a_whole(text.text):
            if len("|".join([*together, text.text])) > LONGEST_NAME:
                yield Case("a name of many texts", "create", {**plain, "display_name": "|".join(together)})
                together = []
            together.append(text.text)
        else:
            looks_like += text.label.startswith("looks like")
            if text.label.startswith("looks like") and (looks_like + settings.seed) % 3:
                continue  # a third of these, which the seed moves on; all of them stand in credentials
            yield Case(f"a name: {text.label}", "create", {**plain, "display_name": text.text})
    yield Case("a name of many texts", "create", {**plain, "display_name": "|".join(together)})


def is_a_whole(text: str) -> bool:
    """Tell whether a text says something only when it stands alone: a number, a word, a length, white space."""
    return len(text) > LONGEST_NAME // 2 or text != text.strip() or (text.isascii() and " " not in text)


def some_names(settings: Settings) -> list[Case]:
    """A third of the names, which the seed moves on; an update takes all of them."""
    return [case for turn, case in enumerate(names(settings)) if (turn + settings.seed) % 3 == 0]


@requirement("SRV-STATE-12", each=some_names)
def test_name_survives(api: Api, case: Case) -> None:
    """Any Unicode text survives unchanged as a display name: on the way in, in storage and on the way out."""
    keeps(api, case, requirement="SRV-STATE-12")


def most_names(settings: Settings) -> list[Case]:
    """All names, among them every one that looks like something else."""
    plain = minimal_create(settings.edition, "")
    look_alikes = [text for text in TEXTS if text.label.startswith("looks like")]
    others = [case for case in names(settings) if "looks like" not in case.label]
    return others + [
        Case(f"a name: {text.label}", "create", {**plain, "display_name": text.text}) for text in look_alikes
    ]


@requirement("SRV-STATE-12", each=most_names)
def test_name_survives_an_update(api: Api, case: Case) -> None:
    """Text survives an update as it survives a create."""
    body = {"display_name": case.body["display_name"]}
    what = f"update with {case.label}"
    with api.session.borrowed_app(api) as lent:
        exchange = api.update(lent.app["id"], body)
        api.require(accepted(exchange, "SRV-INPUT-12", what, may_refuse=not must_be_taken(body, "update", api.edition)))
        if exchange.succeeded:
            lent.app = api.app_in(exchange)
            api.require(echoes(body, lent.app, what, "SRV-STATE-12"))


# What is done to one member only shows when each member holds what could be altered.
TROUBLE = ' \u212b A\u030a \ufb01 \u0131I <b>&amp;</b> it\'s "q" C:\\new %41+ a\tb\r\nc\u2028  \U0001f600 '
EVERYWHERE = {
    "with some of everything": TROUBLE,
    "of a telephone number": "+46 70 123 45 67",
    "of a number": "0046701",
}


def credential_texts(settings: Settings) -> Iterator[Case]:
    """Every text in some credentials member and in some callback secret, as many in one body as there is room for."""
    for label, text in EVERYWHERE.items():
        entries = all_entries(settings.edition)
        for holder, member in list(texts_in(entries)):
            holder[member] = text
        body = {"display_name": text, "channel_credentials": entries}
        yield Case(f"every text {label}", "create", body)
    waiting = [text.text for text in TEXTS if not text.may_be_refused]
    while waiting:
        entries = all_entries(settings.edition)
        for place in list(texts_in(entries)):
            if waiting:
                holder, member = place
                holder[member] = waiting.pop()
        yield Case(
            f"credentials of any text, {len(waiting)} to go",
            "create",
            {"display_name": "texts", "channel_credentials": entries},
        )


def texts_in(value: Any) -> Iterator[tuple[Any, str]]:
    """Yield where each free text of an entry stands."""
    for holder in value if isinstance(value, list) else [value]:
        for member, inner in holder.items():
            if isinstance(inner, dict):
                yield from texts_in(inner)
            elif isinstance(inner, str) and member != "channel":
                yield holder, member


@requirement("SRV-STATE-12", each=credential_texts)
def test_credentials_survive(api: Api, case: Case) -> None:
    """Any Unicode text survives unchanged in credentials and secrets."""
    keeps(api, case, requirement="SRV-STATE-12")


LONE_SURROGATES = {"high": b"a\\ud83d", "low": b"a\\ude00b", "in wrong order": b"\\ude00\\ud83d"}


@requirement("SRV-STATE-12", each=lambda settings: LONE_SURROGATES)
def test_lone_surrogates_are_kept_or_refused(api: Api, case: str) -> None:
    """A name with a lone surrogate may be answered 400, but is never altered."""
    needs_creates(api)
    sent = encoded(minimal_create(api.edition, "@")).replace(b'"@"', b'"' + LONE_SURROGATES[case] + b'"')
    exchange = api.create(sent)
    if exchange.succeeded:
        name = {"display_name": parse_json(sent)["display_name"]}
        api.require(echoes(name, api.app_in(exchange), f"create with a lone surrogate ({case})", "SRV-STATE-12"))


@requirement("SRV-STATE-12")
def test_text_that_arrives_in_pieces_survives(api: Api) -> None:
    """A body that comes in pieces, cut within a character, says the same as one that comes whole."""
    name = f"{api.session.new_name()} \u00e9\u20ac\U0001f600"
    body = encoded(minimal_create(api.edition, name))
    head = (
        f"POST {api.session.path_prefix}/v1/projects/{quote(api.caller.project_id, safe='')}/apps HTTP/1.1\r\n"
        f"Host: {api.session.host}\r\nAuthorization: {api.caller.authorization}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    if not api.session.wire.supports_raw:
        raise NotApplicableError("needs a socket: a Python application called in process gets whole requests only")
    pieces = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in body) + b"0\r\n\r\n"
    exchange = api.exchange(Request("POST", "", raw=head.encode() + pieces))
    if exchange.succeeded:  # a server may ask for a Content-Length instead
        listed = [str(app.get("display_name")) for app in api.apps_in(api.list())]
        if name not in listed:
            title = "a name that arrived in pieces was altered"
            near = next((one for one in listed if one.startswith(name[:-3])), "no such app")
            api.require(Breach("SRV-STATE-12", title, shown(name), shown(near), "body.display_name"))


def long_names(settings: Settings) -> Iterator[Case]:
    """Names around the limit, in characters of one, two, three and four bytes."""
    for unit, what in (("a", "ASCII"), ("é", "Latin"), ("語", "Chinese"), ("😀", "emoji")):
        for length in (LONGEST_NAME, LONGEST_NAME + 1, 1000) if unit in "a😀" else (LONGEST_NAME,):
            # The last characters differ from the rest, so that a name which is cut shows it.
            body = minimal_create(settings.edition, unit * (length - 2) + "zz")
            yield Case(f"a name of {length} characters ({what})", "create", body)


@requirement("SRV-STATE-12", each=long_names)
def test_long_names_are_kept_or_refused(api: Api, case: Case) -> None:
    """A display_name of up to 256 characters is accepted; a longer one may be rejected, but is never cut or altered."""
    needs_creates(api)
    exchange = api.create(case.body)
    is_long = len(case.body["display_name"]) > LONGEST_NAME
    api.require(answered(exchange, "SRV-STATE-12", case.label, (200, 400) if is_long else (200,)))
    if exchange.succeeded:
        app = api.app_in(exchange)
        api.require(echoes(case.body, app, case.label, "SRV-STATE-12"))
        shows_the_same(api, app, "create", "SRV-STATE-12")
    elif exchange.failure:
        raise NotTestedError(exchange.failure.message)
