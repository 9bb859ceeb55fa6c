"""Faulty clients whose serializer, model or text helper changes what goes through it: CLI-REQ-2, 3 and 7, CLI-ANS-1."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any

from apps_contract.clients.faults import made
from apps_contract.clients.reference.client import App, AppsClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.clients.reference.exchange import Answer

Client = AppsClient

_LONGEST = 128
_MOST_APPS = 100
_LARGEST_OF_32_BITS = 2**31 - 1
_OF_THE_PLANE = 0x10000


def _writing(change: Callable[[Any], Any]) -> Any:
    def writable(client: Client, body: App) -> App:
        return change(AppsClient.writable(client, body))  # type: ignore[no-any-return]  # a body stays one

    return writable


def _reading(change: Callable[[Any], Any]) -> Any:
    def read_object(client: Client, answer: Answer) -> App:
        return change(AppsClient.read_object(client, answer))  # type: ignore[no-any-return]  # an answer stays one

    return read_object


def _each(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what changes every simple value within a value."""

    def within(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: within(inner) for name, inner in value.items()}
        return [within(inner) for inner in value] if isinstance(value, list) else change(value)

    return within


def _each_object(change: Callable[[App], App]) -> Callable[[Any], Any]:
    """Return what changes every object within a value, inner ones first."""

    def within(value: Any) -> Any:
        if isinstance(value, dict):
            return change({name: within(inner) for name, inner in value.items()})
        return [within(inner) for inner in value] if isinstance(value, list) else value

    return within


def _texts(change: Callable[[str], Any]) -> Callable[[Any], Any]:
    return _each(lambda value: change(value) if isinstance(value, str) else value)


def _without(unwanted: Callable[[Any], bool]) -> Callable[[Any], Any]:
    return _each_object(lambda value: {name: inner for name, inner in value.items() if not unwanted(inner)})


def _entries(change: Callable[[list[App]], list[App]]) -> Callable[[Any], Any]:
    def of_app(app: App) -> App:
        entries = app.get("channel_credentials")
        return {**app, "channel_credentials": change(entries)} if isinstance(entries, list) else app

    return _each_object(of_app)


def _distinct(entries: list[App]) -> list[App]:
    return list({json.dumps(entry, sort_keys=True): entry for entry in entries}.values())


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def _as_date(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return text


def _as_number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        return text


def _with_ttl(app: App) -> App:
    policy = app.get("retention_policy")
    return {**app, "retention_policy": {"ttl_days": 180, **policy}} if isinstance(policy, dict) else app


def _known_view(app: App) -> App:
    view = app.get("conversation_metadata_report_view", "NONE")
    return app if view in {"NONE", "FULL"} else {**app, "conversation_metadata_report_view": "NONE"}


def _needs(member: str, inner: str) -> Callable[[Any], Any]:
    def checked(value: App) -> App:
        if isinstance(value.get(member), dict):
            value[member][inner]
        return value

    return _each_object(checked)


def _dereferences(member: str) -> Callable[[Any], Any]:
    def checked(value: App) -> App:
        if member in value:
            value[member].keys()
        return value

    return _each_object(checked)


def _closed(members: set[str], within: str) -> Callable[[Any], Any]:
    def checked(value: App) -> App:
        inner = value.get(within)
        if isinstance(inner, dict) and set(inner) - members:
            raise TypeError(f"{within} has unexpected members")
        return value

    return _each_object(checked)


def _one_of_each_name(value: App) -> App:
    apps = value.get("apps")
    return {**value, "apps": list({app["display_name"]: app for app in apps}.values())} if apps else value


def _first_page(value: App) -> App:
    return {**value, "apps": value["apps"][:_MOST_APPS]} if value.get("apps") else value


def _in_plane(text: str) -> str:
    return "".join(character if ord(character) < _OF_THE_PLANE else "\ufffd" for character in text)


def _in_32_bits(value: Any) -> Any:
    return min(value, _LARGEST_OF_32_BITS) if isinstance(value, int) and not isinstance(value, bool) else value


FAULTS = (
    made(
        "camel-case",
        "CLI-REQ-2",
        "Writes names of members in camel case.",
        writable=_writing(_each_object(lambda value: {_camel(name): inner for name, inner in value.items()})),
    ),
    made(
        "lower-case-channels",
        "CLI-REQ-2",
        "Writes enum values in lower case.",
        writable=_writing(
            _entries(lambda entries: [{**entry, "channel": entry["channel"].lower()} for entry in entries])
        ),
    ),
    made(
        "empty-lists-dropped",
        "CLI-REQ-2",
        "Leaves empty arrays out.",
        writable=_writing(_without(lambda value: value == [])),
    ),
    made(
        "byte-order-mark",
        "CLI-REQ-3",
        "Begins bodies with a byte order mark.",
        encoded=lambda _, body: b"\xef\xbb\xbf" + json.dumps(body).encode(),
    ),
    made("utf-16", "CLI-REQ-3", "Writes bodies in UTF-16.", encoded=lambda _, body: json.dumps(body).encode("utf-16")),
    made("equal-entries-dropped", "CLI-REQ-7", "Sends equal entries once.", writable=_writing(_entries(_distinct))),
    made(
        "empty-texts-dropped",
        "CLI-REQ-7",
        "Leaves empty texts out.",
        writable=_writing(_without(lambda value: isinstance(value, str) and not value)),
    ),
    made("false-dropped", "CLI-REQ-7", "Leaves false out.", writable=_writing(_without(lambda value: value is False))),
    made(
        "zero-dropped",
        "CLI-REQ-7",
        "Leaves zero out.",
        writable=_writing(_without(lambda value: type(value) is int and not value)),
    ),
    made("inner-default-written", "CLI-REQ-7", "Writes a default within a policy.", writable=_writing(_with_ttl)),
    made(
        "line-ends-changed",
        "CLI-REQ-7",
        "Writes line ends as line feeds.",
        writable=_writing(_texts(lambda text: text.replace("\r\n", "\n"))),
    ),
    made("markup-escaped", "CLI-REQ-7", "Escapes texts for HTML.", writable=_writing(_texts(html.escape))),
    made(
        "texts-composed",
        "CLI-REQ-7",
        "Composes characters on the way out.",
        writable=_writing(_texts(lambda text: unicodedata.normalize("NFC", text))),
    ),
    made("texts-cut", "CLI-REQ-7", "Cuts texts at 128 characters.", writable=_writing(_texts(lambda t: t[:_LONGEST]))),
    made(
        "policy-closed",
        "CLI-ANS-1",
        "Fails on unknown members within a policy.",
        read_object=_reading(_closed({"retention_type", "ttl_days"}, "retention_policy")),
    ),
    made(
        "needs-ttl",
        "CLI-ANS-1",
        "Fails on a policy without its days.",
        read_object=_reading(_needs("retention_policy", "ttl_days")),
    ),
    made(
        "null-queue", "CLI-ANS-1", "Fails on null for queue_stats.", read_object=_reading(_dereferences("queue_stats"))
    ),
    made(
        "null-basic-auth",
        "CLI-ANS-1",
        "Fails on null within credentials.",
        read_object=_reading(_dereferences("basic_auth")),
    ),
    made(
        "unknown-is-default",
        "CLI-ANS-1",
        "Shows an unknown value as the default.",
        read_object=_reading(_each_object(_known_view)),
    ),
    made("texts-to-dates", "CLI-ANS-1", "Reads texts as dates.", read_object=_reading(_texts(_as_date))),
    made("texts-to-numbers", "CLI-ANS-1", "Reads texts as numbers.", read_object=_reading(_texts(_as_number))),
    made(
        "texts-to-booleans",
        "CLI-ANS-1",
        "Reads texts as booleans.",
        read_object=_reading(_texts(lambda text: {"true": True, "False": False, "null": None}.get(text, text))),
    ),
    made("empty-is-null", "CLI-ANS-1", "Shows empty texts as null.", read_object=_reading(_texts(lambda t: t or None))),
    made("entities-resolved", "CLI-ANS-1", "Resolves HTML entities.", read_object=_reading(_texts(html.unescape))),
    made(
        "ends-at-nul",
        "CLI-ANS-1",
        "Ends texts at U+0000.",
        read_object=_reading(_texts(lambda text: text.partition("\0")[0])),
    ),
    made("one-plane", "CLI-ANS-1", "Loses characters beyond the first plane.", read_object=_reading(_texts(_in_plane))),
    made("32-bits", "CLI-ANS-1", "Reads integers into 32 bits.", read_object=_reading(_each(_in_32_bits))),
    made("one-app-per-name", "CLI-ANS-1", "Shows one app of each name.", read_object=_reading(_one_of_each_name)),
    made("first-page-only", "CLI-ANS-1", "Shows the first hundred apps.", read_object=_reading(_first_page)),
)
