"""Clients that conform and differ: none of them may be reported."""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any

from apps_contract.clients.faults import ClientFault, made
from apps_contract.clients.reference.adapter import serve
from apps_contract.clients.reference.client import App, AppsClient
from apps_contract.clients.reference.errors import AppsError, RefusedError
from apps_contract.payloads.shapes import answer_shape

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


class _UnsupportedError(AppsError):
    kind = "unsupported"


def _without_masks(client: Client, app_id: str, body: App, mask: Sequence[str] | None = None) -> App:
    if mask is not None:
        raise _UnsupportedError("there are no masks here")
    return AppsClient.update(client, app_id, body)


def _never_creates_again(_: Client, status: int, method: str) -> bool:
    return status in AppsClient.retried and method != "POST"


def _typed(client: Client, answer: Answer) -> App:
    members = answer_shape(client.configuration.edition).members
    found = AppsClient.read_app(client, answer)
    return {name: value for name, value in found.items() if name in members and value is not None}


def _lower_case_scheme(
    client: Client, method: str, target: str, data: bytes | None, authorization: str, deadline: float
) -> Answer:
    scheme, _, credentials = authorization.partition(" ")
    return AppsClient.sent(client, method, target, data, f"{scheme.lower()} {credentials}", deadline)


def _in_chunks(client: Client, method: str, target: str, data: bytes | None, *rest: Any) -> Answer:
    pieces: Any = None if data is None else iter((data[:9], data[9:]))
    return AppsClient.sent(client, method, target, pieces, *rest)


def _renews_early(client: Client, deadline: float) -> tuple[str, float]:
    token, lifetime = AppsClient.new_token(client, deadline)
    return token, lifetime - 60


def _starts_slowly() -> None:
    time.sleep(1)
    serve(AppsClient)


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
    made("without-masks", "", "Has no masks.", update=_without_masks),
    made("creates-once", "", "Retries everything but creates.", is_retried=_never_creates_again),
    made("typed", "", "Drops unknown members and nulls from what it reads.", read_app=_typed),
    made("lower-case-scheme", "", "Writes bearer and basic in lower case.", sent=_lower_case_scheme),
    made("in-chunks", "", "Sends bodies in chunks.", sent=_in_chunks),
    made("renews-early", "", "Takes a new token a minute before the old one expires.", new_token=_renews_early),
    made("long-pauses", "", "Begins with a pause of half a second.", first_pause_s=0.5),
    ClientFault("starts-slowly", "", "Takes a second to start.", process=_starts_slowly),
    made("adds-members", "", "Shows its caller a member of its own.", read_app=_keeps_nulls),
)
