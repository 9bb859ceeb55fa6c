"""Exchanges as a server could have made them."""

import json

from apps_contract.contract import operation
from apps_contract.http.exchange import Exchange, Failure, Request, Response

JSON = ("Content-Type", "application/json")
ERROR = {"code": 400, "message": "no", "status": "INVALID_ARGUMENT"}


def exchange(  # noqa: PLR0913 - what a test wants to say of it
    name, status=200, body=None, *, headers=(JSON,), sent=None, request_headers=(), failure=None, app_id=None
):
    """An exchange with the operation ``name`` (None for none); ``body`` and ``sent`` are JSON values or bytes."""
    called = operation(name) if name else None
    request = Request(called.method if called else "GET", "/v1/projects/p/apps", tuple(request_headers), _bytes(sent))
    response = None if failure else Response(status, tuple(headers), _bytes(body) or b"")
    gone = Failure(failure, "it did not work") if failure else None
    return Exchange(request, response, gone, operation=called.id if called else None, app_id=app_id)


def _bytes(value):
    return value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
