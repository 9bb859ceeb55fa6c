"""Runs an application on a TCP port under uvicorn until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Longer than any header a test sends, so that the service answers it (with 414 or 431) and not the HTTP parser.
_LONGEST_HEAD = 1 << 20
_KEEP_ALIVE_S = 75
# How long requests that have begun may take to end once the server is told to stop.
_GRACE_S = 10
_BACKLOG = 512


class ListenError(Exception):
    """The address cannot be listened on: one line."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address; port 0 takes a free one. Raises ListenError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address, family=family, backlog=_BACKLOG)
        # Accepted sockets inherit it. The event loop sets it only on sockets that it made itself; without it, head and
        # body of an answer go out 40 ms apart.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except socket.gaierror as error:
        raise ListenError(f"cannot listen on {host}: {error.strerror}") from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ListenError(f"cannot listen on {host}, port {port}: {reason.lower()}") from None
    return listener


def base_url(listener: socket.socket) -> str:
    """Return the URL under which a listening socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared with, not bound to
    return f"http://[{local}]:{port}" if ":" in local else f"http://{local}:{port}"


def run(app: Any, listener: socket.socket, *, on_ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun are answered first."""
    Server(app, on_ready=on_ready).run(sockets=[listener])


class Server(uvicorn.Server):
    """A uvicorn server that calls back when it is ready, and that ends without raising the signal that ended it."""

    def __init__(self, app: Any, *, on_ready: Callable[[], None]) -> None:
        # Without a handler of its own, logging would write uvicorn's remarks on odd requests to standard error.
        logging.getLogger("uvicorn.error").addHandler(logging.NullHandler())
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_GRACE_S,
                h11_max_incomplete_event_size=_LONGEST_HEAD,
            )
        )
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to serve, and say so."""
        await super().startup(sockets=sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what has begun, and close the connections of what took too long."""
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # a transport closes its socket in the next round of the loop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT when in the main thread, the only one that can be told."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
