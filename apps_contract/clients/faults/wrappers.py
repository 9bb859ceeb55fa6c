"""Faulty clients whose HTTP wrapper is at fault: paths and masks, retries, and what becomes of errors."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from apps_contract.clients.faults import made
from apps_contract.clients.reference.client import App, AppsClient
from apps_contract.clients.reference.errors import HttpError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apps_contract.clients.reference.exchange import Answer

Client = AppsClient

_FORBIDDEN = 403
_NOT_FOUND = 404
_LASTING = 8


def _segment(change: Callable[[str], str]) -> Any:
    def segment(client: Client, value: str) -> str:
        return AppsClient.segment(client, change(value))

    return segment


def _mask(write: Callable[[Sequence[str]], str]) -> Any:
    def query(_: Client, mask: Sequence[str] | None) -> str:
        return "" if mask is None else "?update_mask=" + write(mask)

    return query


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _put(client: Client, method: str, target: str, *rest: Any) -> Answer:
    return AppsClient.sent(client, "PUT" if method == "PATCH" else method, target, *rest)


def _token_scheme(client: Client, deadline: float) -> str:
    return AppsClient.authorization(client, deadline).replace("Bearer ", "Token ").replace("Basic ", "Token ")


def _delete_forgives(client: Client, app_id: str) -> None:
    try:
        AppsClient.delete(client, app_id)
    except HttpError as error:
        if error.status != _NOT_FOUND:
            raise


def _list_forgives(client: Client) -> App:
    try:
        return AppsClient.list(client)
    except HttpError as error:
        if error.status != _FORBIDDEN:
            raise
        return {"apps": []}


def _shrinking(client: Client, tries: int, answer: Answer) -> float | None:
    asked = AppsClient.retry_after(client, answer)
    return asked if asked is not None else 0.4 / 2.0**tries


def _strict_retry_after(_: Client, answer: Answer) -> float | None:
    value = answer.headers.get("Retry-After")
    return None if value is None else float(int(value))


def _in_milliseconds(client: Client, answer: Answer) -> float | None:
    asked = AppsClient.retry_after(client, answer)
    return None if asked is None else asked / 1000


def _lost_again(_: Client, method: str, lost: int) -> bool:
    return method == "GET" and lost < _LASTING


def _create_until_read(client: Client, body: App) -> App:
    try:
        return AppsClient.create(client, body)
    except UnreadableError:
        return AppsClient.create(client, body)


def _forgets_only_if(told: Callable[[str], bool]) -> Any:
    def sent(client: Client, *rest: Any) -> Answer:
        answer = AppsClient.sent(client, *rest)
        # A reference client renews after every 401, so the number of renewals is what this one takes back.
        client.renewals = 1 if told(answer.headers.get("WWW-Authenticate", "")) else 0
        return answer

    return sent


FAULTS = (
    made("id-stripped", "CLI-REQ-1", "Strips ids.", segment=_segment(str.strip)),
    made("id-lower-case", "CLI-REQ-1", "Writes ids in lower case.", segment=_segment(str.lower)),
    made(
        "id-composed",
        "CLI-REQ-1",
        "Composes the characters of ids.",
        segment=_segment(lambda value: unicodedata.normalize("NFC", value)),
    ),
    made("put-for-update", "CLI-REQ-1", "Updates by PUT.", sent=_put),
    made("token-scheme", "CLI-REQ-4", "Authenticates by a scheme of its own.", authorization=_token_scheme),
    made(
        "mask-in-camel-case",
        "CLI-REQ-8",
        "Writes the mask in camel case.",
        query=_mask(lambda mask: ",".join(_camel(name) for name in mask)),
    ),
    made(
        "mask-quoted-twice",
        "CLI-REQ-8",
        "Encodes the mask twice.",
        query=_mask(lambda mask: quote(quote(",".join(mask), safe=""), safe="")),
    ),
    made(
        "mask-as-json", "CLI-REQ-8", "Writes the mask as JSON.", query=_mask(lambda mask: quote(json.dumps(list(mask))))
    ),
    made(
        "mask-with-spaces",
        "CLI-REQ-8",
        "Writes spaces into the mask.",
        query=_mask(lambda mask: quote(", ".join(mask))),
    ),
    made("delete-forgives", "CLI-ANS-3", "Takes a 404 of delete for success.", delete=_delete_forgives),
    made("list-forgives", "CLI-ANS-3", "Takes a 403 of list for an empty list.", list=_list_forgives),
    made("shrinking-pauses", "CLI-ANS-4", "Waits less each time.", pause=_shrinking),
    made(
        "strict-retry-after", "CLI-ANS-4", "Fails on a Retry-After that is no number.", retry_after=_strict_retry_after
    ),
    made("milliseconds", "CLI-ANS-4", "Takes Retry-After for milliseconds.", retry_after=_in_milliseconds),
    made("lost-get-again", "CLI-ANS-5", "Sends a lost get again and again.", may_send_lost_again=_lost_again),
    made("create-until-read", "CLI-ANS-6", "Creates again when the answer cannot be read.", create=_create_until_read),
    made("renews-if-told", "CLI-ANS-7", "Renews only after a challenge.", sent=_forgets_only_if(bool)),
    made(
        "renews-if-expired",
        "CLI-ANS-7",
        "Renews only after a challenge that says expired.",
        sent=_forgets_only_if(lambda challenge: "expired" in challenge),
    ),
)
