"""What a server answers to a request that it has to refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Collection

    from apps_contract.contract import Level
    from apps_contract.http.exchange import Exchange

_OK = 200
_UNAUTHORIZED = 401
ABSENT_STATUSES = (404, 403)


def refused(
    exchange: Exchange,
    requirement: str,
    what: str,
    *,
    statuses: Collection[int] = (400,),
    path: str = "",
    level: Level | None = None,
) -> Breach | None:
    """Judge that the answer has one of ``statuses``; ``what`` names the defect of the request in a few words."""
    if exchange.failure or exchange.status in statuses:
        return None  # a lost answer is judged by SRV-INPUT-8 alone, so that one fault makes one finding
    expected = "status " + " or ".join(str(status) for status in statuses)
    verb = "was accepted" if exchange.status == _OK else f"was answered with {exchange.status}"
    return Breach(requirement, f"{what} {verb}", expected, f"status {exchange.status}", path, level)


def unauthenticated(exchange: Exchange, requirement: str, what: str, level: Level | None = None) -> Breach | None:
    """Judge that a call without valid credentials answers 401."""
    return refused(exchange, requirement, what, statuses=(_UNAUTHORIZED,), level=level)


def absent(exchange: Exchange, requirement: str, what: str) -> Breach | None:
    """Judge that an app that is not there, or not ours, answers 404 or 403."""
    return refused(exchange, requirement, what, statuses=ABSENT_STATUSES)


def accepted(exchange: Exchange, requirement: str, what: str, *, may_refuse: bool = False) -> Breach | None:
    """Judge that a valid request answers 200; with ``may_refuse`` the contract also lets it answer 400."""
    allowed = (_OK, 400) if may_refuse else (_OK,)
    if exchange.failure or exchange.status in allowed:
        return None
    expected = "status 200" + (" (or 400)" if may_refuse else "")
    return Breach(requirement, f"{what} was refused with {exchange.status}", expected, f"status {exchange.status}")
