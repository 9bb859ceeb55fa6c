"""What the transports into Python applications share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from apps_contract.http.answer import decode_content
from apps_contract.http.exchange import Response
from apps_contract.http.failures import TransportError, fail

if TYPE_CHECKING:
    from apps_contract.http.exchange import Headers, Request

HOST: Final = "app.test"
BASE_URL: Final = f"http://{HOST}"

_BODILESS_STATUSES: Final = frozenset({204, 304})


def finish(request: Request, status: int, headers: Headers, body: bytes, reason: str = "") -> Response:
    """Make of an application's words what a client would have got over a socket; raise TransportError."""
    response = Response(status, headers, reason=reason)
    if request.method == "HEAD" or status in _BODILESS_STATUSES:
        return response
    announced = response.header("content-length")
    if announced is not None and announced != str(len(body)):
        is_cut = announced.isdecimal() and int(announced[:18]) > len(body)
        message = f"the application announces {announced[:18]} bytes but sends {len(body)}"
        raise fail("truncated" if is_cut else "malformed", message)
    return Response(status, headers, decode_content(body, headers), reason)


def raised(error: BaseException, *, has_answered: bool) -> TransportError:
    """Make the failure of an application that raised before its answer, or in the middle of it."""
    lines = str(error).splitlines()
    message = f"the application raised {type(error).__name__}: {lines[0] if lines else ''}".rstrip(": ")
    if has_answered:
        return fail("truncated", f"{message} (in the middle of the answer)")
    return fail("closed", message)


def refuse_raw(request: Request) -> None:
    """Raise TransportError for a request that needs a socket."""
    if request.raw is not None:
        raise fail("connect", "a raw request cannot be handed to an application: it needs a socket")
