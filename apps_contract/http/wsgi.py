"""Requests straight into a WSGI application (PEP 3333), without a socket."""

from __future__ import annotations

import io
import queue
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote_to_bytes

from apps_contract.http import in_process
from apps_contract.http.address import Deadline
from apps_contract.http.answer import BODY_LIMIT
from apps_contract.http.failures import TransportError, fail
from apps_contract.http.head import complete_headers, to_bytes

if TYPE_CHECKING:
    from apps_contract.http.exchange import Headers, Request, Response

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_SHUTDOWN_SECONDS: Final = 2.0
_UNPREFIXED: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class WsgiTransport:
    """Calls an application in threads that are kept between requests, and hands it requests from any thread."""

    supports_raw = False
    base_url = in_process.BASE_URL

    def __init__(self, app: WsgiApp) -> None:
        self._app = app
        self._waiting: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._free = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, request: Request, *, timeout: float) -> Response:
        """Hand one request to the application and return its complete answer, or raise TransportError.

        Failures are those of AsgiTransport; but an application that never answers keeps its thread, as Python cannot
        stop one.
        """
        in_process.refuse_raw(request)
        if self._is_closed:
            raise fail("connect", "the application has been shut down")
        call = _Call(request, self._app)
        if not self._free.acquire(blocking=False):
            # Daemons: a thread that hangs in the application must not keep the process from ending.
            thread = threading.Thread(target=self._work, name="apps-contract-wsgi", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._waiting.put(call)
        if not call.done.wait(timeout):
            call.is_abandoned = True
            raise fail("timeout", f"no complete answer within {timeout:g} s")
        return call.result()

    def close(self) -> None:
        """End the threads; one that hangs in the application is left behind."""
        if not self._is_closed:
            self._is_closed = True
            deadline = Deadline(_SHUTDOWN_SECONDS)
            for _ in self._threads:
                self._waiting.put(None)
            for thread in self._threads:
                thread.join(deadline.remaining)

    def _work(self) -> None:
        while (call := self._waiting.get()) is not None:
            call.run()
            self._free.release()
            call.done.set()


class _Call:
    """One request on its way through the application; once ``done`` is set, ``result`` knows the answer."""

    def __init__(self, request: Request, app: WsgiApp) -> None:
        self.done = threading.Event()
        self.is_abandoned = False
        self._request = request
        self._app = app
        self._status: int | None = None
        self._reason = ""
        self._headers: Headers = ()
        self._body = bytearray()
        self._error: TransportError | None = None

    def result(self) -> Response:
        """Return the answer or raise TransportError."""
        if self._error is not None:
            raise self._error
        assert self._status is not None
        return in_process.finish(self._request, self._status, self._headers, bytes(self._body), self._reason)

    def run(self) -> None:
        """Call the application and read its whole answer."""
        try:
            answer = self._app(self._environ(), self._start)
            try:
                for part in answer:
                    self._write(part)
                    if self.is_abandoned or self._error is not None:
                        break
            finally:
                getattr(answer, "close", lambda: None)()
            if self._status is None and self._error is None:
                self._error = fail("closed", "the application ended without an answer")
        except BaseException as error:  # noqa: BLE001 - not even SystemExit of an application may end the thread
            self._error = in_process.raised(error, has_answered=bool(self._body))

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        if exc_info is not None and self._body:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self._status is not None:
            raise RuntimeError("start_response was called twice")
        code, _, self._reason = status.partition(" ")
        self._headers = tuple((str(name), str(value)) for name, value in headers)
        self._status = int(code)
        return self._write

    def _write(self, part: bytes) -> None:
        if self._status is None:
            raise RuntimeError("the body began before start_response was called")
        self._body += part
        if len(self._body) > BODY_LIMIT and self._error is None:
            self._error = fail("too_large", f"the body is longer than {BODY_LIMIT} bytes")

    def _environ(self) -> dict[str, Any]:
        path, _, query = self._request.target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self._request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(to_bytes(path)).decode("latin-1"),
            "QUERY_STRING": to_bytes(query).decode("latin-1"),
            "REQUEST_URI": self._request.target,
            "RAW_URI": self._request.target,
            "SERVER_NAME": in_process.HOST,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self._request.body or b""),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in complete_headers(self._request, in_process.HOST):
            key = _UNPREFIXED.get(name.lower(), f"HTTP_{name.upper().replace('-', '_')}")
            text = to_bytes(value).decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
        return environ
