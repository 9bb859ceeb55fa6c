"""Faults in reading requests (SRV-INPUT-1, 8, 13): lax parsers, strict mappers, crashes on odd bytes."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from apps_contract.service.app import AppsApplication
from apps_contract.service.body import BodyError, read_json
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.faults.tools import server_error, texts
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService
from apps_contract.service.shape import shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.types import Send

    from apps_contract.contract import Edition, Violation
    from apps_contract.service.message import Answer, Call
    from apps_contract.service.service import Mask

SYNTAX = Catalogue()

_WITHOUT_REQUIRED: tuple[Edition, ...] = ("2021", "2026")
_GATEWAY_BUFFER = 60_000
_FOREVER_S = 3600
_DEEP = 1000


class _BodyReadingService(AppsService):
    """Reads the body in its own way first; what it does not know is read as usual."""

    def parse_body(self, call: Call) -> dict[str, Any]:
        body = self.reread(call.body or b"")
        return super().parse_body(call) if body is None else body

    def reread(self, body: bytes) -> dict[str, Any] | None:
        """Return the object that this reader finds in the body, or None."""
        raise NotImplementedError


def _loads(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


# SRV-INPUT-1


@SYNTAX.add(
    "empty-body-as-no-change",
    "SRV-INPUT-1",
    "An update with an empty body counts as {}: 200, and nothing changes.",
    editions=_WITHOUT_REQUIRED,
)
class _EmptyBodyAsNoChange(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        return {} if call.name == "update" and not call.body else super().parse_body(call)


@SYNTAX.add("array-of-one-unwrapped", "SRV-INPUT-1", "An array that holds one object is taken for that object.")
class _ArrayOfOneUnwrapped(_BodyReadingService):
    def reread(self, body: bytes) -> dict[str, Any] | None:
        match _loads(body):
            case [dict() as only]:
                return only
        return None


@SYNTAX.add(
    "text-after-json-ignored", "SRV-INPUT-1", "Reading stops at the end of the object: whatever follows it is ignored."
)
class _TextAfterJsonIgnored(_BodyReadingService):
    def reread(self, body: bytes) -> dict[str, Any] | None:
        try:
            value, _ = json.JSONDecoder().raw_decode(body.decode())
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


@SYNTAX.add(
    "trailing-comma-taken", "SRV-INPUT-1", "The parser is a JSON5 one: a comma before a closing bracket is fine."
)
class _TrailingCommaTaken(_BodyReadingService):
    def reread(self, body: bytes) -> dict[str, Any] | None:
        squeezed = b"".join(body.split())
        if b",}" not in squeezed and b",]" not in squeezed:
            return None
        value = _loads(squeezed.replace(b",}", b"}").replace(b",]", b"]"))
        return value if isinstance(value, dict) else None


@SYNTAX.add("bad-json-422", "SRV-INPUT-1", "A body that is not JSON answers 422.")
class _BadJson422(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        try:
            read_json(call.body or b"")
        except BodyError as error:
            raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        return super().parse_body(call)


# SRV-INPUT-8: unknown members (SRV-INPUT-7)


class _UnknownMembersService(AppsService):
    """Crashes on unknown members that ``crashes_on`` picks."""

    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        known = shape("app", self.edition)
        if any(self.crashes_on(name, value) for name, value in body.items() if name not in known):
            raise server_error()
        return super().check_body(body, call)

    def crashes_on(self, name: str, value: Any) -> bool:
        """Tell whether an unknown member of the body is too much."""
        raise NotImplementedError


@SYNTAX.add(
    "unknown-member-500",
    "SRV-INPUT-8",
    "Update maps its body strictly: an unknown member is an unhandled error.",
    also=("SRV-INPUT-7",),
)
class _UnknownMember500(_UnknownMembersService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        return super().check_body(body, call) if call.name == "update" else AppsService.check_body(self, body, call)

    def crashes_on(self, _name: str, _value: Any) -> bool:
        return True


@SYNTAX.add(
    "unknown-object-500",
    "SRV-INPUT-8",
    "An unknown member that holds an object or an array answers 500; numbers and texts are ignored.",
    also=("SRV-INPUT-7",),
)
class _UnknownObject500(_UnknownMembersService):
    def crashes_on(self, _name: str, value: Any) -> bool:
        return isinstance(value, dict | list)


@SYNTAX.add(
    "unknown-entry-member-500",
    "SRV-INPUT-8",
    "An unknown member beside an entry's channel answers 500.",
    also=("SRV-INPUT-7",),
)
class _UnknownEntryMember500(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        known = shape("app", self.edition)["channel_credentials"] or {}
        entries = body.get("channel_credentials")
        if isinstance(entries, list) and any(set(entry) - set(known) for entry in entries if isinstance(entry, dict)):
            raise server_error()
        return super().check_body(body, call)


# SRV-INPUT-8: odd bytes


@SYNTAX.add("deep-nesting-500", "SRV-INPUT-8", "A deeply nested body overflows the parser's stack: 500.")
class _DeepNesting500(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        if (call.body or b"").count(b"[") > _DEEP or (call.body or b"").count(b"{") > _DEEP:
            raise server_error()
        return super().parse_body(call)


@SYNTAX.add("huge-number-500", "SRV-INPUT-8", "A number that does not fit in 64 bits answers 500, wherever it stands.")
class _HugeNumber500(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        try:
            return super().parse_body(call)
        except RefusalError as refusal:
            raise server_error() if "64 bits" in refusal.message else refusal from None


@SYNTAX.add("lone-surrogate-500", "SRV-INPUT-8", "A lone surrogate cannot be encoded for the database: 500.")
class _LoneSurrogate500(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        try:
            return super().parse_body(call)
        except RefusalError as refusal:
            raise server_error() if "surrogate" in refusal.message else refusal from None


@SYNTAX.add("nul-500", "SRV-INPUT-8", "The database takes no U+0000: a text with one answers 500.")
class _Nul500(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        request = super().check_body(body, call)
        if any("\0" in text for text in texts(request)):
            raise server_error()
        return request


@SYNTAX.add("invalid-utf8-500", "SRV-INPUT-8", "A body that is not UTF-8 fails while it is decoded: 500.")
class _InvalidUtf8500(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        try:
            (call.body or b"").decode()
        except UnicodeDecodeError:
            raise server_error() from None
        return super().parse_body(call)


@SYNTAX.add("odd-path-500", "SRV-INPUT-8", "An app id whose percent-escapes are no UTF-8 or hold a NUL answers 500.")
class _OddPath500(AppsService):
    def route(self, call: Call) -> Call:
        app_id = unquote_to_bytes(call.path.rpartition("/")[2])
        try:
            is_odd = "\0" in app_id.decode()
        except UnicodeDecodeError:
            is_odd = True
        if is_odd:
            raise server_error()
        return super().route(call)


@SYNTAX.add(
    "large-body-502",
    "SRV-INPUT-8",
    "The gateway's buffer holds 60,000 bytes: a longer body answers 502.",
    also=("SRV-INPUT-12",),
)
class _LargeBody502(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        if call.body is None or len(call.body) > _GATEWAY_BUFFER:
            raise RefusalError(HTTPStatus.BAD_GATEWAY, "upstream sent too big a request")
        return super().parse_body(call)


@SYNTAX.add(
    "duplicate-member-drops-connection",
    "SRV-INPUT-8",
    "A body that gives a member twice ends the connection in the middle of the answer.",
)
class _DuplicateMemberDropsConnection(AppsApplication):
    async def deliver(self, answer: Answer, call: Call, request: Request, send: Send) -> None:
        if b"given twice" not in answer.body:
            await super().deliver(answer, call, request, send)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer.body)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        raise ConnectionAbortedError("the worker died")


@SYNTAX.add("cut-text-hangs", "SRV-INPUT-8", "A body cut off inside a text is waited for forever.")
class _CutTextHangs(AppsService):
    async def create_app(self, call: Call) -> Answer:
        body = call.body or b""
        if body[:1] == b"{" and body.replace(b'\\"', b"").count(b'"') % 2:
            await asyncio.sleep(_FOREVER_S)
        return await super().create_app(call)


# SRV-INPUT-13


@SYNTAX.add(
    "bad-body-for-unknown-app-500",
    "SRV-INPUT-13",
    "A malformed update of an app that does not exist answers 500: the error handler looks up the app's name.",
    also=("SRV-INPUT-8",),
)
class _BadBodyForUnknownApp500(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        try:
            return super().parse_body(call)
        except RefusalError:
            if call.name == "update" and self.store.get(call.project_id, call.app_id) is None:
                raise server_error() from None
            raise


@SYNTAX.add(
    "invalid-body-for-unknown-app-409",
    "SRV-INPUT-13",
    "An update that breaks its schema, of an app that does not exist, answers 409 Conflict.",
)
class _InvalidBodyForUnknownApp409(AppsService):
    def violations(self, request: dict[str, Any], call: Call) -> list[Violation]:
        found = super().violations(request, call)
        if found and call.name == "update" and self.store.get(call.project_id, call.app_id) is None:
            raise RefusalError(HTTPStatus.CONFLICT, "the app cannot be changed")
        return found


@SYNTAX.add(
    "several-errors-422",
    "SRV-INPUT-13",
    "A body with more than one error answers 422, one with a single error 400.",
)
class _SeveralErrors422(AppsService):
    def invalid_body(self, found: Sequence[Violation]) -> RefusalError:
        refusal = super().invalid_body(found)
        if len(found) == 1:
            return refusal
        return RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, refusal.message, details=refusal.details)


@SYNTAX.add(
    "bad-mask-and-body-500",
    "SRV-INPUT-13",
    "An update with both an unknown field in its mask and a body that breaks its schema answers 500.",
    also=("SRV-INPUT-8",),
)
class _BadMaskAndBody500(AppsService):
    def parse_mask(self, call: Call) -> Mask:
        try:
            return super().parse_mask(call)
        except RefusalError:
            if self.violations(self.parse_body(call), call):
                raise server_error() from None
            raise


@SYNTAX.add(
    "not-a-number-read", "SRV-INPUT-1", "NaN is read as a number, as a lenient parser does, and then not looked at."
)
class _NotANumberRead(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        try:
            return super().parse_body(call)
        except RefusalError:
            if b"NaN" not in (call.body or b""):
                raise
            return super().parse_body(replace(call, body=(call.body or b"").replace(b"NaN", b"null")))


@SYNTAX.add("head-500", "SRV-INPUT-8", "HEAD falls through the table of methods, and answers 500.")
class _Head500(AppsService):
    def route(self, call: Call) -> Call:
        if call.method == "HEAD":
            raise server_error()
        return super().route(call)
