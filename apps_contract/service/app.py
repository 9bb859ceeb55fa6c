"""The service as an ASGI application, on Starlette's requests and responses."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request

from apps_contract.contract import DEFAULT_EDITION
from apps_contract.http.authentication import KeyPair
from apps_contract.service.access_log import AccessEntry
from apps_contract.service.auth import KeyRing
from apps_contract.service.delivery import deliver
from apps_contract.service.dialect import DEFAULT
from apps_contract.service.message import Call
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService, Parts
from apps_contract.service.store import MEMORY, Store
from apps_contract.service.tokens import DEFAULT_LIFETIME_S, TokenBook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from apps_contract.contract import Edition
    from apps_contract.service.dialect import Dialect
    from apps_contract.service.faults import Fault
    from apps_contract.service.message import Answer

DEMO_KEYS = (
    KeyPair("demo-project", "demo-key", "demo-secret-5d0c9f61"),
    KeyPair("other-project", "other-key", "other-secret-b7e24a38"),
)

# Read to its end and thrown away up to here, so that the client gets its answer instead of a reset connection.
_DRAIN_LIMIT = 16 << 20
# A body that does not arrive is not waited for longer than this (SRV-INPUT-8: no hang).
_BODY_SECONDS = 10.0


def create_app(  # noqa: PLR0913 -- each option stands for itself, and all but the first are keywords
    edition: Edition = DEFAULT_EDITION,
    *,
    database: str = MEMORY,
    keys: Sequence[KeyPair] = DEMO_KEYS,
    dialect: Dialect = DEFAULT,
    fault: Fault | None = None,
    access_log: Callable[[AccessEntry], None] | None = None,
    token_lifetime_s: float = DEFAULT_LIFETIME_S,
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """Return a new reference server with storage of its own. Raises StoreError when the database cannot be used.

    With a ``fault`` it breaks the contract in that one way. ``access_log`` is called once per request, after its answer
    is sent. ``clock`` is what tokens and rate limits go by.
    """
    tokens = TokenBook(token_lifetime_s, clock)
    parts = Parts(edition, Store(edition, database), KeyRing(keys), tokens, dialect, clock=clock)
    application = fault.build(parts) if fault else AppsApplication(AppsService(parts))
    application.access_log = access_log
    return application


class AppsApplication:
    """One running service behind ASGI. It owns its store, and closes it at shutdown."""

    body_seconds = _BODY_SECONDS

    def __init__(self, service: AppsService) -> None:
        self.service = service
        self.access_log: Callable[[AccessEntry], None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what the scope stands for: one request, or the life of the server."""
        if scope["type"] == "http":
            with suppress(ClientDisconnect):  # nobody is left to answer
                await self._serve(Request(scope, receive), send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.service.store.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, request: Request, send: Send) -> None:
        started = time.perf_counter()
        call = _call(request)
        try:
            async with asyncio.timeout(self.body_seconds):
                body = await self._body(request)
        except TimeoutError:
            refusal = RefusalError(408, "the body did not arrive in time", headers=(("connection", "close"),))
            answer = self.service.render_error(refusal, call)
        else:
            answer = await self.service.handle(replace(call, body=body))
        try:
            await self.deliver(answer, call, request, send)
        finally:
            if self.access_log is not None:
                duration_ms = (time.perf_counter() - started) * 1000
                self.access_log(AccessEntry(call.method, call.path, answer.status, duration_ms, _project(call.path)))

    async def deliver(self, answer: Answer, call: Call, request: Request, send: Send) -> None:
        """Put the answer on the wire, in the manner of the dialect."""
        await deliver(answer, call, self.service.dialect, request, send)

    async def _body(self, request: Request) -> bytes | None:
        """Return the body, or None when it is longer than the dialect's limit."""
        limit = self.service.dialect.body_limit
        chunks: list[bytes] = []
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size <= limit:
                chunks.append(chunk)
            elif size > _DRAIN_LIMIT:
                break
        return b"".join(chunks) if size <= limit else None


def _call(request: Request) -> Call:
    """Read method, path, query and headers; bytes that are no ASCII stay one character each."""
    scope = request.scope
    raw_path: bytes | None = scope.get("raw_path")
    path = raw_path.decode("latin-1") if raw_path is not None else quote(scope["path"])
    if "://" in path[:8]:  # the absolute form, which every server must accept (RFC 9112, 3.2.2)
        path = "/" + path.partition("://")[2].partition("/")[2]
    root: str = scope.get("root_path", "")
    if root and path.startswith(root + "/"):
        path = path[len(root) :]
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"])
    return Call(scope["method"], path, scope["query_string"].decode("latin-1"), headers)


def _project(path: str) -> str:
    parts = path.split("/", 4)
    return parts[3] if parts[1:3] == ["v1", "projects"] and len(parts) > 3 else ""  # noqa: PLR2004 -- as in contract section 3
