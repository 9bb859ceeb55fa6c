"""Judges every exchange of a trial by what holds for all traffic, whatever the trial was about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.access import names_its_scheme
from apps_contract.checks.breach import Breach
from apps_contract.checks.robustness import survives
from apps_contract.checks.shape import (
    code_equals_status,
    delete_answer_is_empty,
    error_matches_schema,
    error_says_json,
    repeats_no_secret,
    shows_no_internals,
    status_is_documented,
    success_matches_schema,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition
    from apps_contract.http.exchange import Exchange

JUDGED = (
    "SRV-INPUT-8",
    "SRV-SHAPE-1",
    "SRV-SHAPE-2",
    "SRV-SHAPE-3",
    "SRV-SHAPE-4",
    "SRV-SHAPE-5",
    "SRV-SHAPE-6",
    "SRV-SHAPE-7",
)
"""The requirements that each exchange is judged by."""

_FIRST_ERROR = 400


def traffic_breaches(exchange: Exchange, edition: Edition) -> Iterator[Breach]:
    """Yield what an exchange breaks, each oracle's first breach."""
    if exchange.failure is None and (exchange.status or 0) < _FIRST_ERROR:
        found = [
            success_matches_schema(exchange, edition),
            delete_answer_is_empty(exchange),
            status_is_documented(exchange),
        ]
    else:
        found = [
            survives(exchange),
            error_matches_schema(exchange, edition),
            error_says_json(exchange),
            code_equals_status(exchange),
            repeats_no_secret(exchange),
            shows_no_internals(exchange),
            names_its_scheme(exchange),
        ]
    yield from (breach for breach in found if breach)


def reused_id(exchange: Exchange, reused: list[Exchange]) -> Breach | None:
    """SRV-STATE-1: judge whether a create answered with an id of another app; what is told is taken off ``reused``."""
    if not any(one is exchange for one in reused):
        return None
    reused[:] = [one for one in reused if one is not exchange]
    title = "create gave an id that was used before"
    return Breach("SRV-STATE-1", title, "a new, non-empty id", f"the id of another app: {_id(exchange)}", "body.id")


def _id(exchange: Exchange) -> str:
    body = exchange.response.json if exchange.response else {}
    return str(body.get("id")) if isinstance(body, dict) else ""
