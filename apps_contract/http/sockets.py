"""Requests over TCP and TLS, to servers that may be broken or hostile."""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from apps_contract.http.answer import AnswerReader
from apps_contract.http.failures import TransportError, fail
from apps_contract.http.head import serialise

if TYPE_CHECKING:
    from apps_contract.http.exchange import Request, Response

_RECEIVE_SIZE: Final = 64 * 1024
_IDLE_CONNECTIONS: Final = 32
# Common servers close an idle connection after 5 seconds: ours is given up before that, so that no request meets the closing.
_IDLE_SECONDS: Final = 4.0

_WOULD_BLOCK = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class BaseUrlError(ValueError):
    """A base URL that no request can be sent to."""


class SocketTransport:
    """Sends requests to ``base_url``, keeping connections alive between them.

    ``base_url`` is http or https with an optional path, which goes before every target. ``verify=False`` accepts any
    certificate. Raises BaseUrlError.
    """

    supports_raw = True

    def __init__(self, base_url: str, *, verify: bool = True) -> None:
        self.base_url = base_url.rstrip("/")
        self._address = _Address(self.base_url)
        self._tls = _tls_context(verify=verify) if self._address.is_tls else None
        self._idle: deque[_Connection] = deque()
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, request: Request, *, timeout: float) -> Response:
        """Send one request and return its complete answer, all within ``timeout`` seconds, or raise TransportError.

        Any request goes out as it is; see head.serialise. A kept-alive connection that turns out to be closed before
        any byte of an answer is replaced once by a fresh one.
        """
        deadline = _Deadline(timeout)
        message = serialise(request, self._address.host_header, self._address.prefix)
        kept = self._take_idle() if message.reusable else None
        if kept is not None:
            try:
                return self._exchange(kept, request.method, message.data, deadline, keep=True)
            except TransportError as error:
                if not kept.is_stale or error.failure.kind not in ("reset", "closed"):
                    raise
        fresh = _Connection(self._address, self._tls, deadline)
        return self._exchange(fresh, request.method, message.data, deadline, keep=message.reusable)

    def _exchange(self, connection: _Connection, method: str, data: bytes, deadline: _Deadline, *, keep: bool) -> Response:
        answer = AnswerReader(method)
        try:
            is_written = connection.talk(data, answer, deadline)
            keep = keep and is_written and answer.reusable and not self._is_closed
            response = answer.response
        except BaseException:
            connection.is_stale = not answer.started
            connection.close()
            raise
        if keep and len(self._idle) < _IDLE_CONNECTIONS:
            connection.idle_since = time.monotonic()
            self._idle.append(connection)
        else:
            connection.close()
        return response

    def _take_idle(self) -> _Connection | None:
        """The connection used last, as it is the least likely to have been closed by the server; None when there is none."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            # Readable while idle means either closed or bytes that belong to no request of ours.
            if time.monotonic() - connection.idle_since < _IDLE_SECONDS and not connection.wait(0, read=True):
                return connection
            connection.close()

    def close(self) -> None:
        """Close the idle connections; those in use are closed after their exchange."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()


class _Deadline:
    """One point in time for all steps of an exchange."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._end = time.monotonic() + timeout

    @property
    def remaining(self) -> float:
        return max(0.0, self._end - time.monotonic())


class _Address:
    """Where a base URL leads: resolved once, and again after a failure."""

    def __init__(self, base_url: str) -> None:
        try:
            parts = urlsplit(base_url)
            self.host = (parts.hostname or "").encode("idna" if not (parts.hostname or "").isascii() else "ascii").decode()
            port = parts.port
        except ValueError as error:
            raise BaseUrlError(f"{base_url!r} is no base URL: {error}") from None
        if parts.scheme not in ("http", "https") or not self.host:
            raise BaseUrlError(f"{base_url!r} is no base URL: it must look like https://host or http://host:port")
        if parts.query or parts.fragment or parts.username is not None:
            raise BaseUrlError("the base URL must hold no user name, query or fragment; credentials are given apart from it")
        self.is_tls = parts.scheme == "https"
        self.prefix = parts.path.rstrip("/")
        default = 443 if self.is_tls else 80
        self.port = default if port is None else port
        host = f"[{self.host}]" if ":" in self.host else self.host
        self.host_header = host if self.port == default else f"{host}:{self.port}"
        self._resolved: list[tuple[int, Any]] | None = None

    def __str__(self) -> str:
        return f"{self.host} port {self.port}"

    def connect(self, deadline: _Deadline) -> socket.socket:
        """Return a connected socket; raise TransportError (connect)."""
        places = self._resolved or self._resolve(deadline)
        reason = "no address"
        for index, (family, place) in enumerate(places):
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                # A silent address must leave time for those after it.
                connection.settimeout(max(0.001, deadline.remaining / (len(places) - index)))
                connection.connect(place)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except TimeoutError:
                connection.close()
                reason = f"no connection within {deadline.timeout:g} s"
            except OSError as error:
                connection.close()
                reason = error.strerror or str(error)
            except BaseException:
                connection.close()
                raise
            else:
                self._resolved = [places[index], *places[:index], *places[index + 1 :]] if index else places
                return connection
        self._resolved = None
        raise fail("connect", f"cannot connect to {self}: {reason}")

    def _resolve(self, deadline: _Deadline) -> list[tuple[int, Any]]:
        """Ask the system for the addresses, in a thread of its own since the system's call knows no time-out."""
        try:
            return self._look_up(socket.AI_NUMERICHOST)
        except OSError:
            pass
        found: list[list[tuple[int, Any]]] = []
        errors: list[OSError] = []

        def ask() -> None:
            try:
                found.append(self._look_up(0))
            except OSError as error:
                errors.append(error)

        asking = threading.Thread(target=ask, name="apps-contract-resolver", daemon=True)
        asking.start()
        asking.join(deadline.remaining)
        if found:
            return found[0]
        reason = (errors[0].strerror or str(errors[0])) if errors else f"no answer within {deadline.timeout:g} s"
        raise fail("connect", f"cannot resolve the host name {self.host!r}: {reason}")

    def _look_up(self, flags: int) -> list[tuple[int, Any]]:
        try:
            places = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM, flags=flags)
        except UnicodeError as error:
            raise OSError(str(error)) from None
        return [(family, place) for family, _, _, _, place in places]


class _Connection:
    """One connected socket, never blocking beyond a deadline."""

    def __init__(self, address: _Address, tls: ssl.SSLContext | None, deadline: _Deadline) -> None:
        self.idle_since = 0.0
        self.is_stale = False
        self._socket = address.connect(deadline)
        try:
            if tls is not None:
                self._start_tls(tls, address, deadline)
            self._socket.setblocking(False)  # noqa: FBT003  the socket module's own signature
        except BaseException:
            self._socket.close()
            raise

    def _start_tls(self, tls: ssl.SSLContext, address: _Address, deadline: _Deadline) -> None:
        try:
            self._socket.settimeout(max(0.001, deadline.remaining))
            self._socket = tls.wrap_socket(self._socket, server_hostname=address.host)
        except TimeoutError:
            raise fail("connect", f"no TLS connection to {address} within {deadline.timeout:g} s") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
            raise fail("connect", f"no TLS connection to {address}: {reason}") from None

    def talk(self, data: bytes, answer: AnswerReader, deadline: _Deadline) -> bool:
        """Write ``data`` and read the answer, also one that comes before all is written; return whether all was written.

        Raises TransportError.
        """
        unsent = memoryview(data)
        broken: OSError | None = None
        while not answer.complete:
            wants_write = False
            if unsent:
                try:
                    unsent = unsent[self._socket.send(unsent) :]
                    wants_write = bool(unsent)
                except (BlockingIOError, ssl.SSLWantWriteError):
                    wants_write = True
                except ssl.SSLWantReadError:
                    pass
                except OSError as error:
                    # The server reads no further, but it may have answered before.
                    broken, unsent = error, unsent[:0]
            try:
                received = self._socket.recv(_RECEIVE_SIZE)
            except _WOULD_BLOCK:
                if not self.wait(deadline.remaining, read=True, write=wants_write):
                    raise _late(answer, deadline) from None
            except OSError as error:
                raise _lost(answer, error) from None
            else:
                if not received and broken is not None and not answer.started:
                    raise _lost(answer, broken)
                answer.feed(received)
                if not answer.complete and not deadline.remaining:
                    raise _late(answer, deadline)
        return broken is None and not unsent

    def wait(self, timeout: float, *, read: bool = False, write: bool = False) -> bool:
        """Wait until the socket can be read or written, at most ``timeout`` seconds; return whether it can."""
        return _wait(self._socket, timeout, read=read, write=write)

    def close(self) -> None:
        self._socket.close()


def _late(answer: AnswerReader, deadline: _Deadline) -> TransportError:
    if answer.started:
        return fail("timeout", f"the answer began but was not complete within {deadline.timeout:g} s")
    return fail("timeout", f"no answer within {deadline.timeout:g} s")


def _lost(answer: AnswerReader, error: OSError) -> TransportError:
    reason = error.strerror or str(error)
    if answer.started:
        return fail("truncated", f"the connection broke in the middle of the answer: {reason}")
    return fail("reset", f"the server broke the connection without an answer: {reason}")


def _tls_context(*, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


if hasattr(select, "poll"):

    def _wait(connection: socket.socket, timeout: float, *, read: bool, write: bool) -> bool:
        poll = select.poll()
        poll.register(connection, (select.POLLIN if read else 0) | (select.POLLOUT if write else 0))
        return bool(poll.poll(timeout * 1000))

else:  # Windows

    def _wait(connection: socket.socket, timeout: float, *, read: bool, write: bool) -> bool:
        watched = [connection]
        return any(select.select(watched if read else [], watched if write else [], watched, timeout))
