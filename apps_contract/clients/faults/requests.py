"""Faulty clients that send what they should not: CLI-REQ-1 to 8."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from apps_contract.clients.faults import made
from apps_contract.clients.reference.client import App, AppsClient

if TYPE_CHECKING:
    from collections.abc import Sequence

Client = AppsClient


def _plain_segment(_: Client, value: str) -> str:
    return value


def _quoted_but_slashes(_: Client, value: str) -> str:
    return quote(value)


def _quoted_twice(_: Client, value: str) -> str:
    return quote(quote(value, safe=""), safe="")


def _plus_for_space(_: Client, value: str) -> str:
    return quote(value, safe=" ").replace(" ", "+")


def _latin_segment(_: Client, value: str) -> str:
    return quote(value.encode("latin-1", "replace"), safe="")


def _with_slash(client: Client, app_id: str | None = None) -> str:
    return AppsClient.path(client, app_id) + "/"


def _list_before_get(client: Client, app_id: str) -> App:
    client.call("GET", client.path())
    client.call("GET", client.path(app_id))
    return AppsClient.get(client, app_id)


def _as_it_is(_: Client, body: App) -> App:
    return body


def _entry_as_it_is(client: Client, body: App) -> App:
    kept = AppsClient.writable(client, body)
    return {**kept, "id": body["id"]} if "id" in body else kept


def _with_member(name: str, value: Any) -> Any:
    def writable(client: Client, body: App) -> App:
        return {**AppsClient.writable(client, body), name: value}

    return writable


def _days_as_text(client: Client, body: App) -> App:
    kept = deepcopy(AppsClient.writable(client, body))
    for value in kept.values():
        if isinstance(value, dict) and "ttl_days" in value:
            value["ttl_days"] = str(value["ttl_days"])
    return kept


def _null_secrets(client: Client, body: App) -> App:
    kept = deepcopy(AppsClient.writable(client, body))
    for entry in kept.get("channel_credentials", ()):
        entry.setdefault("callback_secret", None)
    return kept


def _headers_with(**changed: str) -> Any:
    def headers(client: Client, data: bytes | None) -> dict[str, str]:
        own = AppsClient.headers(client, data)
        names = {name.replace("_", "-"): value for name, value in changed.items()}
        return {**own, **{name: value for name, value in names.items() if name != "Content-Type" or data is not None}}

    return headers


def _latin_body(_: Client, body: App) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("latin-1", "replace")


def _body_everywhere(client: Client, method: str, target: str, data: bytes | None, *rest: Any) -> Any:
    return AppsClient.sent(client, method, target, b"{}" if data is None else data, *rest)


def _body_on_delete(client: Client, method: str, target: str, data: bytes | None, *rest: Any) -> Any:
    return AppsClient.sent(client, method, target, b"null" if method == "DELETE" else data, *rest)


def _no_credentials_on(wanted: str) -> Any:
    def sent(client: Client, method: str, target: str, data: bytes | None, authorization: str, deadline: float) -> Any:
        shown = "None" if method == wanted else authorization
        return AppsClient.sent(client, method, target, data, shown, deadline)

    return sent


def _token_in_url(client: Client, method: str, target: str, data: bytes | None, authorization: str, *rest: Any) -> Any:
    mark = "&" if "?" in target else "?"
    secret = quote(authorization.partition(" ")[2], safe="")
    return AppsClient.sent(client, method, f"{target}{mark}access_token={secret}", data, authorization, *rest)


def _token_by_form(client: Client, deadline: float) -> tuple[str, float]:
    key = client.configuration.key
    body = f"grant_type=client_credentials&client_id={key.key_id}&client_secret={key.key_secret}".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = client.configuration.token_url
    client.exchanger.send("POST", url, headers=headers, body=body, deadline=deadline)
    return AppsClient.new_token(client, deadline)


def _token_by_json(client: Client, deadline: float) -> tuple[str, float]:
    key = client.configuration.key
    client.exchanger.send(
        "POST",
        client.configuration.token_url,
        headers={"Content-Type": "application/json"},
        body=b'{"grant_type":"client_credentials"}',
        deadline=deadline,
        auth=(key.key_id, key.key_secret),
    )
    return AppsClient.new_token(client, deadline)


def _token_each_time(client: Client, deadline: float) -> str:
    return client.new_token(deadline)[0]


class _NoLock:
    def acquire(self, timeout: float = 0) -> bool:
        del timeout
        return True

    def release(self) -> None:
        pass

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


def _changed_entries(change: Any) -> Any:
    def writable(client: Client, body: App) -> App:
        kept = deepcopy(AppsClient.writable(client, body))
        if isinstance(kept.get("channel_credentials"), list):
            kept["channel_credentials"] = change(kept["channel_credentials"])
        return kept

    return writable


def _by_channel(entries: Sequence[App]) -> list[App]:
    return list({entry["channel"]: entry for entry in entries}.values())


def _sorted(entries: Sequence[App]) -> list[App]:
    return sorted(entries, key=lambda entry: str(entry["channel"]))


def _without_secrets(entries: Sequence[App]) -> list[App]:
    return [{name: value for name, value in entry.items() if name != "callback_secret"} for entry in entries]


def _first_ten(entries: Sequence[App]) -> list[App]:
    return list(entries[:5])


def _stripped_name(client: Client, body: App) -> App:
    kept = AppsClient.writable(client, body)
    entries = [
        {**entry, "callback_secret": entry["callback_secret"].strip()} if "callback_secret" in entry else entry
        for entry in kept.get("channel_credentials", ())
    ]
    return {**kept, "channel_credentials": entries} if entries else kept


def _with_defaults(client: Client, body: App) -> App:
    return {
        "conversation_metadata_report_view": "NONE",
        **AppsClient.writable(client, body),
        "processing_mode": "DISPATCH",
    }


def _mask_of_body(client: Client, app_id: str, body: App, mask: Sequence[str] | None = None) -> App:
    return AppsClient.update(client, app_id, body, None if mask is None else sorted(client.writable(body)))


def _mask_lost(client: Client, app_id: str, body: App, mask: Sequence[str] | None = None) -> App:
    del mask
    return AppsClient.update(client, app_id, body)


def _mask_raw(_: Client, mask: Sequence[str] | None) -> str:
    return "" if mask is None else "?update_mask=" + ",".join(mask).replace(" ", "+")


def _mask_repeated(_: Client, mask: Sequence[str] | None) -> str:
    return "" if mask is None else "?" + "&".join(f"update_mask={quote(name, safe='')}" for name in mask)


def _mask_old(_: Client, mask: Sequence[str] | None) -> str:
    return "" if mask is None else "?" + "&".join(f"update_mask.paths={quote(name, safe='')}" for name in mask)


_LATIN = "application/json; charset=iso-8859-1"

FAULTS = (
    made("id-unquoted", "CLI-REQ-1", "Puts ids into the path as they are.", segment=_plain_segment),
    made("id-slash-kept", "CLI-REQ-1", "Quotes ids but leaves slashes alone.", segment=_quoted_but_slashes),
    made("id-quoted-twice", "CLI-REQ-1", "Quotes ids twice.", segment=_quoted_twice),
    made("id-plus-for-space", "CLI-REQ-1", "Writes a space in an id as a plus.", segment=_plus_for_space),
    made("id-latin-1", "CLI-REQ-1", "Quotes ids as Latin-1.", segment=_latin_segment),
    made("trailing-slash", "CLI-REQ-1", "Ends each path with a slash.", path=_with_slash),
    made("get-by-many", "CLI-REQ-1", "Makes several requests for one get.", get=_list_before_get),
    made("sends-read-only", "CLI-REQ-2", "Sends an app back with its read-only members.", writable=_as_it_is),
    made("sends-id", "CLI-REQ-2", "Sends the id along with an update.", writable=_entry_as_it_is),
    made("extra-member", "CLI-REQ-2", "Adds a member of its own.", writable=_with_member("client_version", "1.0")),
    made("days-as-text", "CLI-REQ-2", "Writes days as text.", writable=_days_as_text),
    made("null-secrets", "CLI-REQ-2", "Sends null for an absent callback_secret.", writable=_null_secrets),
    made("json-as-text", "CLI-REQ-3", "Declares bodies as text.", headers=_headers_with(Content_Type="text/plain")),
    made(
        "latin-charset",
        "CLI-REQ-3",
        "Declares Latin-1.",
        headers=_headers_with(Content_Type=_LATIN),
    ),
    made("latin-body", "CLI-REQ-3", "Writes bodies in Latin-1.", encoded=_latin_body),
    made("body-everywhere", "CLI-REQ-3", "Sends {} where no body belongs.", sent=_body_everywhere),
    made("body-on-delete", "CLI-REQ-3", "Sends null with a delete.", sent=_body_on_delete),
    made("get-unauthenticated", "CLI-REQ-4", "Forgets credentials on get and list.", sent=_no_credentials_on("GET")),
    made("delete-unauthenticated", "CLI-REQ-4", "Forgets credentials on delete.", sent=_no_credentials_on("DELETE")),
    made("secret-in-url", "CLI-REQ-4", "Repeats the credentials in the query.", sent=_token_in_url),
    made("accepts-html", "CLI-REQ-5", "Accepts HTML only.", headers=_headers_with(Accept="text/html")),
    made(
        "accepts-no-json", "CLI-REQ-5", "Rules JSON out.", headers=_headers_with(Accept="application/json;q=0, text/*")
    ),
    made("token-by-form", "CLI-REQ-6", "Sends the key in the form first.", new_token=_token_by_form),
    made("token-by-json", "CLI-REQ-6", "Asks for a token with a JSON body.", new_token=_token_by_json),
    made("token-each-time", "CLI-REQ-6", "Asks for a token for every call.", token=_token_each_time),
    made(
        "token-by-race",
        "CLI-REQ-6",
        "Parallel first calls each ask for a token.",
        _token_lock=property(lambda _: _NoLock(), lambda *_: None),
    ),
    made("entries-by-channel", "CLI-REQ-7", "Keeps one entry of each channel.", writable=_changed_entries(_by_channel)),
    made("entries-sorted", "CLI-REQ-7", "Sorts entries by channel.", writable=_changed_entries(_sorted)),
    made("secrets-dropped", "CLI-REQ-7", "Loses callback secrets.", writable=_changed_entries(_without_secrets)),
    made("entries-cut", "CLI-REQ-7", "Loses entries after the fifth.", writable=_changed_entries(_first_ten)),
    made("text-stripped", "CLI-REQ-7", "Strips spaces from callback secrets.", writable=_stripped_name),
    made("defaults-written", "CLI-REQ-7", "Writes values that the caller did not change.", writable=_with_defaults),
    made("mask-of-body", "CLI-REQ-8", "Makes the mask of the body instead of what was named.", update=_mask_of_body),
    made("mask-lost", "CLI-REQ-8", "Leaves the mask out.", update=_mask_lost),
    made("mask-raw", "CLI-REQ-8", "Does not encode the mask.", query=_mask_raw),
    made("mask-repeated", "CLI-REQ-8", "Repeats the mask's parameter for each member.", query=_mask_repeated),
    made("mask-of-2021", "CLI-REQ-8", "Writes the mask as edition 2021 does.", query=_mask_old),
)
