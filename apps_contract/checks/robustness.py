"""SRV-INPUT-8: no request whatsoever is answered with a 5xx, a hang or a dropped connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.breach import Breach

if TYPE_CHECKING:
    from apps_contract.http.exchange import Exchange

_SERVER_ERROR = 500

# 501 is documented for an operation, and passes for a method that a path does not have (SRV-INPUT-10).
_NOT_IMPLEMENTED = 501

_FAILURE_TITLES = {
    "timeout": "the server did not answer in time",
    "reset": "the server reset the connection",
    "closed": "the server closed the connection without an answer",
    "malformed": "the answer is not HTTP",
    "truncated": "the answer ended before its announced length",
    "too_large": "the answer is larger than any Apps answer can be",
    "decoding": "the answer does not decode as its Content-Encoding says",
    "connect": "the server stopped accepting connections",
}


def survives(exchange: Exchange) -> Breach | None:
    """Judge that the request got a whole answer that is no server error."""
    expected = "a complete answer with a status below 500"
    if exchange.failure:
        title = _FAILURE_TITLES[exchange.failure.kind]
        return Breach("SRV-INPUT-8", title, expected, exchange.failure.message)
    status = exchange.status or 0
    if status < _SERVER_ERROR or (status == _NOT_IMPLEMENTED and exchange.operation is None):
        return None
    return Breach("SRV-INPUT-8", f"a request was answered with {status}", expected, f"status {status}")
