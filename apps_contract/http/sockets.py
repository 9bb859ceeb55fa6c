"""Requests over TCP and TLS, to servers that may be broken or hostile."""

from __future__ import annotations

import select
import socket
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from apps_contract.http.address import Address, Deadline
from apps_contract.http.answer import AnswerReader
from apps_contract.http.failures import TransportError, fail
from apps_contract.http.head import serialise
from apps_contract.http.tls import TlsLayer, tls_context

if TYPE_CHECKING:
    import ssl

    from apps_contract.http.exchange import Request, Response
    from apps_contract.http.head import WireMessage

_RECEIVE_SIZE: Final = 64 * 1024
_IDLE_CONNECTIONS: Final = 32
_ACKNOWLEDGE_AT_ONCE: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)  # Linux
# Common servers close an idle connection after 5 seconds: giving it up earlier, no request meets the closing.
_IDLE_SECONDS: Final = 4.0


class SocketTransport:
    """Sends requests to ``base_url``, keeping connections alive between them; safe to use from many threads.

    ``base_url`` is http or https with an optional path, which goes before every target. ``verify=False`` accepts any
    certificate. Raises BaseUrlError.
    """

    supports_raw = True

    def __init__(self, base_url: str, *, verify: bool = True) -> None:
        self._address = Address(base_url)
        self.base_url = base_url.rstrip("/")
        self._tls = tls_context(verify=verify) if self._address.is_tls else None
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
    """One connected socket that never blocks beyond a deadline, with or without TLS."""

    def __init__(self, address: Address, context: ssl.SSLContext | None, deadline: Deadline) -> None:
        self.idle_since = 0.0
        self._socket = address.connect(deadline)
        try:
            self._tls = TlsLayer(context, self._socket, address, deadline) if context else None
            self._socket.setblocking(False)
        except BaseException:
            self._socket.close()
            raise

    def talk(self, data: bytes, answer: AnswerReader, deadline: Deadline) -> bool:
        """Write ``data`` and read the answer, which may come before all is written; return whether all was written.

        Raises TransportError.
        """
        writing = _Writing(self._socket, self._tls.seal(data) if self._tls else data)
        while not answer.complete:
            is_blocked = writing.go_on()
            if not self.wait(deadline.remaining, for_writing=is_blocked):
                raise _late(answer, deadline)
            try:
                received = self._socket.recv(_RECEIVE_SIZE)
                said, is_end = self._tls.unseal(received) if self._tls else (received, not received)
            except BlockingIOError:
                continue
            except OSError as error:
                raise _lost(answer, error) from None
            if said:
                answer.feed(said)
            if not answer.complete:
                _acknowledge(self._socket)
            if is_end and not answer.complete:
                if writing.error is not None and not answer.started:
                    raise _lost(answer, writing.error)
                answer.feed(b"")
            if not answer.complete and not deadline.remaining:
                raise _late(answer, deadline)
        return writing.is_done

    def wait(self, timeout: float, *, for_writing: bool) -> bool:
        """Wait at most ``timeout`` seconds until the socket can be read, or also written; return whether it can."""
        return _wait(self._socket, timeout, for_writing=for_writing)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


class _Writing:
    """What is left of a request to be written, and the error that ended it early, if any."""

    def __init__(self, connection: socket.socket, data: bytes) -> None:
        self._socket = connection
        self._unsent = memoryview(data)
        self.error: OSError | None = None

    @property
    def is_done(self) -> bool:
        """Whether the server was sent everything."""
        return not self._unsent

    def go_on(self) -> bool:
        """Write as much as goes; return whether to wait until more can be written."""
        if self._unsent and self.error is None:
            try:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
            except BlockingIOError:
                pass
            except OSError as error:
                # The server reads no further, but it may have answered before.
                self.error = error
        return bool(self._unsent) and self.error is None


def _acknowledge(connection: socket.socket) -> None:
    """Tell the server at once that a part of its answer is there.

    Simple servers write head and body apart, and their system holds the body back until the head is acknowledged,
    which ours would otherwise put off for 40 ms (RFC 9293, section 3.7.4).
    """
    if _ACKNOWLEDGE_AT_ONCE is not None:
        with suppress(OSError):  # what is wrong with the connection shows when it is read
            connection.setsockopt(socket.IPPROTO_TCP, _ACKNOWLEDGE_AT_ONCE, 1)


def _late(answer: AnswerReader, deadline: Deadline) -> TransportError:
    if answer.started:
        return fail("timeout", f"the answer began but was not complete within {deadline.timeout:g} s")
    return fail("timeout", f"no answer within {deadline.timeout:g} s")


def _lost(answer: AnswerReader, error: OSError) -> TransportError:
    reason = error.strerror or str(error)
    if answer.started:
        return fail("truncated", f"the connection broke in the middle of the answer: {reason}")
    return fail("reset", f"the server broke the connection without an answer: {reason}")


if hasattr(select, "poll"):

    def _wait(connection: socket.socket, timeout: float, *, for_writing: bool) -> bool:
        poll = select.poll()
        poll.register(connection, select.POLLIN | (select.POLLOUT if for_writing else 0))
        return bool(poll.poll(timeout * 1000))

else:  # Windows

    def _wait(connection: socket.socket, timeout: float, *, for_writing: bool) -> bool:
        watched = [connection]
        return any(select.select(watched, watched if for_writing else [], watched, timeout))
