"""Which of the known defects and boundaries of a body a run has sent, by place and by operator."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.http.exchange import NotJsonError, parse_json
from apps_contract.payloads.coverage import Coverage, known_cases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.contract import Edition
    from apps_contract.http.exchange import Exchange
    from apps_contract.payloads.pairs import Pair

_NAMES = {"App_CreateApp": "create", "App_UpdateApp": "update"}


def tried(traffic: Iterable[Exchange], edition: Edition) -> dict[str, dict[Pair, bool]]:
    """Return, for create and update, each (place, operator) pair that a body can show, and whether one sent did."""
    coverages = {name: Coverage(edition, name) for name in _NAMES.values()}
    for exchange in traffic:
        name = _NAMES.get(exchange.operation or "")
        if name and exchange.request.body:
            coverages[name].observe(_value(exchange.request.body))
    return {
        name: {pair: pair in coverage.covered for pair in sorted(_showable(edition, name))}
        for name, coverage in coverages.items()
    }


@cache
def _showable(edition: Edition, operation: str) -> frozenset[Pair]:
    """Return the pairs that a body shows by its values; what is about a body as a whole is not among them."""
    every = Coverage(edition, operation)
    for case in known_cases(edition, operation):
        every.observe(case.body)
    return every.covered


def _value(body: bytes) -> Any:
    try:
        return parse_json(body)
    except NotJsonError:
        return None
