"""SRV-AUTH: who gets in, and what the others learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps_contract.checks.access import hides_existence, names_its_scheme
from apps_contract.checks.breach import Breach
from apps_contract.checks.lifecycle import same_app
from apps_contract.checks.refusal import ABSENT_STATUSES, answered, unauthenticated
from apps_contract.contract import OPERATIONS, Level
from apps_contract.http.authentication import basic_header
from apps_contract.http.exchange import parse_json
from apps_contract.payloads.credentials import COMMONEST, WRONG_CREDENTIALS, basic
from apps_contract.payloads.valid import full_create, minimal_create
from apps_contract.run.api import BrokenError
from apps_contract.run.errors import NotApplicableError, NotTestedError
from apps_contract.run.marks import requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.settings import Settings

NAMES = [operation.name for operation in OPERATIONS]
CHANGING = ("create", "update", "delete")


@dataclass(frozen=True)
class Attempt:
    """A call of one operation with one kind of wrong credentials."""

    operation: str
    credentials: str

    @property
    def label(self) -> str:
        """How reports call it."""
        return f"{self.operation} with {self.credentials}"


def attempts(settings: Settings) -> Iterator[Attempt]:
    """The commonest mistakes on every operation, each of the others on two, which the seed moves on."""
    for turn, wrong in enumerate(WRONG_CREDENTIALS):
        first = turn + settings.seed
        chosen = NAMES if wrong in COMMONEST else (NAMES[first % len(NAMES)], NAMES[(first + 2) % len(NAMES)])
        yield from (Attempt(name, wrong) for name in chosen)


def guarded_app(api: Api) -> dict[str, object]:
    """Return one app that strangers try their hands on; it must stay as it is."""
    return api.session.once("app for strangers", api.session.api().given_app)


def call(stranger: Api, name: str, app_id: str) -> Exchange:
    """Call an operation as somebody who must not get in, with everything else in order."""
    return stranger.perform(name, app_id, minimal_create(stranger.edition, stranger.session.new_name()))


@requirement("SRV-AUTH-1", each=attempts)
def test_wrong_credentials_answer_401(api: Api, case: Attempt) -> None:
    """No credentials, a malformed header, an unknown key, a wrong secret or a bogus token answers 401."""
    key = api.session.key
    header = WRONG_CREDENTIALS[case.credentials](key)
    if header == basic_header(key):
        raise NotTestedError("the secret has no other case")
    reads = case.operation in {"list", "get"}
    if reads and api.session.settings.mode == "read-only":
        app_id = api.session.invented_id()
    else:
        app_id = str(guarded_app(api)["id"])
    exchange = call(api.with_authorization(header), case.operation, app_id)
    api.require(unauthenticated(exchange, "SRV-AUTH-1", case.label))


@requirement("SRV-AUTH-1", each=lambda settings: NAMES)
def test_a_query_opens_no_door(api: Api, case: str) -> None:
    """A query, or an empty one, does not let anybody in."""
    stranger = api.with_authorization(None)
    app_id = "" if case in {"list", "create"} else str(guarded_app(api)["id"])
    body = {"body": minimal_create(api.edition, api.session.new_name())} if case in {"create", "update"} else {}
    for query in (api.mask_query(("display_name",)), "?"):
        exchange = stranger.call(case, app_id, query=query, **body)
        api.require(unauthenticated(exchange, "SRV-AUTH-1", f"{case} with a query and no credentials"))


@requirement("SRV-AUTH-1", each=lambda settings: NAMES)
def test_other_projects_secret_answers_401(api: Api, case: str) -> None:
    """A key with the secret of another key is a wrong secret."""
    other = api.session.other_key
    if other is None:
        raise NotApplicableError("there is no second key to take a secret from")
    mixed = api.with_authorization(basic(api.session.key.key_id, other.key_secret))
    exchange = call(mixed, case, str(guarded_app(api)["id"]))
    api.require(unauthenticated(exchange, "SRV-AUTH-1", f"{case} with another key's secret"))


ALTERED = {
    "changed in its last place": lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
    "longer by a character": lambda token: token + "x",
    "in other case": lambda token: token.swapcase(),
    "without its scheme": lambda token: None,
}


def altered_tokens(settings: Settings) -> Iterator[Attempt]:
    """Each way to alter a token on three operations, which the seed moves on."""
    for turn, way in enumerate(ALTERED):
        yield from (Attempt(NAMES[(turn + settings.seed + step) % len(NAMES)], way) for step in (0, 2, 3))


@requirement("SRV-AUTH-1", each=altered_tokens)
def test_altered_token_answers_401(api: Api, case: Attempt) -> None:
    """A token that was changed, or stands alone in the header, is bogus."""
    header = api.session.bearer_header(api.session.key)
    scheme, _, token = header.partition(" ")
    altered = ALTERED[case.credentials](token)
    if altered == token:
        raise NotTestedError("the token has no other case")
    if altered:
        api.session.redactor.add(altered)  # it tells the token to whoever sees it
    stranger = api.with_authorization(f"{scheme} {altered}" if altered else token)
    exchange = call(stranger, case.operation, str(guarded_app(api)["id"]))
    api.require(unauthenticated(exchange, "SRV-AUTH-1", f"{case.operation} with a token {case.credentials}"))


@requirement("SRV-AUTH-1", each=lambda settings: ["get", "update", "delete"])
def test_strangers_are_refused_before_the_app_is_looked_up(api: Api, case: str) -> None:
    """Without credentials, a call on an app that does not exist answers 401 like any other."""
    exchange = call(api.with_authorization(None), case, api.session.invented_id())
    api.require(unauthenticated(exchange, "SRV-AUTH-1", f"{case} of an unknown app without credentials"))


@requirement("SRV-AUTH-1")
def test_refused_calls_have_no_effect(api: Api) -> None:
    """What is answered 401 was not done."""
    app = api.given_app()
    stranger = api.with_authorization(basic(api.session.key.key_id, "wrong-secret-0000"))
    for name in CHANGING:
        call(stranger, name, app["id"])
    shown = api.app_in(api.get(app["id"]))
    api.require(same_app(app, shown, api.edition, "SRV-AUTH-1", "an app before and after calls without access"))


@requirement("SRV-AUTH-2", each=lambda settings: NAMES)
def test_other_projects_key_is_refused(api: Api, case: str) -> None:
    """A valid key used on another project answers 403 or 404 on every operation, and changes nothing there."""
    api.session.other_caller()
    trespasses(api, api.as_intruder(), case, "another project's key")


@requirement("SRV-AUTH-2", each=lambda settings: NAMES)
def test_own_key_is_refused_elsewhere(api: Api, case: str) -> None:
    """The border holds in the other direction too."""
    other = api.of_other_project()
    trespasses(other, other.with_authorization(basic_header(api.session.key)), case, "our key")


@requirement("SRV-AUTH-2", each=lambda settings: NAMES)
def test_other_projects_token_is_refused(api: Api, case: str) -> None:
    """A token reaches no further than the key that it was given for."""
    other_key = api.session.other_key
    if other_key is None:
        raise NotTestedError("needs a second project: give --other-project, --other-key-id and --other-key-secret")
    trespasses(api, api.with_bearer(other_key), case, "another project's token")


def trespasses(owner: Api, intruder: Api, name: str, who: str) -> None:
    if name == "delete":
        app = owner.given_app()
    else:
        app = owner.session.once(f"app for trespassers of {owner.caller.project_id}", owner.given_app)
    exchange = call(intruder, name, app["id"])
    what = f"{name} with {who}"
    owner.require(answered(exchange, "SRV-AUTH-2", what, (403, 404)))
    if name in CHANGING:
        shown = owner.get(app["id"])
        owner.require(answered(shown, "SRV-AUTH-2", f"get after {what}", (200,)))
        owner.require(
            same_app(app, owner.app_in(shown), owner.edition, "SRV-AUTH-2", f"an app before and after {what}")
        )
    if name == "create":
        holds_no_new_app(owner, exchange, what)


def holds_no_new_app(owner: Api, created: Exchange, what: str) -> None:
    """Require that a refused create left nothing behind."""
    sent = parse_json(created.request.body or b"")["display_name"]
    for app in owner.apps_in(owner.list()):
        if app.get("display_name") == sent:
            raise BrokenError(Breach("SRV-AUTH-2", f"{what} left an app behind", "no new app", f"app {app.get('id')}"))


@requirement("SRV-AUTH-3", each=lambda settings: ["create", "update"])
def test_credentials_are_checked_before_the_body(api: Api, case: str) -> None:
    """A malformed body without credentials answers 401, not 400."""
    app_id = str(guarded_app(api)["id"])
    for who, header in (("no credentials", None), ("a wrong secret", basic(api.session.key.key_id, "wrong-0000"))):
        stranger = api.with_authorization(header)
        for body in (b"{", b'{"display_name": 7, "channel_credentials": 7}', b""):
            exchange = stranger.create(body) if case == "create" else stranger.update(app_id, body)
            api.require(
                unauthenticated(exchange, "SRV-AUTH-3", f"{case} with a malformed body and {who}", Level.SHOULD)
            )


@requirement("SRV-AUTH-4")
def test_tokens_give_the_same_access_as_the_key(api: Api) -> None:
    """Basic and Bearer give the same access: what one makes, the other reads, changes and deletes."""
    by_token = api.with_bearer()
    for maker, user, who in ((api, by_token, "a token"), (by_token, api, "the key")):
        body = full_create(api.edition, api.session.new_name())
        if maker is api:  # what the key cannot do either is no matter of access
            app = api.given_app(body)
        else:
            created = maker.create(body)
            api.require(answered(created, "SRV-AUTH-4", "create", (200,)))
            app = api.app_in(created)
        answers = {
            "get": user.get(app["id"]),
            "list": user.list(),
            "update": user.update(app["id"], body),
            "update with a mask": user.update(app["id"], body, ("display_name",)),
            "delete": user.delete(app["id"]),
        }
        for name, exchange in answers.items():
            api.require(answered(exchange, "SRV-AUTH-4", f"{name} with {who}", (200,)))
        listed = [one for one in api.apps_in(answers["list"]) if one.get("id") == app["id"]]
        for shown in (api.app_in(answers["get"]), *listed):
            api.require(same_app(app, shown, api.edition, "SRV-AUTH-4", "an app seen with the key and with a token"))
    listed = [{str(app.get("id")) for app in caller.apps_in(caller.list())} for caller in (api, by_token)]
    own = api.session.ledger.ever_made(api.session.key.project_id)
    if listed[0] & own != listed[1] & own:
        counts = [f"{len(ids & own)} of our apps" for ids in listed]
        title = "list with a token shows other apps than with the key"
        raise BrokenError(Breach("SRV-AUTH-4", title, f"{counts[0]}, as with the key", counts[1]))


@requirement("SRV-AUTH-5", over_traffic=True)
def test_401_names_its_scheme(exchange: Exchange) -> Breach | None:
    """A 401 carries WWW-Authenticate."""
    return names_its_scheme(exchange) if exchange.operation else None


@requirement("SRV-AUTH-6", each=lambda settings: ["get", "update", "delete"])
def test_nobody_else_learns_whether_an_app_exists(api: Api, case: str) -> None:
    """What another project's key is answered does not depend on whether the app exists."""
    api.session.other_caller()
    existing = str(api.given_app()["id"])
    missing = api.session.invented_id(existing)
    intruder = api.as_intruder()
    api.require(hides_existence(call(intruder, case, existing), call(intruder, case, missing)))
    # The same question by another door: the intruder's own project with our app's id.
    other = api.of_other_project()
    one, two = call(other, case, existing), call(other, case, missing)
    if one.status in ABSENT_STATUSES and two.status in ABSENT_STATUSES:
        api.require(hides_existence(one, two))
