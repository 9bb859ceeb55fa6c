"""The Apps service itself: the five operations of contract section 3, free of any web framework.

Every rule of section 6 is kept in a small method of its own; a seeded fault is a subclass that replaces one or two.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from apps_contract.contract import OPERATIONS
from apps_contract.http.routes import TOKEN_PATH
from apps_contract.service.access import AccessControl
from apps_contract.service.answers import NULLABLE_2026, Answers
from apps_contract.service.body import BodyError, read_json
from apps_contract.service.dialect import DEFAULT, Dialect
from apps_contract.service.ids import new_id
from apps_contract.service.mask import mask_names, masked_members
from apps_contract.service.refusal import RefusalError
from apps_contract.service.request_reader import RequestReader
from apps_contract.service.shape import defaults, entry_defaults, shape
from apps_contract.service.violations import find_violations

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from apps_contract.contract import Edition, Violation
    from apps_contract.service.auth import KeyRing
    from apps_contract.service.message import Answer, Call
    from apps_contract.service.store import App, Store
    from apps_contract.service.tokens import TokenBook

_LOGGER = logging.getLogger(__name__)

Mask = frozenset[str] | None

_LONGEST_PATH = 8192
_LONGEST_HEADERS = 65536
_PATH = re.compile(r"/v1/projects/([^/]+)/apps(?:/([^/]+))?")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\"';\s]*)")
_CHARSETS = ("utf-8", "utf8", "us-ascii")


class Scratch(dict[str, Any]):
    """What one running service (or what stands before it) remembers besides its apps; seeded faults use it."""

    def count(self, name: str) -> int:
        """Count one more of something and return how many there are."""
        self[name] = self.get(name, 0) + 1
        return int(self[name])


@dataclass(frozen=True)
class Parts:
    """What a service is made of. ``clock`` returns seconds and never goes back; tokens and rate limits go by it."""

    edition: Edition
    store: Store
    keys: KeyRing
    tokens: TokenBook
    dialect: Dialect = DEFAULT
    scratch: Scratch = field(default_factory=Scratch)
    clock: Callable[[], float] = time.monotonic


class AppsService(AccessControl, Answers):
    """Answers calls from a store. ``handle`` never raises: whatever the call, there is an answer."""

    def __init__(self, parts: Parts) -> None:
        AccessControl.__init__(self, parts.keys, parts.tokens, parts.dialect, parts.clock)
        Answers.__init__(self, parts.edition, parts.dialect)
        self.store = parts.store
        self.scratch = parts.scratch
        self._writing = asyncio.Lock()
        answered = shape("app", self.edition)
        self._readers = {
            name: RequestReader(shape(name, self.edition), answered, self.dialect) for name in ("create", "update")
        }
        self.operations: dict[str, Callable[[Call], Awaitable[Answer]]] = {
            "list": self.list_apps,
            "create": self.create_app,
            "get": self.get_app,
            "update": self.update_app,
            "delete": self.delete_app,
        }

    async def handle(self, call: Call) -> Answer:
        """Answer one call."""
        try:
            call = self.understand(call)
            return await self.serve(call)
        except RefusalError as refusal:
            return self.render_error(refusal, call)
        except Exception:
            # A bug of ours: the client gets an error of the contract's form, the operator the traceback.
            _LOGGER.exception("%s %s failed", call.method, call.path)
            return self.render_error(RefusalError(500, "something went wrong on our end"), call)

    async def serve(self, call: Call) -> Answer:
        """Answer a call whose path is understood; raise RefusalError where the answer is an error."""
        if call.operation is None:
            return self.issue_token(call)
        key = self.authenticate(call)
        self.limit_rate(key)
        self.authorize(key, call)
        return await self.operations[call.name](call)

    # The way to an operation

    def understand(self, call: Call) -> Call:
        """Return the call with its operation, or without one when it is for the token endpoint."""
        self.check_head(call)
        return call if call.path == TOKEN_PATH else self.route(call)

    def check_head(self, call: Call) -> None:
        """Refuse a path or headers of an absurd size, which no operation needs."""
        if len(call.path) + len(call.query) > _LONGEST_PATH:
            raise RefusalError(414, f"path and query are longer than {_LONGEST_PATH} characters")
        if sum(len(name) + len(value) for name, value in call.headers) > _LONGEST_HEADERS:
            raise RefusalError(431, f"the headers are longer than {_LONGEST_HEADERS} characters")

    def route(self, call: Call) -> Call:
        """Return the call with its operation and ids; raise RefusalError 404 (no such path) or 405 (SRV-INPUT-10)."""
        path = _PATH.fullmatch(call.path)
        if path is None:
            raise RefusalError(404, "there is nothing at this path")
        try:
            project_id, app_id = (unquote_to_bytes(part or "").decode("utf-8") for part in path.groups())
        except UnicodeDecodeError:
            raise RefusalError(404, "the path is not percent-encoded UTF-8") from None
        offered = [operation for operation in OPERATIONS if ("{app_id}" in operation.path) == bool(app_id)]
        operation = next((operation for operation in offered if operation.method == call.method), None)
        if operation is None:
            allowed = ", ".join(operation.method for operation in offered)
            headers = (("allow", allowed),)
            raise RefusalError(self.dialect.wrong_method, f"this path takes {allowed} only", headers=headers)
        return replace(call, operation=operation, project_id=project_id, app_id=app_id)

    # The operations

    async def list_apps(self, call: Call) -> Answer:
        """List: every app of the project once (SRV-STATE-5)."""
        return self.answer_list(self.visible_apps(call.project_id), call)

    async def create_app(self, call: Call) -> Answer:
        """Create: a new id, everything sent, defaults for the rest (SRV-STATE-1 to 3)."""
        request = self.check_body(self.parse_body(call), call)
        async with self.exclusive(call):
            app = self.build_app(self.new_id(call), request)
            self.store.insert(call.project_id, app)
        return self.answer_app(app, call)

    async def get_app(self, call: Call) -> Answer:
        """Get: what create or the last update answered (SRV-STATE-4)."""
        return self.answer_app(self.find_app(call), call)

    async def update_app(self, call: Call) -> Answer:
        """Update: the members sent, or those of them that the mask names (SRV-STATE-6 to 8)."""
        if self.dialect.checked_first == "app":
            self.find_app(call)
        mask = self.parse_mask(call)
        request = self.check_body(self.parse_body(call), call)
        async with self.exclusive(call):
            app = self.apply_update(self.find_app(call), request, mask)
            await self.save_app(app, call)
        return self.answer_app(app, call)

    async def delete_app(self, call: Call) -> Answer:
        """Delete: the app is gone for every operation (SRV-STATE-9)."""
        async with self.exclusive(call):
            if not self.store.delete(call.project_id, call.app_id):
                raise self.missing_app(call)
        return self.answer_delete(call)

    # Their steps

    @asynccontextmanager
    async def exclusive(self, call: Call) -> AsyncIterator[None]:  # noqa: ARG002 -- a fault may look at the call
        """Hold off all other changes, so that an update reads and writes in one step (SRV-LOAD-2)."""
        async with self._writing:
            yield

    def visible_apps(self, project_id: str) -> list[App]:
        """Return the apps that a list shows."""
        apps = self.store.apps(project_id)
        return apps[::-1] if self.dialect.list_order == "newest" else apps

    def find_app(self, call: Call) -> App:
        """Return the app that the call is about; raise RefusalError when the project has none of that id."""
        app = self.store.get(call.project_id, call.app_id)
        if app is None:
            raise self.missing_app(call)
        return app

    def missing_app(self, call: Call) -> RefusalError:  # noqa: ARG002 -- a fault may look at the call
        """Return the refusal for an id that the project does not have (SRV-STATE-10)."""
        return RefusalError(self.dialect.missing_app, "the project has no app with this id")

    def new_id(self, call: Call) -> str:  # noqa: ARG002 -- a fault may look at the call
        """Return an id that no app ever had."""
        return new_id(self.dialect.id_style)

    def build_app(self, app_id: str, request: dict[str, Any]) -> App:
        """Return the app that a create request makes."""
        return self.apply_defaults({"id": app_id, "display_name": "", **request})

    def apply_defaults(self, app: App) -> App:
        """Return the app with the default of every member that has one and was not given (SRV-STATE-3)."""
        if self.dialect.defaults == "absent":
            return app
        complete = dict(app)
        for name, default in defaults(self.edition).items():
            if self.dialect.null_objects_2026 and name in NULLABLE_2026:
                continue
            given = app.get(name)
            if isinstance(default, dict):
                complete[name] = {**default, **(given or {})}
            elif given is None:
                complete[name] = default
        if self.edition == "2026" and "processing_mode" not in app:
            complete["processing_mode"] = self.dialect.processing_mode_2026
        added = entry_defaults(self.edition)
        complete["channel_credentials"] = [entry | added | entry for entry in app["channel_credentials"]]
        return complete

    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        """Return the app with the request's members in place, all of them or those that the mask names."""
        changed = dict(app)
        for name, value in request.items():
            if mask is None or name in mask:
                changed[name] = self.update_member(app.get(name), value)
        return self.apply_defaults(changed)

    def update_member(self, old: Any, new: Any) -> Any:
        """Return what a member holds after an update sent ``new``: a small object may be sent in part (SRV-STATE-6)."""
        if isinstance(new, dict) and isinstance(old, dict) and self.dialect.small_objects == "merged":
            return {**old, **new}
        return deepcopy(new)

    async def save_app(self, app: App, call: Call) -> None:
        """Put an updated app in the place of the old one."""
        self.store.replace(call.project_id, app)

    # Reading a request

    def check_media_type(self, call: Call) -> None:
        """Refuse a body that says it is something else than JSON in UTF-8 (SRV-INPUT-9); saying nothing is fine."""
        given = call.header("content-type")
        coding = call.header("content-encoding") or "identity"
        if given is not None:
            media_type, _, parameters = given.lower().partition(";")
            charset = _CHARSET.search(parameters)
            if media_type.strip() != "application/json" or (charset and charset[1] not in _CHARSETS):
                raise RefusalError(self.dialect.other_media_type, "the body must be application/json in UTF-8")
        if coding.strip().lower() != "identity":
            raise RefusalError(self.dialect.other_media_type, "a content coding of the request body is not taken")

    def parse_body(self, call: Call) -> dict[str, Any]:
        """Return the request's JSON object; raise RefusalError 400, 413 or 415 (SRV-INPUT-1, SRV-INPUT-8)."""
        if call.body is None or len(call.body) > self.dialect.body_limit:
            raise RefusalError(413, f"the body is longer than {self.dialect.body_limit} bytes")
        self.check_media_type(call)
        try:
            value = read_json(call.body)
        except BodyError as error:
            raise RefusalError(400, str(error)) from None
        if not isinstance(value, dict):
            raise RefusalError(400, f"the body is {_json_type(value)}; a JSON object is expected")
        return value

    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        """Return what of the body the service takes over; raise RefusalError 400 where it breaks the schema."""
        request = self._readers[call.name].read(body)
        found = self.violations(request, call)
        if found:
            raise self.invalid_body(found)
        self.check_choices(request)
        return request

    def violations(self, request: dict[str, Any], call: Call) -> list[Violation]:
        """Return how a request breaks its schema (SRV-INPUT-2 to 6); an empty list means that it is fine."""
        return find_violations(request, call.name, self.edition)

    def check_choices(self, request: dict[str, Any]) -> None:
        """Refuse what a server may refuse though the schema allows it (SRV-INPUT-12), by the dialect's choice."""
        dialect = self.dialect
        name = request.get("display_name", "")
        if dialect.name_limit is not None and len(name) > dialect.name_limit:
            raise RefusalError(400, f"display_name: is longer than {dialect.name_limit} characters")
        entries = request.get("channel_credentials")
        if entries is not None and not entries and dialect.empty_credentials == "refused":
            raise RefusalError(400, "channel_credentials: at least one entry is needed")
        if entries and dialect.repeated_channels == "refused":
            channels = [entry["channel"] for entry in entries if self.edition != "2026" or entry["channel"] != "LINE"]
            if len(set(channels)) != len(channels):
                raise RefusalError(400, "channel_credentials: holds two entries of one channel")
        if dialect.empty_strings == "refused" or dialect.nul_characters == "refused":
            for text in _texts(request):
                if not text and dialect.empty_strings == "refused":
                    raise RefusalError(400, "a text is empty")
                if "\0" in text and dialect.nul_characters == "refused":
                    raise RefusalError(400, "a text holds the character U+0000")

    def parse_mask(self, call: Call) -> Mask:
        """Return the top-level members that the update mask names, or None for no or an empty mask (SRV-INPUT-11)."""
        parameter = call.operation.mask_parameter(self.edition) if call.operation else None
        names = mask_names(call.parameters, parameter) if parameter else []
        return masked_members(names, shape("app", self.edition), nested_refused=self.dialect.nested_masks == "refused")


def _json_type(value: Any) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _texts(part)]
