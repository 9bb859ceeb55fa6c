"""Requests over TCP and TLS, to servers that may be broken or hostile."""

from __future__ import annotations

import select
import ssl
import time
from collections import deque
from typing import TYPE_CHECKING, Final, Self

from apps_contract.http.address import Address, Deadline
from apps_contract.http.answer import AnswerReader
from apps_contract.http.failures import TransportError, fail
from apps_contract.http.head import serialise

if TYPE_CHECKING:
    import socket

    from apps_contract.http.exchange import Request, Response
    from apps_contract.http.head import WireMessage

_RECEIVE_SIZE: Final = 64 * 1024
_IDLE_CONNECTIONS: Final = 32
# Common servers close an idle connection after 5 seconds: giving it up earlier, no request meets the closing.
_IDLE_SECONDS: Final = 4.0

_WOULD_BLOCK: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class SocketTransport:
    """Sends requests to ``base_url``, keeping connections alive between them; safe to use from many threads.

    ``base_url`` is http or https with an optional path, which goes before every target. ``verify=False`` accepts any
    certificate. Raises BaseUrlError.
    """

    supports_raw = True

    def __init__(self, base_url: str, *, verify: bool = True) -> None:
        self._address = Address(base_url)
        self.base_url = base_url.rstrip("/")
        self._tls = _tls_context(verify=verify) if self._address.is_tls else None
        self._idle: deque[_Connection] = deque()
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, request: Request, *, timeout: float) -> Response:
        """Send one request and return its complete answer, all within ``timeout`` seconds, or raise TransportError.

        Any request goes out as it is; see head.serialise. Where a kept-alive connection turns out to be closed, before
        any byte of an answer, the request is sent once more on a fresh one.
        """
        deadline = Deadline(timeout)
        message = serialise(request, self._address.host_header, self._address.prefix)
        answer = AnswerReader(request.method)
        idle = self._take_idle() if message.reusable else None
        if idle is not None:
            try:
                return self._exchange(idle, message, answer, deadline)
            except TransportError as error:
                if answer.started or error.failure.kind not in ("reset", "closed"):
                    raise
                answer = AnswerReader(request.method)
        return self._exchange(_Connection(self._address, self._tls, deadline), message, answer, deadline)

    def close(self) -> None:
        """Close the idle connections; those in use are closed after their exchange."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()

    def _exchange(
        self, connection: _Connection, message: WireMessage, answer: AnswerReader, deadline: Deadline
    ) -> Response:
        keep = False
        try:
            is_written = connection.talk(message.data, answer, deadline)
            response = answer.response
            keep = message.reusable and is_written and answer.reusable
        finally:
            if keep and not self._is_closed and len(self._idle) < _IDLE_CONNECTIONS:
                connection.idle_since = time.monotonic()
                self._idle.append(connection)
            else:
                connection.close()
        return response

    def _take_idle(self) -> _Connection | None:
        """Return the connection used last, as the server is least likely to have closed it, or None."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            # Readable while idle means closed, or bytes that answer no request of ours.
            if time.monotonic() - connection.idle_since < _IDLE_SECONDS and not connection.wait(0, for_writing=False):
                return connection
            connection.close()


class _Connection:
    """One connected socket that never blocks beyond a deadline."""

    def __init__(self, address: Address, tls: ssl.SSLContext | None, deadline: Deadline) -> None:
        self.idle_since = 0.0
        self._socket = address.connect(deadline)
        try:
            if tls is not None:
                self._start_tls(tls, address, deadline)
            self._socket.setblocking(False)
        except BaseException:
            self._socket.close()
            raise

    def talk(self, data: bytes, answer: AnswerReader, deadline: Deadline) -> bool:
        """Write ``data`` and read the answer, which may come before all is written; return whether all was written.

        Raises TransportError.
        """
        writing = _Writing(self._socket, data)
        while not answer.complete:
            is_blocked = writing.go_on()
            try:
                received = self._socket.recv(_RECEIVE_SIZE)
            except _WOULD_BLOCK:
                if not self.wait(deadline.remaining, for_writing=is_blocked):
                    raise _late(answer, deadline) from None
                continue
            except OSError as error:
                raise _lost(answer, error) from None
            if not received and writing.error is not None and not answer.started:
                raise _lost(answer, writing.error)
            answer.feed(received)
            if not answer.complete and not deadline.remaining:
                raise _late(answer, deadline)
        return writing.is_done

    def wait(self, timeout: float, *, for_writing: bool) -> bool:
        """Wait at most ``timeout`` seconds until the socket can be read, or also written; return whether it can."""
        return _wait(self._socket, timeout, for_writing=for_writing)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _start_tls(self, tls: ssl.SSLContext, address: Address, deadline: Deadline) -> None:
        try:
            self._socket.settimeout(max(0.001, deadline.remaining))
            self._socket = tls.wrap_socket(self._socket, server_hostname=address.host)
        except TimeoutError:
            raise fail("connect", f"no TLS connection to {address} within {deadline.timeout:g} s") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
            raise fail("connect", f"no TLS connection to {address}: {reason}") from None


class _Writing:
    """What is left of a request to be written, and the error that ended it early, if any."""

    def __init__(self, connection: socket.socket, data: bytes) -> None:
        self._socket = connection
        self._unsent = memoryview(data)
        self.error: OSError | None = None

    @property
    def is_done(self) -> bool:
        """Whether the server was sent everything."""
        return not self._unsent and self.error is None

    def go_on(self) -> bool:
        """Write as much as goes; return whether to wait until more can be written."""
        if not self._unsent or self.error is not None:
            return False
        try:
            self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except (BlockingIOError, ssl.SSLWantWriteError):
            return True
        except ssl.SSLWantReadError:
            return False
        except OSError as error:
            # The server reads no further, but it may have answered before.
            self.error = error
        return bool(self._unsent) and self.error is None


def _late(answer: AnswerReader, deadline: Deadline) -> TransportError:
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

    def _wait(connection: socket.socket, timeout: float, *, for_writing: bool) -> bool:
        poll = select.poll()
        poll.register(connection, select.POLLIN | (select.POLLOUT if for_writing else 0))
        return bool(poll.poll(timeout * 1000))

else:  # Windows

    def _wait(connection: socket.socket, timeout: float, *, for_writing: bool) -> bool:
        watched = [connection]
        return any(select.select(watched, watched if for_writing else [], watched, timeout))
