"""Tries bodies given byte for byte, and requests that are odd around their body."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from apps_contract.checks.breach import Breach
from apps_contract.checks.lifecycle import same_app, updated
from apps_contract.checks.refusal import accepted, answered, refused, unauthenticated
from apps_contract.checks.robustness import survives
from apps_contract.contract import Level, operation
from apps_contract.http.authentication import basic_header
from apps_contract.payloads.cases import JSON_MEDIA_TYPE
from apps_contract.payloads.changes import changed_update
from apps_contract.payloads.credentials import WRONG_CREDENTIALS
from apps_contract.payloads.valid import minimal_create
from apps_contract.run.api import encoded
from apps_contract.run.errors import NotTestedError
from apps_contract.run.fuzz.attempts.stand import NAME

if TYPE_CHECKING:
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.fuzz.attempts.stand import Stand
    from apps_contract.run.fuzz.trials import OddTrial, RawTrial

SPELLING = "spelling"
"""Operator of raw bodies that are valid, only written in another way: they have to be taken (SRV-INPUT-12)."""

ODD = {
    "unknown-mask": ("SRV-INPUT-11", "SRV-STATE-8"),
    "empty-mask": ("SRV-INPUT-11",),
    "method": ("SRV-INPUT-10",),
    "credentials": ("SRV-AUTH-1", "SRV-AUTH-5"),
    "credentials-before-body": ("SRV-AUTH-3", "SRV-AUTH-5"),
}
"""Operators of odd requests that break more than SRV-INPUT-8, and what."""

UNKNOWN_MASKS = ("no_such_field", "display_name,no_such_field", "no_such_field,channel_credentials", "displayName")
METHODS = ("PUT app", "POST app", "PUT", "PATCH")
MALFORMED = ("", "{", '{"display_name": 7, "channel_credentials": 7}')

_BAD_REQUEST = 400
_TOO_LARGE = 413
_NO_METHOD = (405, 404, 501)


def try_raw(api: Api, trial: RawTrial, stand: Stand) -> None:
    """Send the bytes: what is no JSON object answers 400 (SRV-INPUT-1), nothing a server error (SRV-INPUT-8)."""
    case = trial.case
    exchange = _sent(api, trial, stand)
    api.require(survives(exchange))
    what = f"{trial.operation} with {case.label}"
    if case.operator == SPELLING:
        api.require(accepted(exchange, "SRV-INPUT-12", what))
    elif case.verdict != "json" and exchange.status != _TOO_LARGE:
        # A body that is declared as something special may also be refused for that (SRV-INPUT-9).
        statuses = (400,) if case.content_type == JSON_MEDIA_TYPE else (400, 415)
        api.require(answered(exchange, "SRV-INPUT-1", what, statuses, path="body"))


def try_odd(api: Api, trial: OddTrial, stand: Stand) -> None:
    """Send the request: whatever it is, it gets an answer below 500 (SRV-INPUT-8), and what ``ODD`` names is judged."""
    match trial.operator:
        case "mask":
            app = stand.app(api)
            exchange = api.call("update", app["id"], body=minimal_create(api.edition, NAME), query=trial.suffix)
            stand.forget_state(api)
        case "unknown-mask":
            exchange = _unknown_mask(api, trial, stand)
        case "empty-mask":
            exchange = _empty_mask(api, stand)
        case "method":
            exchange = _wrong_method(api, trial, stand)
        case "credentials":
            exchange = _wrong_credentials(api, trial, stand)
        case "credentials-before-body":
            exchange = _malformed_without_credentials(api, trial, stand)
        case _:
            exchange = api.send("GET", _collection(api) + trial.suffix, headers=(trial.header,) if trial.header else ())
    api.require(survives(exchange))


def _collection(api: Api) -> str:
    return f"/v1/projects/{quote(api.caller.project_id, safe='')}/apps"


def _unknown_mask(api: Api, trial: OddTrial, stand: Stand) -> Exchange:
    """A mask with an unknown field answers 400 and changes nothing, where the same body without it is taken."""
    before = stand.app(api)
    body = minimal_create(api.edition, "changed by a mask")
    if not stand.accepts(api, "update", body):
        raise NotTestedError("the same update without a mask was refused too")
    before = stand.app(api)
    exchange = api.update(before["id"], body, tuple(trial.suffix.split(",")))
    level = Level.SHOULD if api.edition == "2023" else Level.MUST
    if exchange.succeeded:
        stand.forget()
    api.require(refused(exchange, "SRV-INPUT-11", f"update with the mask {trial.suffix}", level=level))
    if exchange.status == _BAD_REQUEST:
        after = api.app_in(api.get(before["id"]))
        api.require(same_app(before, after, api.edition, "SRV-STATE-8", "an app before and after a refused mask"))
    return exchange


def _empty_mask(api: Api, stand: Stand) -> Exchange:
    """An empty mask equals none."""
    before = stand.app(api)
    body = changed_update(api.edition, before, NAME)
    if not stand.accepts(api, "update", body):
        raise NotTestedError("the same update without a mask was refused too")
    before = stand.app(api)
    body = changed_update(api.edition, before, f"{NAME}, changed")
    exchange = api.update(before["id"], body, ())
    stand.forget()
    api.require(answered(exchange, "SRV-INPUT-11", "update with an empty mask", (200,)))
    if exchange.succeeded and (breach := updated(before, body, None, api.app_in(exchange), api.edition)):
        title = f"an empty mask does not equal none: {breach.title}"
        api.require(Breach("SRV-INPUT-11", title, breach.expected, breach.actual, breach.path))
    return exchange


def _wrong_method(api: Api, trial: OddTrial, stand: Stand) -> Exchange:
    """A method that the path does not have never succeeds; another status than 405 is a matter of style."""
    app = stand.app(api)
    method, _, place = trial.suffix.partition(" ")
    body = encoded(minimal_create(api.edition, NAME)) if method in {"PUT", "POST"} else None
    target = _collection(api) + (f"/{app['id']}" if place == "app" else "")
    exchange = api.send(method, target, body=body, content_type=JSON_MEDIA_TYPE)
    stand.forget_state(api)
    level = Level.MUST if exchange.succeeded else Level.SHOULD
    api.require(answered(exchange, "SRV-INPUT-10", f"{method} on {place or 'the list'}", _NO_METHOD, level=level))
    return exchange


def _wrong_credentials(api: Api, trial: OddTrial, stand: Stand) -> Exchange:
    """Wrong credentials answer 401, whatever they are asked for."""
    name, _, wrong = trial.suffix.partition(" with ")
    header = WRONG_CREDENTIALS[wrong](api.session.key)
    if header == basic_header(api.session.key):
        raise NotTestedError("the secret has no other case")
    called = operation(name)
    app_id = str(stand.app(api)["id"]) if "{app_id}" in called.path else ""
    stranger = api.with_authorization(header)
    if called.request_schema:
        exchange = stranger.call(name, app_id, body=minimal_create(api.edition, NAME))
    else:
        exchange = stranger.call(name, app_id)
    if exchange.succeeded:
        stand.forget()
    api.require(unauthenticated(exchange, "SRV-AUTH-1", trial.suffix))
    return exchange


def _malformed_without_credentials(api: Api, trial: OddTrial, stand: Stand) -> Exchange:
    """Who has no credentials does not learn what is wrong with a body."""
    name, _, body = trial.suffix.partition(" ")
    app_id = str(stand.app(api)["id"]) if name == "update" else ""
    exchange = api.with_authorization(None).call(name, app_id, body=body.encode())
    what = f"{name} with a malformed body and no credentials"
    api.require(unauthenticated(exchange, "SRV-AUTH-3", what, Level.SHOULD))
    return exchange


def _sent(api: Api, trial: RawTrial, stand: Stand) -> Exchange:
    case = trial.case
    if trial.operation == "create":
        return api.create(case.body, content_type=case.content_type)
    app = stand.app(api)
    exchange = api.update(app["id"], case.body, content_type=case.content_type)
    api.require(stand.vanished(api, exchange))
    if exchange.succeeded:
        stand.forget_state(api)
    return exchange
