"""Requests straight into an ASGI 3 application, without a socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote

from apps_contract.http.answer import BODY_LIMIT, decode_content
from apps_contract.http.exchange import Headers, Response, find_header
from apps_contract.http.failures import TransportError, fail
from apps_contract.http.head import complete_headers, to_bytes

if TYPE_CHECKING:
    from apps_contract.http.exchange import FailureKind, Request

Message = MutableMapping[str, Any]
AsgiApp = Callable[[MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

_HOST: Final = "app.test"
_VERSIONS: Final = {"version": "3.0", "spec_version": "2.3"}
_BODILESS_STATUSES: Final = frozenset({204, 304})
_LIFESPAN_SECONDS: Final = 30.0


class AppStartupError(Exception):
    """The application says that it cannot start: one line."""


class AsgiTransport:
    """Runs an application on an event loop of its own, in one thread, and hands it requests from any thread.

    Startup and shutdown follow the lifespan protocol where the application knows it. Raises AppStartupError.
    """

    supports_raw = False
    base_url = f"http://{_HOST}"

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._state: dict[str, Any] = {}
        self._calls: set[_Call] = set()
        self._is_closed = False
        self._started = threading.Event()
        self._startup_error: str | None = None
        self._thread = threading.Thread(target=asyncio.run, args=(self._live(),), name="apps-contract-asgi", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._startup_error is not None:
            self._is_closed = True
            self._thread.join(_LIFESPAN_SECONDS)
            raise AppStartupError(self._startup_error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, request: Request, *, timeout: float) -> Response:
        """Hand one request to the application and return its complete answer, or raise TransportError.

        An exception of the application before its answer is what a closed connection is over a socket, one in the
        middle of it a truncated body. At ``timeout`` the application's task is cancelled.
        """
        if request.raw is not None:
            raise fail("connect", "a raw request cannot be handed to an application without a socket")
        call = _Call(request, self._app, self._state, self._calls)
        try:
            if self._is_closed:
                raise RuntimeError
            self._loop.call_soon_threadsafe(call.start)
            if not call.done.wait(timeout):
                self._loop.call_soon_threadsafe(call.abandon, "timeout", f"no complete answer within {timeout:g} s")
                raise fail("timeout", f"no complete answer within {timeout:g} s")
        except RuntimeError:  # the loop is closed
            raise fail("connect", "the application has been shut down") from None
        return call.result()

    def close(self) -> None:
        """Cancel what still runs, shut the application down and end the thread."""
        if not self._is_closed:
            self._is_closed = True
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(_LIFESPAN_SECONDS)

    async def _live(self) -> None:
        """Start the application, stay until close, shut the application down."""
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        lifespan = _Lifespan(self._app, self._state)
        try:
            self._startup_error = await lifespan.start()
        finally:
            self._started.set()
        if self._startup_error is None:
            await self._stop.wait()
            for call in tuple(self._calls):
                call.abandon("closed", "the application was shut down in the middle of a request")
            await lifespan.stop()


class _Lifespan:
    """The startup and shutdown of one application."""

    def __init__(self, app: AsgiApp, state: dict[str, Any]) -> None:
        self._scope = {"type": "lifespan", "asgi": _VERSIONS, "state": state}
        self._app = app
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message | None] = asyncio.Queue()

    async def start(self) -> str | None:
        """Return why the application cannot start, in one line, or None."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        message = await self._ask("lifespan.startup")
        if message is not None and message["type"] == "lifespan.startup.failed":
            await self._task
            lines = str(message.get("message", "")).strip().splitlines()
            return f"the application failed to start: {lines[-1] if lines else 'it gives no reason'}"
        if message is None and not self._task.done():
            self._task.cancel()
            return f"the application did not start within {_LIFESPAN_SECONDS:g} s"
        return None

    async def stop(self) -> None:
        """Ask the application to shut down, if it takes part at all."""
        if not self._task.done():
            await self._ask("lifespan.shutdown")
            self._task.cancel()

    async def _ask(self, kind: str) -> Message | None:
        self._to_app.put_nowait({"type": kind})
        try:
            return await asyncio.wait_for(self._from_app.get(), _LIFESPAN_SECONDS)
        except TimeoutError:
            return None

    async def _run(self) -> None:
        try:
            await self._app(self._scope, self._to_app.get, self._from_app.put)
        except Exception:  # noqa: BLE001, S110  an application that knows no lifespan raises here (ASGI, lifespan protocol)
            pass
        finally:
            self._from_app.put_nowait(None)


class _Call:
    """One request on its way through the application; ``done`` is set when ``result`` knows the answer."""

    def __init__(self, request: Request, app: AsgiApp, state: dict[str, Any], running: set[_Call]) -> None:
        self.done = threading.Event()
        self._request = request
        self._app = app
        self._state = state
        self._running = running
        self._body_given = False
        self._disconnected: asyncio.Event | None = None
        self._status: int | None = None
        self._headers: Headers = ()
        self._body = bytearray()
        self._error: TransportError | None = None

    def start(self) -> None:
        """Begin, on the event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._running.add(self)

    def abandon(self, kind: FailureKind, message: str) -> None:
        """Give up, on the event loop."""
        self._finish(fail(kind, message))
        self._task.cancel()

    def result(self) -> Response:
        """The answer; raises TransportError."""
        if self._error is not None:
            raise self._error
        assert self._status is not None
        body = bytes(self._body)
        length = find_header(self._headers, "content-length")
        if self._request.method == "HEAD" or self._status in _BODILESS_STATUSES:
            return Response(self._status, self._headers)
        if length is not None and length != str(len(body)):
            kind: FailureKind = "truncated" if length.isdecimal() and int(length[:18]) > len(body) else "malformed"
            raise fail(kind, f"the application announces {length[:18]} bytes but sends {len(body)}")
        return Response(self._status, self._headers, decode_content(body, self._headers))

    async def _run(self) -> None:
        try:
            await self._app(self._scope(), self._receive, self._send)
            self._finish(self._end("the application ended"))
        except asyncio.CancelledError:
            self._finish(self._end("the application was cancelled"))
        except BaseException as error:  # noqa: BLE001  not even SystemExit of an application may end the loop
            lines = str(error).splitlines()
            self._finish(self._end(f"the application raised {type(error).__name__}: {lines[0] if lines else ''}"))
        finally:
            self._running.discard(self)

    def _end(self, how: str) -> TransportError:
        if self._status is None:
            return fail("closed", how if "raised" in how else f"{how} without an answer")
        return fail("truncated", f"{how} in the middle of the answer")

    def _finish(self, error: TransportError | None) -> None:
        if self.done.is_set():
            return
        self._error = error
        self.done.set()
        if self._disconnected is not None:
            self._disconnected.set()

    async def _receive(self) -> Message:
        if not self._body_given:
            self._body_given = True
            return {"type": "http.request", "body": self._request.body or b"", "more_body": False}
        if not self.done.is_set():
            self._disconnected = self._disconnected or asyncio.Event()
            await self._disconnected.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if self.done.is_set():
            return
        if kind == "http.response.start" and self._status is None:
            headers = message.get("headers", ())
            self._headers = tuple((bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in headers)
            self._status = int(message["status"])
        elif kind == "http.response.body" and self._status is not None:
            self._body += message.get("body", b"")
            if len(self._body) > BODY_LIMIT:
                self._finish(fail("too_large", f"the body is longer than {BODY_LIMIT} bytes"))
                self._task.cancel()
            elif not message.get("more_body", False):
                self._finish(None)
        else:
            raise RuntimeError(f"the message {kind!r} is not expected here")

    def _scope(self) -> dict[str, Any]:
        path, _, query = self._request.target.partition("?")
        raw_path = to_bytes(path)
        return {
            "type": "http",
            "asgi": _VERSIONS,
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": "http",
            "path": unquote(raw_path.decode("latin-1") if not raw_path.isascii() else path),
            "raw_path": raw_path,
            "query_string": to_bytes(query),
            "root_path": "",
            "headers": [(to_bytes(name).lower(), to_bytes(value)) for name, value in complete_headers(self._request, _HOST)],
            "client": ("127.0.0.1", 50000),
            "server": (_HOST, 80),
            "state": self._state.copy(),
        }
