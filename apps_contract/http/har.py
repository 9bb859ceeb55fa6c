"""Exchanges as an HTTP archive (HAR 1.2), which browsers and proxies show."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from apps_contract import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.http.exchange import Exchange, Headers, Request

_HTTP = "HTTP/1.1"
_UNKNOWN = -1


def har(exchanges: Iterable[Exchange], base_url: str = "http://app.test") -> dict[str, Any]:
    """Return the archive; ``base_url`` makes the targets whole.

    An exchange without an answer has status 0, and why in ``_error``. A request sent as raw bytes shows them as its
    body. A body that is not UTF-8 is written in base64.
    """
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "apps-contract", "version": __version__},
            "entries": [_entry(exchange, base_url.rstrip("/")) for exchange in exchanges],
        }
    }


def _entry(exchange: Exchange, base_url: str) -> dict[str, Any]:
    milliseconds = round(exchange.duration_s * 1000, 3)
    return {
        "startedDateTime": datetime.fromtimestamp(exchange.started, UTC).isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(exchange.request, base_url),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"exchange {exchange.number}" + (f", {exchange.operation}" if exchange.operation else ""),
    }


def _request(request: Request, base_url: str) -> dict[str, Any]:
    body = request.body if request.raw is None else request.raw
    shown: dict[str, Any] = {
        "method": request.method,
        "url": base_url + request.target if request.target.startswith("/") else f"{base_url}/",
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _query(request.target),
        "headersSize": _UNKNOWN,
        "bodySize": len(body or b""),
    }
    if body is not None:
        text, encoding = _text(body)
        shown["postData"] = {"mimeType": request.header("content-type") or "", "params": [], "text": text}
        if encoding:
            shown["postData"]["comment"] = encoding
    if request.raw is not None:
        shown["comment"] = "sent as raw bytes, shown as the body"
    return shown


def _response(exchange: Exchange) -> dict[str, Any]:
    response, failure = exchange.response, exchange.failure
    headers = response.headers if response else ()
    body = response.body if response else b""
    text, encoding = _text(body)
    shown: dict[str, Any] = {
        "status": response.status if response else 0,
        "statusText": response.reason if response else "",
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _pairs(headers),
        "content": {"size": len(body), "mimeType": (response.header("content-type") if response else None) or ""},
        "redirectURL": (response.header("location") if response else None) or "",
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN,
    }
    shown["content"]["text"] = text
    if encoding:
        shown["content"]["encoding"] = encoding
    if failure is not None:
        shown["_error"] = f"{failure.kind}: {failure.message}"
    return shown


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _query(target: str) -> list[dict[str, str]]:
    words = [word.partition("=") for word in target.partition("?")[2].split("&") if word]
    return [{"name": unquote_plus(name), "value": unquote_plus(value)} for name, _, value in words]


def _text(body: bytes) -> tuple[str, str]:
    """Return a body as text, and the encoding that this took, if any."""
    try:
        return body.decode("utf-8"), ""
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), "base64"
