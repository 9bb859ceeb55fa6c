"""Requests straight into an ASGI 3 application, without a socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote_to_bytes

from apps_contract.http import in_process
from apps_contract.http.answer import BODY_LIMIT
from apps_contract.http.failures import TransportError, fail
from apps_contract.http.head import complete_headers, to_bytes

if TYPE_CHECKING:
    from apps_contract.http.exchange import FailureKind, Headers, Request, Response

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
AsgiApp = Callable[[Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

_VERSIONS: Final = {"version": "3.0", "spec_version": "2.3"}
_STARTUP_SECONDS: Final = 30.0
_SHUTDOWN_SECONDS: Final = 10.0


class AppStartupError(Exception):
    """The application does not start: one line that says why."""


class AsgiTransport:
    """Runs an application on an event loop of its own, in one thread, and hands it requests from any thread.

    Startup and shutdown follow the lifespan protocol where the application knows it. Raises AppStartupError.
    """

    supports_raw = False
    base_url = in_process.BASE_URL

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._state: dict[str, Any] = {}
        self._calls: set[_Call] = set()
        self._is_closed = False
        self._started = threading.Event()
        self._startup_error: str | None = None
        # asyncio.run, as libraries that keep worker threads tell by it when the loop ends.
        self._thread = threading.Thread(
            target=asyncio.run, args=(self._live(),), name="apps-contract-asgi", daemon=True
        )
        self._thread.start()
        self._started.wait()
        if self._startup_error is not None:
            self._is_closed = True
            self._thread.join(_SHUTDOWN_SECONDS)
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
        in_process.refuse_raw(request)
        call = _Call(request, self._app, self._state, self._calls)
        self._on_loop(call.start)
        if not call.done.wait(timeout):
            late = fail("timeout", f"no complete answer within {timeout:g} s")
            self._on_loop(call.abandon, late)
            raise late
        return call.result()

    def close(self) -> None:
        """Cancel what still runs, shut the application down and end the thread."""
        if not self._is_closed:
            self._on_loop(self._stop.set)
            self._is_closed = True
            self._thread.join(_SHUTDOWN_SECONDS * 2)

    def _on_loop(self, callback: Callable[..., object], *arguments: object) -> None:
        try:
            if not self._is_closed:
                self._loop.call_soon_threadsafe(callback, *arguments)
                return
        except RuntimeError:  # the loop was closed in between
            pass
        raise fail("connect", "the application has been shut down")

    async def _live(self) -> None:
        """Start the application, stay until close, shut the application down."""
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        lifespan = _Lifespan(self._app, self._state)
        self._startup_error = await lifespan.start()
        self._started.set()
        if self._startup_error is None:
            await self._stop.wait()
            for call in tuple(self._calls):
                call.abandon(fail("closed", "the application was shut down in the middle of a request"))
            await lifespan.stop()


class _Lifespan:
    """Startup and shutdown of one application."""

    def __init__(self, app: AsgiApp, state: dict[str, Any]) -> None:
        self._scope = {"type": "lifespan", "asgi": _VERSIONS, "state": state}
        self._app = app
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()

    async def start(self) -> str | None:
        """Return why the application does not start, in one line, or None."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        try:
            message = await self._ask("lifespan.startup", _STARTUP_SECONDS)
        except TimeoutError:
            self._task.cancel()
            return f"the application did not start within {_STARTUP_SECONDS:g} s"
        if message["type"] == "lifespan.startup.failed":
            lines = str(message.get("message", "")).strip().splitlines()
            return f"the application did not start: {lines[-1] if lines else 'it gives no reason'}"
        return None

    async def stop(self) -> None:
        """Ask the application to shut down, if it takes part at all."""
        if not self._task.done():
            with suppress(TimeoutError):
                await self._ask("lifespan.shutdown", _SHUTDOWN_SECONDS)
            self._task.cancel()

    async def _ask(self, kind: str, seconds: float) -> Message:
        self._to_app.put_nowait({"type": kind})
        async with asyncio.timeout(seconds):
            return await self._from_app.get()

    async def _run(self) -> None:
        try:
            await self._app(self._scope, self._to_app.get, self._from_app.put)
        except SystemExit as error:
            self._from_app.put_nowait({"type": "lifespan.startup.failed", "message": f"SystemExit: {error}"})
        except Exception:  # noqa: BLE001, S110 - an application that knows no lifespan raises (ASGI, lifespan protocol)
            pass
        finally:
            self._from_app.put_nowait({"type": "ended"})


class _Call:
    """One request on its way through the application; once ``done`` is set, ``result`` knows the answer."""

    def __init__(self, request: Request, app: AsgiApp, state: dict[str, Any], running: set[_Call]) -> None:
        self.done = threading.Event()
        self._request = request
        self._app = app
        self._state = state
        self._running = running
        self._is_body_given = False
        self._disconnected: asyncio.Event | None = None
        self._status: int | None = None
        self._headers: Headers = ()
        self._body = bytearray()
        self._error: TransportError | None = None

    def start(self) -> None:
        """Begin, on the event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._running.add(self)

    def abandon(self, error: TransportError) -> None:
        """Give up, on the event loop."""
        self._finish(error)
        self._task.cancel()

    def result(self) -> Response:
        """Return the answer or raise TransportError."""
        if self._error is not None:
            raise self._error
        assert self._status is not None
        return in_process.finish(self._request, self._status, self._headers, bytes(self._body))

    async def _run(self) -> None:
        try:
            await self._app(self._scope(), self._receive, self._send)
            self._end("ended")
        except asyncio.CancelledError:
            self._end("was cancelled")
        except BaseException as error:  # noqa: BLE001 - not even SystemExit of an application may end the loop
            self._finish(in_process.raised(error, has_answered=self._status is not None))
        finally:
            self._running.discard(self)

    def _end(self, how: str) -> None:
        kind: FailureKind = "closed" if self._status is None else "truncated"
        self._finish(fail(kind, f"the application {how} before its answer was complete"))

    def _finish(self, error: TransportError | None) -> None:
        if not self.done.is_set():
            self._error = error
            self.done.set()
            if self._disconnected is not None:
                self._disconnected.set()

    async def _receive(self) -> Message:
        if not self._is_body_given:
            self._is_body_given = True
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
            self._headers = tuple((_text(name), _text(value)) for name, value in message.get("headers", ()))
            self._status = int(message["status"])
        elif kind == "http.response.body" and self._status is not None:
            self._body += message.get("body", b"")
            if len(self._body) > BODY_LIMIT:
                self.abandon(fail("too_large", f"the body is longer than {BODY_LIMIT} bytes"))
            elif not message.get("more_body", False):
                self._finish(None)
        else:
            raise RuntimeError(f"the message {kind!r} is not expected here")

    def _scope(self) -> Scope:
        path, _, query = self._request.target.partition("?")
        raw_path = to_bytes(path)
        headers = complete_headers(self._request, in_process.HOST)
        return {
            "type": "http",
            "asgi": _VERSIONS,
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": "http",
            "path": unquote_to_bytes(raw_path).decode("utf-8", "replace"),
            "raw_path": raw_path,
            "query_string": to_bytes(query),
            "root_path": "",
            "headers": [(to_bytes(name).lower(), to_bytes(value)) for name, value in headers],
            "client": ("127.0.0.1", 50000),
            "server": (in_process.HOST, 80),
            "state": self._state.copy(),
        }


def _text(data: bytes) -> str:
    return bytes(data).decode("latin-1")
