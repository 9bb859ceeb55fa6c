"""Tries bodies given byte for byte, and requests that are odd around their body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.refusal import accepted, answered
from apps_contract.checks.robustness import survives
from apps_contract.payloads.cases import JSON_MEDIA_TYPE
from apps_contract.payloads.valid import minimal_create
from apps_contract.run.fuzz.attempts.odd_calls import CALLS, collection
from apps_contract.run.fuzz.attempts.stand import NAME

if TYPE_CHECKING:
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.fuzz.attempts.stand import Stand
    from apps_contract.run.fuzz.trials import OddTrial, RawTrial

SPELLING = "spelling"
"""Operator of raw bodies that are valid, only written in another way: they have to be taken (SRV-INPUT-12)."""

_TOO_LARGE = 413


def try_raw(api: Api, trial: RawTrial, stand: Stand) -> None:
    """Send the bytes: what is no JSON object answers 400 (SRV-INPUT-1), nothing a server error (SRV-INPUT-8)."""
    case = trial.case
    exchange = _sent(api, trial, stand)
    api.require(survives(exchange))
    what = f"{trial.operation} with {case.label}"
    if case.operator == SPELLING:
        api.require(accepted(exchange, "SRV-INPUT-12", what))
    elif case.verdict != "json" and exchange.status != _TOO_LARGE:
        # A body that is declared as something special may also be refused for that (SRV-INPUT-9).
        statuses = (400,) if case.content_type == JSON_MEDIA_TYPE else (400, 415)
        api.require(answered(exchange, "SRV-INPUT-1", what, statuses, path="body"))


def try_odd(api: Api, trial: OddTrial, stand: Stand) -> None:
    """Send the request: whatever it is, it gets an answer below 500 (SRV-INPUT-8), and what ``CALLS`` has is judged."""
    if trial.operator in CALLS:
        exchange = CALLS[trial.operator].send(api, trial, stand)
    elif trial.operator == "mask":
        app = stand.app(api)
        exchange = api.call("update", app["id"], body=minimal_create(api.edition, NAME), query=trial.suffix)
        stand.forget_state(api)
    else:
        exchange = api.send("GET", collection(api) + trial.suffix, headers=(trial.header,) if trial.header else ())
    api.require(survives(exchange))


def _sent(api: Api, trial: RawTrial, stand: Stand) -> Exchange:
    case = trial.case
    if trial.operation == "create":
        return api.create(case.body, content_type=case.content_type)
    app = stand.app(api)
    exchange = api.update(app["id"], case.body, content_type=case.content_type)
    api.require(stand.vanished(api, exchange))
    if exchange.succeeded:
        stand.forget_state(api)
    return exchange
