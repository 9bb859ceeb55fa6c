"""Clients that conform and differ: none of them may be reported."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from apps_contract.clients.faults import ClientFault, made
from apps_contract.clients.reference.client import App, AppsClient
from apps_contract.clients.reference.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.clients.reference.exchange import Answer

Client = AppsClient


def _escaped(_: Client, body: App) -> bytes:
    return json.dumps(body).encode()


def _full_jitter(client: Client, tries: int, answer: Answer) -> float | None:
    asked = client.retry_after(answer)
    if asked is not None:
        return asked if asked <= client.longest_retry_after_s else None
    return random.uniform(0, 0.1 * 2.0**tries)  # noqa: S311 -- spreads clients


def _type_on_all(client: Client, data: bytes | None) -> dict[str, str]:
    return {**AppsClient.headers(client, data), "Content-Type": "application/json; charset=UTF-8", "Accept": "*/*"}


def _picky(client: Client, value: str) -> str:
    if not value.replace("-", "").isalnum() or not value.isascii():
        raise RefusedError("such an id is not sent")
    return AppsClient.segment(client, value)


def _mask_always(client: Client, app_id: str, body: App, mask: Sequence[str] | None = None) -> App:
    return AppsClient.update(client, app_id, body, sorted(client.writable(body)) if mask is None else mask)


def _encoded_comma(_: Client, mask: Sequence[str] | None) -> str:
    from urllib.parse import quote  # noqa: PLC0415 -- here alone

    return "" if mask is None else "?update_mask=" + quote(",".join(mask), safe="")


def _never_again(_: Client, method: str, lost: int) -> bool:
    del method, lost
    return False


def _keeps_nulls(client: Client, answer: Answer) -> App:
    return {"x_client_note": None, **AppsClient.read_app(client, answer)}


VARIANTS = (
    ClientFault("reference", "", "The reference client."),
    made("escaping", "", "Escapes non-ASCII text in JSON.", encoded=_escaped),
    made("full-jitter", "", "Pauses with full jitter.", pause=_full_jitter),
    made("typed-everywhere", "", "Sends a Content-Type with every call, accepts anything.", headers=_type_on_all),
    made("picky-ids", "", "Refuses odd ids before anything is sent.", segment=_picky),
    made("mask-always", "", "Sends a mask of every member sent.", update=_mask_always),
    made("encoded-comma", "", "Encodes the commas of a mask.", query=_encoded_comma),
    made("lost-is-lost", "", "Sends nothing lost again.", may_send_lost_again=_never_again),
    made("one-retry", "", "Retries once only.", most_tries=2),
    made("adds-members", "", "Shows its caller a member of its own.", read_app=_keeps_nulls),
)
