"""Faulty clients that make the wrong thing of an answer: CLI-ANS-1 to 9."""

from __future__ import annotations

import json
import sys
import unicodedata

from apps_contract.clients.faults import made
from apps_contract.clients.reference.client import App, AppsClient
from apps_contract.clients.reference.errors import HttpError, LostError, UnreadableError
from apps_contract.clients.reference.exchange import Answer

Client = AppsClient

_MEMBERS = {"id", "display_name", "channel_credentials", "conversation_metadata_report_view", "rate_limits"}
_MEMBERS |= {"retention_policy", "dispatch_retention_policy", "processing_mode", "smart_conversation", "queue_stats"}
_MEMBERS |= {"callback_settings", "message_retry_settings", "delivery_report_based_fallback"}


def _closed(client: Client, answer: Answer) -> App:
    app = AppsClient.read_app(client, answer)
    if set(app) - _MEMBERS:
        raise UnreadableError("the answer has members that are not known")
    return app


def _closed_enums(client: Client, answer: Answer) -> App:
    app = AppsClient.read_app(client, answer)
    if app.get("processing_mode", "DISPATCH") not in {"CONVERSATION", "DISPATCH"}:
        raise UnreadableError("processing_mode is not known")
    return app


def _needs_policy(client: Client, answer: Answer) -> App:
    app = AppsClient.read_app(client, answer)
    if "retention_policy" not in app:
        raise UnreadableError("retention_policy is missing")
    return app


def _reads_null(client: Client, answer: Answer) -> App:
    app = AppsClient.read_app(client, answer)
    if "retention_policy" in app:
        app["retention_policy"]["ttl_days"]
    return app


def _needs_apps(client: Client) -> App:
    found = client.read_object(client.call("GET", client.path()))
    return {"apps": list(found["apps"])}


def _first_entry(client: Client, answer: Answer) -> App:
    app = AppsClient.read_app(client, answer)
    by_channel = {entry["channel"]: entry for entry in app.get("channel_credentials", ())}
    return {**app, "channel_credentials": list(by_channel.values())}


def _turned(client: Client, answer: Answer) -> App:
    app = AppsClient.read_app(client, answer)
    return {**app, "channel_credentials": app.get("channel_credentials", [])[::-1]}


def _normal_text(client: Client) -> App:
    found = AppsClient.list(client)
    return json.loads(unicodedata.normalize("NFC", json.dumps(found, ensure_ascii=False)))  # type: ignore[no-any-return]


def _swapped(client: Client, answer: Answer) -> App:
    app = AppsClient.read_app(client, answer)
    entries = [dict(entry) for entry in app.get("channel_credentials", ())]
    if len(entries) > 1 and "static_bearer" in entries[0] and "static_bearer" in entries[1]:
        entries[0]["static_bearer"], entries[1]["static_bearer"] = (
            entries[1]["static_bearer"],
            entries[0]["static_bearer"],
        )
    return {**app, "channel_credentials": entries}


def _delete_reads(client: Client, app_id: str) -> None:
    client.call("DELETE", client.path(app_id)).json()


def _delete_wants_null(client: Client, app_id: str) -> None:
    if client.call("DELETE", client.path(app_id)).body.strip() not in {b"null", b""}:
        raise UnreadableError("the answer is not null")


def _errors_are_data(_: Client, answer: Answer) -> Answer:
    return answer


def _not_found_is_data(client: Client, answer: Answer) -> Answer:
    return answer if answer.status == 404 else AppsClient.checked(client, answer)  # noqa: PLR2004 -- the status itself


def _no_status(client: Client, answer: Answer) -> Answer:
    try:
        return AppsClient.checked(client, answer)
    except HttpError as error:
        raise LostError(str(error)) from None


def _flat_message_only(_: Client, answer: Answer) -> str:
    try:
        return str(answer.json()["message"])
    except (UnreadableError, KeyError, TypeError):
        return "no message"


def _retries_all(_: Client, status: int, method: str) -> bool:
    del method
    return status >= 400  # noqa: PLR2004 -- the class of errors


def _constant(_: Client, tries: int, answer: Answer) -> float | None:
    asked = AppsClient.retry_after(_, answer)
    del tries
    return 0.15 if asked is None else asked


def _no_pause(client: Client, tries: int, answer: Answer) -> float | None:
    del tries
    return AppsClient.retry_after(client, answer) or 0.0


def _deaf(_: Client, answer: Answer) -> float | None:
    del answer
    return None


def _deaf_to_dates(client: Client, answer: Answer) -> float | None:
    value = answer.headers.get("Retry-After", "")
    return AppsClient.retry_after(client, answer) if value.isdigit() else None


def _sent_slowly(
    client: Client, method: str, target: str, data: bytes | None, authorization: str, deadline: float
) -> Answer:
    return AppsClient.sent(client, method, target, data, authorization, deadline + 30)


def _empty_is_fine(client: Client, answer: Answer) -> App:
    return AppsClient.read_object(client, answer) if answer.body else {}


def _garbage_is_empty(client: Client, answer: Answer) -> App:
    try:
        return AppsClient.read_object(client, answer)
    except UnreadableError:
        return {}


def _always_again(_: Client, method: str, lost: int) -> bool:
    del method
    return lost <= 1


def _create_again(client: Client, body: App) -> App:
    try:
        return AppsClient.create(client, body)
    except UnreadableError:
        raise
    except HttpError:
        raise
    except Exception:  # noqa: BLE001 -- the fault itself
        return AppsClient.create(client, body)


def _never_renews(_: Client, renewals: int) -> bool:
    del renewals
    return False


def _basic_loop(
    client: Client, method: str, target: str, data: bytes | None, authorization: str, deadline: float
) -> Answer:
    for _ in range(8):
        answer = AppsClient.sent(client, method, target, data, authorization, deadline)
        if answer.status != 401:  # noqa: PLR2004 -- the status itself
            break
    return answer


def _follows(
    client: Client, method: str, target: str, data: bytes | None, authorization: str, deadline: float
) -> Answer:
    answer = AppsClient.sent(client, method, target, data, authorization, deadline)
    place = answer.headers.get("Location")
    if answer.status in {301, 302, 303} and place:
        path = place.removeprefix(client.configuration.base_url)
        return AppsClient.sent(client, "GET", path, None, authorization, deadline)
    return answer


def _redirect_is_success(client: Client, answer: Answer) -> Answer:
    if answer.status in {301, 302, 303}:
        return Answer(200, answer.headers, b"{}")
    return AppsClient.checked(client, answer)


def _logs_headers(
    client: Client, method: str, target: str, data: bytes | None, authorization: str, deadline: float
) -> Answer:
    print(f"{method} {target} Authorization: {authorization}", file=sys.stderr, flush=True)  # noqa: T201 -- the fault
    return AppsClient.sent(client, method, target, data, authorization, deadline)


def _message_with_body(client: Client, method: str, target: str, body: App | None = None) -> Answer:
    try:
        return AppsClient.call(client, method, target, body)
    except HttpError as error:
        raise HttpError(error.status or 0, f"{error} in answer to {json.dumps(body)}") from None


def _unreadable_with_body(client: Client, answer: Answer) -> App:
    try:
        return AppsClient.read_object(client, answer)
    except UnreadableError as error:
        raise UnreadableError(f"{error}: {answer.body.decode('utf-8', 'replace')}") from None


FAULTS = (
    made("closed-model", "CLI-ANS-1", "Fails on members that it does not know.", read_app=_closed),
    made("closed-enums", "CLI-ANS-1", "Fails on enum values that it does not know.", read_app=_closed_enums),
    made("needs-policy", "CLI-ANS-1", "Takes an optional member for required.", read_app=_needs_policy),
    made("reads-null", "CLI-ANS-1", "Fails on null for an optional object.", read_app=_reads_null),
    made("needs-apps", "CLI-ANS-1", "Fails on an absent or null apps.", list=_needs_apps),
    made("one-entry-per-channel", "CLI-ANS-1", "Shows one entry of each channel.", read_app=_first_entry),
    made("entries-turned", "CLI-ANS-1", "Shows entries in another order.", read_app=_turned),
    made("text-normalised", "CLI-ANS-1", "Normalises texts in lists.", list=_normal_text),
    made("credentials-swapped", "CLI-ANS-1", "Shows credentials under another channel.", read_app=_swapped),
    made("delete-reads-json", "CLI-ANS-2", "Fails on an empty answer to delete.", delete=_delete_reads),
    made("delete-wants-null", "CLI-ANS-2", "Fails on {} in answer to delete.", delete=_delete_wants_null),
    made("errors-are-data", "CLI-ANS-3", "Gives error bodies to the caller as apps.", checked=_errors_are_data),
    made("not-found-is-data", "CLI-ANS-3", "Gives a 404's body to the caller as an app.", checked=_not_found_is_data),
    made("status-lost", "CLI-ANS-3", "Reports errors without their status.", checked=_no_status),
    made("flat-message-only", "CLI-ANS-3", "Reads the message of flat errors only.", message=_flat_message_only),
    made("retries-4xx", "CLI-ANS-3", "Retries every error.", is_retried=_retries_all),
    made("never-retries", "CLI-ANS-4", "Retries nothing.", retried=frozenset()),
    made("not-429", "CLI-ANS-4", "Does not retry a 429.", retried=frozenset({500, 501, 503})),
    made("not-501", "CLI-ANS-4", "Does not retry a 501.", retried=frozenset({429, 500, 503})),
    made("constant-pauses", "CLI-ANS-4", "Always waits the same.", pause=_constant),
    made("no-pauses", "CLI-ANS-4", "Retries at once.", pause=_no_pause),
    made("endless-retries", "CLI-ANS-4", "Retries without a bound.", most_tries=10**6, pause=_constant),
    made("deaf-to-retry-after", "CLI-ANS-4", "Does not read Retry-After.", retry_after=_deaf),
    made("deaf-to-dates", "CLI-ANS-4", "Does not read dates in Retry-After.", retry_after=_deaf_to_dates),
    made("no-deadline", "CLI-ANS-5", "Waits far beyond its time-out.", sent=_sent_slowly),
    made("empty-is-fine", "CLI-ANS-5", "Takes an empty answer for an app.", read_object=_empty_is_fine),
    made("garbage-is-empty", "CLI-ANS-5", "Takes what is not JSON for an empty object.", read_object=_garbage_is_empty),
    made("lost-create-again", "CLI-ANS-6", "Sends every lost call once more.", may_send_lost_again=_always_again),
    made("create-again", "CLI-ANS-6", "Creates again after any failure of the network.", create=_create_again),
    made("never-renews", "CLI-ANS-7", "Does not renew a refused token.", may_renew=_never_renews),
    made("renews-for-ever", "CLI-ANS-7", "Renews the token as long as calls are refused.", renewals=10**6),
    made("basic-loop", "CLI-ANS-7", "Repeats a refused call eight times.", sent=_basic_loop),
    made("follows-redirects", "CLI-ANS-8", "Turns a redirected create into a get.", sent=_follows),
    made("redirect-is-success", "CLI-ANS-8", "Takes a redirect for success.", checked=_redirect_is_success),
    made("logs-headers", "CLI-ANS-9", "Logs the Authorization header.", sent=_logs_headers),
    made("message-with-body", "CLI-ANS-9", "Repeats the request in error texts.", call=_message_with_body),
    made(
        "shows-answer",
        "CLI-ANS-9",
        "Repeats an unreadable answer in the error text.",
        read_object=_unreadable_with_body,
    ),
)
