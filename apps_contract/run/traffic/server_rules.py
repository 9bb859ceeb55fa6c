"""The rules of section 6 that traffic can tell of: the shape of every answer, and what an exchange proves by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks import accepted, access, shape
from apps_contract.http.routes import route
from apps_contract.run.traffic.look import Look, Rule

if TYPE_CHECKING:
    from apps_contract.checks.client.record import Gap

_OK = 200
_NOT_MODIFIED = 304
_FIRST_ERROR = 400
_UNAUTHORIZED = 401
_BODY: frozenset[Gap] = frozenset({"answer body"})
_HEADERS: frozenset[Gap] = frozenset({"answer headers"})
_REQUEST: frozenset[Gap] = frozenset({"request body"})
_BOTH: frozenset[Gap] = _BODY | _REQUEST
_SEEN_ONLY = "no breach was seen, but traffic alone does not try it: apps-contract check does"


def _status(look: Look) -> int:
    return look.seen.exchange.status or 0


def _of_operation(look: Look) -> bool:
    return look.seen.endpoint == "api" and look.seen.exchange.operation is not None and bool(_status(look))


def _success(look: Look) -> bool:
    return _of_operation(look) and _status(look) == _OK and look.seen.operation != "delete"


def _deleted(look: Look) -> bool:
    return _of_operation(look) and _status(look) == _OK and look.seen.operation == "delete"


def _any_error(look: Look) -> bool:
    return _of_operation(look) and _status(look) >= _FIRST_ERROR


def _error(look: Look) -> bool:
    """Only for a path that no gateway could have refused before an operation saw it."""
    request = look.seen.exchange.request
    found = route(request.method, request.target)
    if not _any_error(look) or found is None or not found.is_plain:
        return False
    return _status(look) not in shape.BEFORE_THE_OPERATION


def _answered(look: Look) -> bool:
    """A 304 is what a client asks for that has a copy."""
    return _of_operation(look) and _status(look) != _NOT_MODIFIED


def _created(look: Look) -> bool:
    return _success(look) and look.seen.operation == "create"


def _refused(look: Look) -> bool:
    return _of_operation(look) and _status(look) == _UNAUTHORIZED


def _written(look: Look) -> bool:
    return _of_operation(look) and look.seen.operation in {"create", "update"}


def _bad_input(requirement: str) -> Rule:
    return Rule(
        requirement,
        "create or update",
        _written,
        lambda look: accepted.bad_body_is_refused(look.seen.exchange, look.edition, requirement),
        _REQUEST,
        unproved=_SEEN_ONLY,
    )


SERVER_RULES: tuple[Rule, ...] = (
    Rule(
        "SRV-SHAPE-1",
        "answer 200",
        _success,
        lambda look: shape.success_matches_schema(look.seen.exchange, look.edition),
        _BODY | _HEADERS,
    ),
    Rule(
        "SRV-SHAPE-2",
        "answer 200 to a delete",
        _deleted,
        lambda look: shape.delete_answer_is_empty(look.seen.exchange),
        _BODY,
    ),
    Rule(
        "SRV-SHAPE-3",
        "error answer",
        _error,
        lambda look: shape.error_matches_schema(look.seen.exchange, look.edition),
        _BODY,
    ),
    Rule(
        "SRV-SHAPE-3", "error answer", _error, lambda look: shape.error_says_json(look.seen.exchange), _BODY | _HEADERS
    ),
    Rule("SRV-SHAPE-4", "error answer", _error, lambda look: shape.code_equals_status(look.seen.exchange), _BODY),
    Rule("SRV-SHAPE-5", "error answer", _any_error, lambda look: shape.repeats_no_secret(look.seen.exchange), _BOTH),
    Rule("SRV-SHAPE-6", "answer", _answered, lambda look: shape.status_is_documented(look.seen.exchange)),
    Rule("SRV-SHAPE-7", "error answer", _any_error, lambda look: shape.shows_no_internals(look.seen.exchange), _BOTH),
    Rule(
        "SRV-STATE-2",
        "answered create",
        _created,
        lambda look: accepted.created_as_sent(look.seen.exchange, look.edition),
        _BOTH,
    ),
    Rule(
        "SRV-STATE-3",
        "answered create",
        _created,
        lambda look: accepted.created_with_defaults(look.seen.exchange, look.edition),
        _BOTH,
    ),
    *(_bad_input(f"SRV-INPUT-{number}") for number in range(1, 7)),
    Rule(
        "SRV-INPUT-8",
        "answer",
        _of_operation,
        lambda look: accepted.no_server_error(look.seen.exchange),
        unproved=_SEEN_ONLY,
    ),
    Rule("SRV-AUTH-5", "answer 401", _refused, lambda look: access.names_its_scheme(look.seen.exchange), _HEADERS),
)

# What needs every call to pass by, in its order: a recording may lack some, or hold one twice.
LIVE_SERVER_RULES: tuple[Rule, ...] = (
    Rule(
        "SRV-STATE-1", "answered create", _created, lambda look: look.memory.used_before(look.seen), unproved=_SEEN_ONLY
    ),
    Rule(
        "SRV-STATE-9",
        "answer",
        lambda look: _of_operation(look) and look.seen.exchange.app_id is not None,
        lambda look: look.memory.still_there(look.seen),
        unproved=_SEEN_ONLY,
    ),
    Rule(
        "SRV-AUTH-1",
        "answer",
        _of_operation,
        lambda look: accepted.nobody_is_let_in(look.seen.exchange),
        frozenset({"authorization"}),
        unproved=_SEEN_ONLY,
    ),
)
