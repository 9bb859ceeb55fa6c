"""Servers and clients on the wire, for what stands between them."""

import socket
import struct
import threading
from contextlib import contextmanager, suppress

import pytest

from apps_contract.run.settings import Settings
from apps_contract.run.traffic.traffic_run import live_run
from apps_contract.service.proxy.proxy import Proxy

APPS = "/v1/projects/p/apps"
AUTHORIZATION = "Authorization: Basic a2V5OnNlY3JldC1vZi1rZXk="  # key:secret-of-key
APP = b'{"id":"a1","display_name":"one","channel_credentials":[]}'


def answer(body, *headers, status="200 OK", length=None):
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}", "", ""]
    return "\r\n".join(lines).encode() + body


JSON = "Content-Type: application/json"


class RawServer:
    """Answers each request with the next of the given byte strings; keeps what came. ``then`` ends each connection.

    An answer that is None sends nothing. A connection is kept for the next request while ``keeps`` is true.
    """

    def __init__(self, *answers, then="close", keeps=False):
        self.answers = list(answers)
        self.then = then
        self.keeps = keeps
        self.received = []
        self.closed = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with connection, suppress(OSError):
            while data := read_message(connection):
                self.received.append(data)
                if self.answers:
                    given = self.answers.pop(0)
                    if given is None:
                        connection.recv(1)
                        self.closed.set()
                        return
                    connection.sendall(given)
                if not self.keeps:
                    break
            if self.then == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.closed.set()

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a connection
        self.listener.close()


def read_message(connection):
    """Read a message with a Content-Length, a chunked one, or one without a body; empty at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(65536)
    elif b"content-length:" in lower:
        length = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class Between:
    """A proxy with its run."""

    def __init__(self, proxy, run):
        self.proxy = proxy
        self.run = run
        self.url = proxy.base_url
        self.place = ("127.0.0.1", int(proxy.base_url.rpartition(":")[2]))

    def ask(self, raw):
        """Send bytes on a fresh connection, and return all that comes until its end."""
        with socket.create_connection(self.place, timeout=10) as connection:
            connection.sendall(raw)
            data = b""
            try:
                while part := connection.recv(65536):
                    data += part
            except ConnectionResetError:
                return data + b"<reset>"
            return data

    def ended(self):
        """End the proxy and return the verdict."""
        self.proxy.__exit__()
        assert self.proxy.error is None
        return self.run.ended("a test", self.proxy.target)

    def broken(self):
        """End the proxy and return the requirements that were broken."""
        return sorted({finding.breach.requirement for finding in self.ended().findings})


@pytest.fixture
def between():
    """Starts proxies that end with the test: ``between(url, edition)``."""
    started = []

    @contextmanager
    def start(url, edition="2026", **options):
        run = live_run(Settings(edition=edition))
        with Proxy(url, run.take, **options) as proxy:
            yield Between(proxy, run)

    def enter(url, edition="2026", **options):
        manager = start(url, edition, **options)
        started.append(manager)
        return manager.__enter__()

    yield enter
    for manager in started:
        manager.__exit__(None, None, None)
