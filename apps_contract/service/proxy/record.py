"""What is recorded of an exchange that a proxy passed on."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from apps_contract.checks.client.record import Endpoint, Gap, Recorded
from apps_contract.http.answer import decode_content
from apps_contract.http.exchange import Exchange, Failure, Response
from apps_contract.http.failures import TransportError
from apps_contract.http.routes import is_token_path, origin_form, route

if TYPE_CHECKING:
    from apps_contract.http.answer import AnswerReader
    from apps_contract.http.exchange import Request
    from apps_contract.http.incoming import Incoming


class Answered(Protocol):
    """What is known of the answer."""

    reader: AnswerReader
    failure: Failure | None
    answered: float


def recorded(incoming: Incoming, answer: Answered, connection: int) -> Recorded:
    """Return the record of one exchange; what could not be read of it is named as a gap."""
    gaps: set[Gap] = set()
    request = incoming.request
    known = route(request.method, request.target)
    is_token = is_token_path(request.target)
    request = replace(request, target=known.target if known else origin_form(request.target))
    if incoming.is_cut or not incoming.complete:
        gaps.add("request body")
    request = _decoded(request, gaps)
    response, failure = _response(answer, gaps)
    answered = answer.answered or time.monotonic()
    endpoint: Endpoint = "token" if is_token else "api" if known else "none"
    exchange = Exchange(
        request,
        response=response,
        failure=failure,
        operation=known.operation if known else None,
        app_id=known.app_id if known else None,
        started=incoming.wall,
        duration_s=answered - incoming.arrived,
    )
    return Recorded(
        exchange,
        endpoint,
        incoming.head,
        incoming.arrived,
        answered,
        incoming.wall,
        connection,
        lost=response is None,
        gaps=frozenset(gaps),
    )


def _response(answer: Answered, gaps: set[Gap]) -> tuple[Response | None, Failure | None]:
    if answer.failure is not None or not answer.reader.complete:
        return None, answer.failure or Failure("closed", "the answer was not whole when the connection ended")
    try:
        return answer.reader.response, None
    except TransportError:
        gaps.add("answer body")  # in a coding that only the client knows
        return answer.reader.undecoded, None


def _decoded(request: Request, gaps: set[Gap]) -> Request:
    if not request.body or not request.header("content-encoding"):
        return request
    try:
        return replace(request, body=decode_content(request.body, request.headers))
    except TransportError:
        gaps.add("request body")
        return request
