"""Exchanges as JSON, as they stand in report.json and other files of ours."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from apps_contract.http.exchange import Exchange, Failure, Request, Response

if TYPE_CHECKING:
    from apps_contract.http.exchange import Headers

BODY_LIMIT: Final = 64 * 1024


def exchange_to_json(exchange: Exchange) -> dict[str, Any]:
    """Return the exchange as a JSON object; absent things are null.

    A body is ``{"text": …}`` when it is UTF-8, else ``{"base64": …}``; one above 64 KiB is cut, and then has
    ``"size"``, the bytes it had.
    """
    response, failure = exchange.response, exchange.failure
    return {
        "number": exchange.number,
        "operation": exchange.operation,
        "app_id": exchange.app_id,
        "started": exchange.started,
        "duration_s": exchange.duration_s,
        "request": {
            "method": exchange.request.method,
            "target": exchange.request.target,
            "headers": _pairs(exchange.request.headers),
            "body": _body_to_json(exchange.request.body),
            "raw": _body_to_json(exchange.request.raw),
        },
        "response": response
        and {
            "status": response.status,
            "reason": response.reason,
            "headers": _pairs(response.headers),
            "body": _body_to_json(response.body),
        },
        "failure": failure and {"kind": failure.kind, "message": failure.message},
    }


def exchange_from_json(data: dict[str, Any]) -> Exchange:
    """Read what exchange_to_json wrote; a body that was cut stays cut. Raises KeyError and ValueError."""
    request, response, failure = data["request"], data["response"], data["failure"]
    return Exchange(
        request=Request(
            request["method"],
            request["target"],
            _headers(request["headers"]),
            _body_from_json(request["body"]),
            _body_from_json(request["raw"]),
        ),
        response=response
        and Response(
            response["status"],
            _headers(response["headers"]),
            _body_from_json(response["body"]) or b"",
            response["reason"],
        ),
        failure=failure and Failure(failure["kind"], failure["message"]),
        operation=data["operation"],
        app_id=data["app_id"],
        started=data["started"],
        duration_s=data["duration_s"],
        number=data["number"],
    )


def _pairs(headers: Headers) -> list[list[str]]:
    return [[name, value] for name, value in headers]


def _headers(pairs: list[list[str]]) -> Headers:
    return tuple((name, value) for name, value in pairs)


def _body_to_json(body: bytes | None) -> dict[str, Any] | None:
    if body is None:
        return None
    size = {"size": len(body)} if len(body) > BODY_LIMIT else {}
    shown = body[:BODY_LIMIT]
    try:
        return {"text": shown.decode("utf-8"), **size}
    except UnicodeDecodeError as error:
        # The cut may have gone through the last character.
        if size and error.start > BODY_LIMIT - 4 and error.reason == "unexpected end of data":
            return {"text": shown[: error.start].decode("utf-8"), **size}
        return {"base64": base64.b64encode(shown).decode("ascii"), **size}


def _body_from_json(data: dict[str, Any] | None) -> bytes | None:
    if data is None:
        return None
    text: str | None = data.get("text")
    return base64.b64decode(data["base64"]) if text is None else text.encode("utf-8")
