"""What one exchange that passed by proves about its server, beyond SRV-SHAPE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks import lifecycle
from apps_contract.checks.breach import Breach
from apps_contract.contract import Level, operation, validate
from apps_contract.http.exchange import NotJsonError, parse_json

if TYPE_CHECKING:
    from apps_contract.contract import Edition
    from apps_contract.http.exchange import Exchange

_OK = 200
_SERVER_ERRORS = (500, 501)
_NOT_JSON = object()


def nobody_is_let_in(exchange: Exchange) -> Breach | None:
    """SRV-AUTH-1: a call without any credentials is not answered with success."""
    is_anonymous = exchange.request.header("authorization") is None
    if exchange.operation is None or not exchange.succeeded or not is_anonymous:
        return None
    name = operation(exchange.operation).name
    return Breach("SRV-AUTH-1", f"{name} without credentials was accepted", "status 401", f"status {exchange.status}")


def bad_body_is_refused(exchange: Exchange, edition: Edition, requirement: str) -> Breach | None:
    """SRV-INPUT-1 to 6: a body that has to be refused is not answered with success."""
    schema = _request_schema(exchange)
    if schema is None or not exchange.succeeded:
        return None
    body = _json(exchange.request.body)
    name = operation(exchange.operation or "").name
    if body is _NOT_JSON or not isinstance(body, dict):
        if requirement != "SRV-INPUT-1":
            return None
        kind = "that is not JSON" if body is _NOT_JSON else "that is no object"
        return Breach("SRV-INPUT-1", f"a {name} body {kind} was accepted", "status 400", f"status {exchange.status}")
    if "?" in exchange.request.target:
        return None  # a mask may leave out the very member that is wrong
    for violation in validate(body, schema, edition):
        if violation.requirement == requirement and violation.level is not Level.MAY:
            title = f"a {name} body was accepted though it is wrong: {violation.message}"
            actual = f"status {exchange.status} for {violation.path}"
            return Breach(requirement, title, "status 400", actual, f"body.{violation.path}", violation.level)
    return None


def created_as_sent(exchange: Exchange, edition: Edition) -> Breach | None:
    """SRV-STATE-2: create echoes every member that a valid body sent."""
    pair = _valid_create(exchange, edition)
    return lifecycle.echoes(*pair, "create") if pair else None


def created_with_defaults(exchange: Exchange, edition: Edition) -> Breach | None:
    """SRV-STATE-3: members not sent on create appear with their defaults."""
    pair = _valid_create(exchange, edition)
    return lifecycle.shows_defaults(*pair, edition) if pair else None


def no_server_error(exchange: Exchange) -> Breach | None:
    """SRV-INPUT-8: no request that reached an operation is answered with 500 or 501; what gateways answer is theirs."""
    if exchange.operation is None or exchange.status not in _SERVER_ERRORS:
        return None
    expected = "a complete answer with a status below 500"
    return Breach(
        "SRV-INPUT-8", f"a request was answered with {exchange.status}", expected, f"status {exchange.status}"
    )


def _request_schema(exchange: Exchange) -> str | None:
    return operation(exchange.operation).request_schema if exchange.operation else None


def _valid_create(exchange: Exchange, edition: Edition) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return what was sent and answered, when both keep to their schemas: else other rules speak."""
    if exchange.operation != "App_CreateApp" or exchange.status != _OK or exchange.response is None:
        return None
    sent, answered = _json(exchange.request.body), _json(exchange.response.body)
    if not isinstance(sent, dict) or not isinstance(answered, dict):
        return None
    if validate(sent, "create", edition) or validate(answered, "app", edition):
        return None
    return sent, answered


def _json(body: bytes | None) -> Any:
    try:
        return parse_json(body or b"")
    except NotJsonError:
        return _NOT_JSON
