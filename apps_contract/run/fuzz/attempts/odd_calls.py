"""Calls that are odd as a whole, though each part is plain: masks, methods, ids, media types and credentials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from apps_contract.checks.breach import Breach
from apps_contract.checks.lifecycle import same_app, updated
from apps_contract.checks.refusal import absent, answered, refused, unauthenticated
from apps_contract.contract import Level, operation
from apps_contract.http.authentication import basic_header
from apps_contract.payloads.cases import JSON_MEDIA_TYPE
from apps_contract.payloads.changes import changed_update
from apps_contract.payloads.credentials import WRONG_CREDENTIALS
from apps_contract.payloads.odd import NEARLY_AN_ID
from apps_contract.payloads.valid import minimal_create
from apps_contract.run.api import encoded
from apps_contract.run.errors import NotTestedError
from apps_contract.run.fuzz.attempts.foreign_steps import MEETING_ERRORS, adds_nothing
from apps_contract.run.fuzz.attempts.stand import NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.fuzz.attempts.stand import Stand
    from apps_contract.run.fuzz.trials import OddTrial

    Send = Callable[[Api, OddTrial, Stand], Exchange]

UNKNOWN_MASKS = ("no_such_field", "display_name,no_such_field", "no_such_field,channel_credentials", "displayName")
METHODS = ("PUT app", "POST app", "PUT", "PATCH", "HEAD", "HEAD app", "OPTIONS", "OPTIONS app")
MALFORMED = ("", "{", '{"display_name": 7, "channel_credentials": 7}')

_BAD_REQUEST = 400
_NO_METHOD = (405, 404, 501)
_NO_MATTER = {"HEAD", "OPTIONS"}  # whether a server has them is left to it (RFC 9110, section 9.1)


def collection(api: Api) -> str:
    """Return the path of the list."""
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


def _empty_mask(api: Api, _trial: OddTrial, stand: Stand) -> Exchange:
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
    target = collection(api) + (f"/{app['id']}" if place == "app" else "")
    exchange = api.send(method, target, body=body, content_type=JSON_MEDIA_TYPE)
    stand.forget_state(api)
    if method in _NO_MATTER:
        return exchange
    level = Level.MUST if exchange.succeeded else Level.SHOULD
    api.require(answered(exchange, "SRV-INPUT-10", f"{method} on {place or 'the list'}", _NO_METHOD, level=level))
    return exchange


def _wrong_credentials(api: Api, trial: OddTrial, stand: Stand) -> Exchange:
    """Wrong credentials answer 401, whatever they are asked for."""
    name, _, wrong = trial.suffix.partition(" with ")
    header = WRONG_CREDENTIALS[wrong](api.session.key)
    if header == basic_header(api.session.key):
        raise NotTestedError("the secret has no other case")
    app_id = str(stand.app(api)["id"]) if "{app_id}" in operation(name).path else ""
    exchange = api.with_authorization(header).perform(name, app_id, minimal_create(api.edition, NAME))
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


def _nearly_an_id(api: Api, trial: OddTrial, stand: Stand) -> Exchange:
    """What only resembles an app's id finds no app; an odd path may be answered in other ways, too."""
    app_id = NEARLY_AN_ID[trial.suffix].format(id=stand.app(api)["id"])
    exchange = api.get(api.session.known_as_absent(app_id))
    if exchange.succeeded:
        api.require(absent(exchange, "SRV-STATE-10", f"get of an app id {trial.suffix}"))
    return exchange


def _media_type(api: Api, trial: OddTrial, stand: Stand) -> Exchange:
    """A body sent as something else than JSON is refused, and changes nothing."""
    name, _, media_type = trial.suffix.partition(" ")
    body = minimal_create(api.edition, f"{NAME}, sent as {media_type}")
    if name == "create":
        exchange = adds_nothing(api, body["display_name"], lambda: api.create(body, content_type=media_type))
    else:
        before = stand.app(api)
        exchange = api.update(before["id"], body, content_type=media_type)
        if not exchange.succeeded:
            after = api.app_in(api.get(before["id"]))
            api.require(same_app(before, after, api.edition, "SRV-STATE-8", "an app before and after a refused body"))
        stand.forget()
    what = f"{name} with a body sent as {media_type}"
    api.require(answered(exchange, "SRV-INPUT-9", what, (400, 415), level=Level.SHOULD))
    return exchange


def _malformed_for_unknown(api: Api, trial: OddTrial, _stand: Stand) -> Exchange:
    """Where an unknown app meets a malformed body, one of the two is told."""
    exchange = api.update(api.session.invented_id(), trial.suffix.encode())
    api.require(answered(exchange, "SRV-INPUT-13", "update of an unknown app, malformed,", MEETING_ERRORS))
    return exchange


@dataclass(frozen=True)
class OddCall:
    """How an operator is sent and judged, and the requirements that it judges, SRV-INPUT-8 aside."""

    send: Send
    judges: tuple[str, ...]


CALLS: Mapping[str, OddCall] = {
    "unknown-mask": OddCall(_unknown_mask, ("SRV-INPUT-11", "SRV-STATE-8")),
    "empty-mask": OddCall(_empty_mask, ("SRV-INPUT-11",)),
    "method": OddCall(_wrong_method, ("SRV-INPUT-10",)),
    "credentials": OddCall(_wrong_credentials, ("SRV-AUTH-1", "SRV-AUTH-5")),
    "credentials-before-body": OddCall(_malformed_without_credentials, ("SRV-AUTH-3", "SRV-AUTH-5")),
    "nearly-an-id": OddCall(_nearly_an_id, ("SRV-STATE-10",)),
    "media-type": OddCall(_media_type, ("SRV-INPUT-9", "SRV-STATE-8")),
    "malformed-for-unknown": OddCall(_malformed_for_unknown, ("SRV-INPUT-13",)),
}
"""By operator."""
