"""CLI-REQ-7, CLI-ANS-1 to 3, 5, 6, 8: what the caller of an operation got, and what went out again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach, shown
from apps_contract.checks.client.normal import sendable
from apps_contract.checks.comparison import first_difference
from apps_contract.checks.documented import app_members
from apps_contract.contract import UNDOCUMENTED_MEMBERS, Level, credential_forms
from apps_contract.http.exchange import NotJsonError, parse_json
from apps_contract.payloads.shapes import answer_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apps_contract.checks.client.record import Recorded, Said
    from apps_contract.contract import Edition
    from apps_contract.payloads.shapes import Shape

_UNKNOWN = "X_"
_TWICE = 2


def sees_what_was_sent(said: Said, payload: Any, edition: Edition, what: str) -> Breach | None:
    """CLI-ANS-1: a conforming answer is read, and the caller sees what it held.

    Unknown members and values may be lost, and a null may count as absent.
    """
    if not said.ok:
        title = f"the caller does not get {what}"
        return Breach("CLI-ANS-1", title, "success", said.text)
    if isinstance(payload, dict) and "channel_credentials" not in payload:  # a list
        return _sees_list(said.result, payload.get("apps") or [], edition, what)
    return _sees_app(said.result, payload, edition, what, "result")


def _sees_list(result: Any, apps: list[Any], edition: Edition, what: str) -> Breach | None:
    seen = result.get("apps") if isinstance(result, dict) else result
    seen = [] if seen is None else seen
    if not isinstance(seen, list) or len(seen) != len(apps):
        found = f"{len(seen)} apps" if isinstance(seen, list) else shown(result)
        return Breach("CLI-ANS-1", f"the caller sees another number of apps in {what}", f"{len(apps)} apps", found)
    for index, (app, other) in enumerate(zip(apps, seen, strict=True)):
        if breach := _sees_app(other, app, edition, what, f"result.apps[{index}]"):
            return breach
    return None


def _sees_app(result: Any, app: Any, edition: Edition, what: str, path: str) -> Breach | None:
    expected = _to_be_seen(app, edition)
    title = f"the caller does not see what was sent in {what}"
    if not isinstance(result, dict):
        return Breach("CLI-ANS-1", title, shown(expected), shown(result), path)
    if found := first_difference(expected, result, path, subset=True):
        return Breach("CLI-ANS-1", title, found.expected_text, found.actual_text, found.path)
    if wrong := _passed_off(app, result, answer_shape(edition), path):
        sent, seen, place = wrong
        return Breach("CLI-ANS-1", f"a value that nobody knows is shown as a known one in {what}", sent, seen, place)
    entries = result.get("channel_credentials", [])
    for index, (entry, other) in enumerate(zip(app.get("channel_credentials", []), entries, strict=False)):
        # A credentials object in an entry that was sent without it: it came from another channel.
        stray = [
            name for name, value in other.items() if name not in entry and isinstance(value, dict) and _is_full(value)
        ]
        if stray and any(stray[0] in each for each in app["channel_credentials"]):
            where = f"{path}.channel_credentials[{index}].{stray[0]}"
            return Breach("CLI-ANS-1", "credentials stand under another channel", "absent", shown(other), where)
    return None


def _passed_off(app: Any, result: Any, shape: Shape, path: str) -> tuple[str, str, str] | None:
    """Return what was sent, what is seen, and where, if an unknown enum value is seen as one of the documented ones."""
    inner: Iterable[tuple[str, Any, Any, Shape]] = ()
    if isinstance(app, dict) and isinstance(result, dict):
        inner = ((f".{n}", app[n], result.get(n), member) for n, member in shape.members.items() if n in app)
    elif isinstance(app, list) and isinstance(result, list) and shape.items:
        items = shape.items
        inner = ((f"[{n}]", one, other, items) for n, (one, other) in enumerate(zip(app, result, strict=False)))
    elif shape.enum and isinstance(app, str) and app.startswith(_UNKNOWN) and result in shape.enum:
        return shown(app), shown(result), path
    found = (_passed_off(one, other, member, path + step) for step, one, other, member in inner)
    return next((each for each in found if each), None)


def _to_be_seen(app: dict[str, Any], edition: Edition) -> dict[str, Any]:
    """Return what of an App the caller must see; of credentials, those that belong to the entry's channel."""
    tree = app_members(edition)
    kept = {name: value for name, value in app.items() if name not in {"channel_credentials", *UNDOCUMENTED_MEMBERS}}
    entries = app.get("channel_credentials") or []
    seen: dict[str, Any] = comparable(kept, tree)
    return {
        **seen,
        "channel_credentials": [comparable(_own(entry, edition), tree["channel_credentials"]) for entry in entries],
    }


def _own(entry: dict[str, Any], edition: Edition) -> dict[str, Any]:
    forms = credential_forms(edition)
    own = {form.member for form in forms if form.channel == entry.get("channel")}
    return {name: value for name, value in entry.items() if name in own or name not in {form.member for form in forms}}


def comparable(value: Any, tree: dict[str, Any]) -> Any:
    """Return what of an answer the caller must see: known members with known values, neither null nor empty objects."""
    if isinstance(value, dict):
        inner = {
            name: comparable(member, tree[name])
            for name, member in value.items()
            if member is not None and name in tree and not (isinstance(member, str) and member.startswith(_UNKNOWN))
        }
        return {name: member for name, member in inner.items() if member != {}}
    return [comparable(member, tree) for member in value] if isinstance(value, list) else value


def _is_full(value: Any) -> bool:
    return isinstance(value, dict) and any(inner not in (None, "", {}, []) for inner in value.values())


def loses_nothing(
    given: dict[str, Any], sent: Recorded | None, edition: Edition, changed: Sequence[str]
) -> Breach | None:
    """CLI-REQ-7: an app that get gave and the caller changed goes out with all that it held, and with nothing else."""
    if sent is None:
        return None
    try:
        body = parse_json(sent.exchange.request.body or b"")
    except NotJsonError:
        return None  # CLI-REQ-3 speaks of it
    if not isinstance(body, dict):
        return None
    expected, actual = sendable(given, edition), sendable(body, edition)
    if set(changed) == set(actual):  # a client may send the changed members alone
        expected = {name: value for name, value in expected.items() if name in actual}
    if found := first_difference(expected, actual, "body"):
        title = "an app that was read, changed and sent back goes out altered"
        return Breach("CLI-REQ-7", title, found.expected_text, found.actual_text, found.path)
    return None


def counts_as_deleted(said: Said, what: str) -> Breach | None:
    """CLI-ANS-2: a delete that was answered 200 is a success for the caller."""
    return None if said.ok else Breach("CLI-ANS-2", f"a delete answered with {what} fails", "success", said.text)


def is_http_error(said: Said, status: int, what: str, *, message: str = "") -> Breach | None:
    """CLI-ANS-3: an error status reaches the caller as an error, with the status; SHOULD: with the message."""
    if said.ok or not said.is_clear_error:
        title = f"{what} reaches the caller as {'data' if said.ok else 'no clear error'}"
        return Breach("CLI-ANS-3", title, f"an error with status {status}", _got(said), level=Level.MUST)
    if said.kind == "timeout" and said.status is None:
        return None  # still trying again when its own time was over
    if said.status != status:
        title = f"{what} reaches the caller without its status"
        return Breach("CLI-ANS-3", title, f"status {status}", said.text, level=Level.MUST)
    if message and message not in said.message:
        title = f"{what} reaches the caller without the server's message"
        return Breach("CLI-ANS-3", title, f"a text with {message!r}", said.text, level=Level.SHOULD)
    return None


def is_not_retried(calls: Sequence[Recorded], what: str) -> Breach | None:
    """CLI-ANS-3: a 4xx other than 401 and 429 is sent once."""
    if len(calls) <= 1:
        return None
    return Breach("CLI-ANS-3", f"{what} is retried", "1 request", f"{len(calls)} requests", level=Level.MUST)


def ends_in_clear_error(said: Said, what: str) -> Breach | None:
    """CLI-ANS-5: a broken answer ends in a clear error within the overall time-out."""
    if said.is_clear_error:
        return None
    return Breach("CLI-ANS-5", f"{what} does not end in a clear error", "an error in time", _got(said))


def is_given_up(calls: Sequence[Recorded], what: str) -> Breach | None:
    """CLI-ANS-5: what was lost is sent once more at most."""
    if len(calls) <= _TWICE:
        return None
    return Breach("CLI-ANS-5", f"{what} is sent again and again", "at most 2 requests", f"{len(calls)} requests")


def is_not_doubled(calls: Sequence[Recorded], what: str) -> Breach | None:
    """CLI-ANS-6: after a lost answer, or a success that cannot be read, the same create does not go out again."""
    for place, call in enumerate(calls):
        same = [other for other in calls[place + 1 :] if _same_body(call, other)]
        if (call.lost or call.exchange.succeeded) and same:
            title = f"a create is sent again after {what}"
            return Breach("CLI-ANS-6", title, "1 request", f"{1 + len(same)} requests with the same body")
    return None


def redirect_is_no_success(said: Said, status: int, name: str, *, is_done: bool) -> Breach | None:
    """CLI-ANS-8: a redirected call is a success only where what was asked for was really done (``is_done``)."""
    if said.ending != "answered" or not said.ok or is_done:
        return None
    title = f"a {name} that was redirected with {status} is reported as done"
    return Breach("CLI-ANS-8", title, "an error", _got(said))


def _got(said: Said) -> str:
    return f"success: {shown(said.result)}" if said.ok else said.text


def _same_body(one: Recorded, other: Recorded) -> bool:
    bodies = [one.exchange.request.body or b"", other.exchange.request.body or b""]
    try:
        return bool(json.loads(bodies[0]) == json.loads(bodies[1]))
    except ValueError:
        return bodies[0] == bodies[1]
