"""SRV-SHAPE and SRV-INPUT-8: what every answer of a run has to look like, whatever was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks import shape
from apps_contract.checks.robustness import survives
from apps_contract.run.marks import requirement

if TYPE_CHECKING:
    from apps_contract.checks.breach import Breach
    from apps_contract.contract import Edition
    from apps_contract.http.exchange import Exchange


@requirement("SRV-SHAPE-1", over_traffic=True)
def test_success_matches_its_schema(exchange: Exchange, edition: Edition) -> Breach | None:
    """The 200 body of list, create, get and update matches its schema, with Content-Type: application/json."""
    return shape.success_matches_schema(exchange, edition)


@requirement("SRV-SHAPE-2", over_traffic=True)
def test_delete_answers_with_nothing(exchange: Exchange) -> Breach | None:
    """Delete answers 200 with an empty body, null or {}."""
    return shape.delete_answer_is_empty(exchange)


@requirement("SRV-SHAPE-3", over_traffic=True)
def test_errors_match_error(exchange: Exchange, edition: Edition) -> Breach | None:
    """An error answer to a request that reached an operation is JSON and matches Error, flat or wrapped."""
    return shape.error_matches_schema(exchange, edition)


@requirement("SRV-SHAPE-3", over_traffic=True)
def test_errors_are_declared_as_json(exchange: Exchange) -> Breach | None:
    """An error answer says in its Content-Type that it is JSON."""
    return shape.error_says_json(exchange)


@requirement("SRV-SHAPE-4", over_traffic=True)
def test_error_code_equals_the_status(exchange: Exchange) -> Breach | None:
    """The code in an error body equals the HTTP status."""
    return shape.code_equals_status(exchange)


@requirement("SRV-SHAPE-5", over_traffic=True)
def test_errors_repeat_no_secret(exchange: Exchange) -> Breach | None:
    """An error body repeats no secret of the request."""
    return shape.repeats_no_secret(exchange)


@requirement("SRV-SHAPE-6", over_traffic=True)
def test_only_documented_statuses(exchange: Exchange) -> Breach | None:
    """No undocumented success status and no redirect."""
    return shape.status_is_documented(exchange)


@requirement("SRV-SHAPE-7", over_traffic=True)
def test_no_answer_shows_internals(exchange: Exchange) -> Breach | None:
    """No answer shows stack traces, source paths, SQL or framework debug pages."""
    return shape.shows_no_internals(exchange)


@requirement("SRV-INPUT-8", over_traffic=True)
def test_every_request_is_answered(exchange: Exchange) -> Breach | None:
    """No request whatsoever is answered with a 5xx, a hang or a dropped connection."""
    return survives(exchange) if exchange.request.raw is None else None  # raw messages have a test of their own
