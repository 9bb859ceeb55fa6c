"""What a server answers to a request that it has to refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Collection

    from apps_contract.contract import Level
    from apps_contract.http.exchange import Exchange

_OK = 200
_BAD_REQUEST = 400
_UNAUTHORIZED = 401
# The server, or what stands before it, was not there to look at the request.
_UNAVAILABLE = (502, 503, 504)
ABSENT_STATUSES = (404, 403)


def is_lost(exchange: Exchange) -> bool:
    """Tell whether there is no answer, or only one that says that nobody looked at the request."""
    return exchange.failure is not None or exchange.status in _UNAVAILABLE


def answered(
    exchange: Exchange,
    requirement: str,
    what: str,
    statuses: Collection[int],
    *,
    path: str = "",
    level: Level | None = None,
) -> Breach | None:
    """Judge that the answer has one of ``statuses``; ``what`` names the request in a few words.

    Any success status counts as 200 here, so that a server which answers 201 hears of it once, from SRV-SHAPE-6.
    """
    if exchange.status in statuses or (exchange.succeeded and _OK in statuses) or is_lost(exchange):
        return None  # a lost answer is judged by SRV-INPUT-8 alone, so that one fault makes one finding
    expected = "status " + " or ".join(str(status) for status in statuses)
    verb = "was accepted" if exchange.succeeded else f"was answered with {exchange.status}"
    return Breach(requirement, f"{what} {verb}", expected, f"status {exchange.status}", path, level)


def refused(
    exchange: Exchange, requirement: str, what: str, *, path: str = "", level: Level | None = None
) -> Breach | None:
    """Judge that a request with a defect answers 400; ``what`` names the defect in a few words."""
    return answered(exchange, requirement, what, (_BAD_REQUEST,), path=path, level=level)


def unauthenticated(exchange: Exchange, requirement: str, what: str, level: Level | None = None) -> Breach | None:
    """Judge that a call without valid credentials answers 401."""
    return answered(exchange, requirement, what, (_UNAUTHORIZED,), level=level)


def absent(exchange: Exchange, requirement: str, what: str) -> Breach | None:
    """Judge that an app that is not there, or not ours, answers 404 or 403."""
    return answered(exchange, requirement, what, ABSENT_STATUSES)


def accepted(exchange: Exchange, requirement: str, what: str, *, may_refuse: bool = False) -> Breach | None:
    """Judge that a valid request answers 200; with ``may_refuse`` the contract also lets it answer 400."""
    return answered(exchange, requirement, what, (_OK, _BAD_REQUEST) if may_refuse else (_OK,))
