"""Small servers on loopback that say exactly what a test tells them to say."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CERTIFICATE = Path(__file__).with_name("loopback.pem")


class Peer:
    """One connection as the server sees it."""

    def __init__(self, connection: socket.socket, number: int, seen: list[bytes]) -> None:
        self.number = number
        self._socket = connection
        self._seen = seen
        self._buffer = b""

    def read_request(self) -> bytes | None:
        """Read one whole request, with as much body as its Content-Length says; None when the client has closed."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._read():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        wanted = int(length[1]) if length else 0
        while len(self._buffer) < wanted:
            if not self._read():
                break
        body, self._buffer = self._buffer[:wanted], self._buffer[wanted:]
        self._seen.append(head + b"\r\n\r\n" + body)
        return self._seen[-1]

    def _read(self) -> bool:
        received = self._socket.recv(65536)
        self._buffer += received
        return bool(received)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def stay_until_closed(self) -> None:
        while self._socket.recv(65536):
            pass

    def reset(self) -> None:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


class Server:
    """Accepts connections and lets ``behave`` talk on each, in a thread of its own."""

    def __init__(self, behave: Callable[[Peer], None], *, tls: bool) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._behave = behave
        self._context = None
        if tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(CERTIFICATE)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            # Else what was said last may still be held back when a close throws it away.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._talk, args=(connection, self.connections))
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(connection)
            if self._context is not None:
                connection = stack.enter_context(self._context.wrap_socket(connection, server_side=True))
            self._behave(Peer(connection, number, self.requests))

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server; it is given what to do on each connection."""
    servers: list[Server] = []

    def start(behave: Callable[[Peer], None], *, tls: bool = False) -> Server:
        servers.append(Server(behave, tls=tls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def answer_with(serve: Callable[..., Server]) -> Callable[..., Server]:
    """Return a function that starts a server which says the same bytes to every request."""

    def start(*answers: bytes, tls: bool = False) -> Server:
        def behave(peer: Peer) -> None:
            turn = 0
            while peer.read_request() is not None:
                peer.send(answers[min(turn, len(answers) - 1)])
                turn += 1

        return serve(behave, tls=tls)

    return start


@pytest.fixture
def say_once(serve: Callable[..., Server]) -> Callable[[bytes], Server]:
    """Return a function that starts a server which says some bytes to the first request and closes the connection."""

    def start(answer: bytes) -> Server:
        def behave(peer: Peer) -> None:
            peer.read_request()
            peer.send(answer)

        return serve(behave)

    return start
