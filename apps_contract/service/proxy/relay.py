"""One client's connection through the proxy: bytes go on as they come, and each exchange is recorded."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

import h11

from apps_contract.checks.client.record import Endpoint, Recorded
from apps_contract.http.answer import AnswerReader
from apps_contract.http.exchange import Exchange, Failure, Request
from apps_contract.http.failures import TransportError
from apps_contract.http.incoming import Incoming
from apps_contract.http.routes import request_line, route
from apps_contract.service.judge.wire import reset
from apps_contract.service.proxy.record import recorded

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

    from apps_contract.service.proxy.upstream import Link, Upstream

_READ: Final = 1 << 16
BODY_LIMIT: Final = 1 << 20
# How long a server may still answer a client that has closed its side.
_AFTER_THE_CLIENT_S: Final = 60.0
# What was written last arrives before the reset.
_BEFORE_A_RESET_S: Final = 0.02
OWN_HEADER: Final = "X-Apps-Contract-Proxy"


class Host(Protocol):
    """What a relay needs of its proxy."""

    def upstream(self, target: str) -> Upstream:
        """Return the server that a request goes to."""

    def record(self, seen: Recorded) -> None:
        """Take an exchange that is over."""


class Relay:
    """Serves one client until either side ends the connection; ``idle`` is set while no exchange is going on."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, number: int, host: Host) -> None:
        self._reader = reader
        self._writer = writer
        self._number = number
        self._host = host
        self._links: dict[Upstream, Link] = {}
        self._rest = b""
        self.idle = asyncio.Event()
        self.idle.set()

    async def serve(self) -> None:
        """Pass on exchanges, one after another."""
        try:
            while await self._next():
                self.idle.set()
        except OSError:
            await asyncio.sleep(_BEFORE_A_RESET_S)
            reset(self._writer)
            for link in self._links.values():
                reset(link.writer)
        finally:
            self.idle.set()
            for link in self._links.values():
                link.writer.close()

    def close(self) -> None:
        """End the connection at once."""
        for link in self._links.values():
            link.writer.transport.abort()
        self._writer.transport.abort()

    async def _next(self) -> bool:
        """Pass on one exchange; return whether another one may follow."""
        if not self._rest and not await self._wait():
            return False
        self.idle.clear()
        incoming = Incoming(limit=BODY_LIMIT, arrived=time.monotonic(), wall=time.time())
        try:
            await self._read_head(incoming)
        except h11.RemoteProtocolError as error:
            await self._pass_unread(incoming, str(error))
            return False
        if incoming.event is None:
            return False
        upstream = self._host.upstream(incoming.target)
        try:
            link = await self._link(upstream)
        except TransportError as error:
            await self._answer_ourselves(incoming, error.failure)
            return False
        link.writer.write(upstream.rewritten(self._own(incoming, bytes(incoming.raw))))
        return await self._exchange(incoming, link)

    async def _wait(self) -> bool:
        """Wait for the next request; a server that ends its idle connection ends the client's."""
        ours = asyncio.ensure_future(self._reader.read(_READ))
        theirs = {asyncio.ensure_future(link.reader.read(_READ)): link for link in self._links.values()}
        done, waiting = await asyncio.wait({ours, *theirs}, return_when=asyncio.FIRST_COMPLETED)
        for read in waiting:
            read.cancel()
        await asyncio.gather(ours, *theirs, return_exceptions=True)
        for read in done & set(theirs):  # an end, or what a server says unasked, such as a 408
            theirs[read].writer.close()
            if ours not in done and read.exception() is None:
                self._writer.write(read.result())
        if ours in done:
            self._rest = ours.result()
        else:
            await self._writer.drain()
        return bool(self._rest)

    async def _read_head(self, incoming: Incoming) -> None:
        data, self._rest = self._rest, b""
        while incoming.feed(data) and incoming.event is None:
            data = await self._reader.read(_READ)
            if not data:
                incoming.feed(b"")
                return

    def _own(self, incoming: Incoming, data: bytes) -> bytes:
        """Return what of the bytes just read belongs to this request, and keep the rest for the next one."""
        if not incoming.rest:
            return data
        self._rest, own = incoming.rest, data[: -len(incoming.rest)]
        incoming.rest = b""
        return own

    async def _link(self, upstream: Upstream) -> Link:
        link = self._links.get(upstream)
        if link is None or not link.is_open:
            if link is not None:
                link.writer.close()
            link = self._links[upstream] = await upstream.connect()
        return link

    async def _exchange(self, incoming: Incoming, link: Link) -> bool:
        answer = _Passing(incoming.method)
        sending = asyncio.ensure_future(self._send_all(incoming, link))
        try:
            await answer.pass_on(link.reader, self._writer)
            if answer.reusable and not incoming.complete:
                await sending  # answered before all was sent: what remains is still the server's
        except OSError as error:
            answer.broke(error)
            raise
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await sending
            self._host.record(recorded(incoming, answer, self._number))
        if answer.is_unread:
            await self._splice(link)
        return answer.reusable and incoming.complete

    async def _send_all(self, incoming: Incoming, link: Link) -> None:
        """Send on what the client sends; a client that breaks off does so to the server, which may wait for more."""
        try:
            await self._send_on(incoming, link)
        except OSError:
            reset(link.writer)
            raise

    async def _send_on(self, incoming: Incoming, link: Link) -> None:
        """Send on what the client sends, also that it leaves while the answer is still to come."""
        while True:
            if not incoming.complete:
                await link.writer.drain()
            elif len(self._rest) >= _READ:
                return
            data = await self._reader.read(_READ)
            if not data and self._rest:
                return  # it has asked for more before it ended
            if not data:
                link.end_of_requests()
                await asyncio.sleep(_AFTER_THE_CLIENT_S)
                link.writer.transport.abort()
                return
            if incoming.complete:
                self._rest += data
                continue
            try:
                incoming.feed(data)
            except h11.RemoteProtocolError:
                incoming.is_cut = True  # a body that is no chunked coding: the server's to judge
            link.writer.write(self._own(incoming, data))

    async def _pass_unread(self, incoming: Incoming, why: str) -> None:
        """Pass on a request that is no HTTP as it is, and whatever comes back."""
        raw = bytes(incoming.raw)
        method, target = request_line(raw) or ("?", "")
        known = route(method, target)
        endpoint: Endpoint = "api" if known else "none"
        exchange = Exchange(
            Request(method, known.target if known else target, raw=incoming.head),
            failure=Failure("malformed", why),
            started=incoming.wall,
        )
        self._host.record(Recorded(exchange, endpoint, raw, incoming.arrived, connection=self._number))
        upstream = self._host.upstream(target)
        try:
            link = await self._link(upstream)
        except TransportError as error:
            await self._answer(error.failure.message, has_body=True)
            return
        link.writer.write(raw)
        await self._splice(link)

    async def _splice(self, link: Link) -> None:
        """Pass bytes both ways, unread, until both sides have ended."""
        link.writer.write(self._rest)

        async def pump(reader: StreamReader, writer: StreamWriter) -> None:
            while data := await reader.read(_READ):
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()

        there = asyncio.ensure_future(pump(self._reader, link.writer))
        back = asyncio.ensure_future(pump(link.reader, self._writer))
        try:
            await back
        finally:
            there.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await there

    async def _answer_ourselves(self, incoming: Incoming, failure: Failure) -> None:
        answer = _Passing(incoming.method)
        answer.failure = failure
        self._host.record(recorded(incoming, answer, self._number))
        await self._answer(failure.message, has_body=incoming.method != "HEAD")

    async def _answer(self, message: str, *, has_body: bool) -> None:
        body = f"apps-contract proxy: {message}\n".encode()
        lines = [
            "HTTP/1.1 502 Bad Gateway",
            f"{OWN_HEADER}: this answer is the proxy's own, the server gave none",
            "Content-Type: text/plain; charset=utf-8",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        self._writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body if has_body else b""))
        with suppress(OSError):
            await self._writer.drain()


class _Passing:
    """An answer while it is passed on."""

    def __init__(self, method: str) -> None:
        self.reader = AnswerReader(method)
        self.failure: Failure | None = None
        self.answered = 0.0
        self.is_unread = False

    @property
    def reusable(self) -> bool:
        """Whether the connection can carry a next exchange."""
        return self.failure is None and self.reader.reusable

    async def pass_on(self, source: StreamReader, sink: StreamWriter) -> None:
        """Pass on all bytes until the answer is whole, or the server breaks off; raise OSError."""
        while not (self.reader.complete or self.is_unread):
            data = await source.read(_READ)
            sink.write(data)
            try:
                self.reader.feed(data)
            except TransportError as error:
                self.failure = error.failure
                self.is_unread = bool(data)  # no HTTP that we know: the client may
                if not data:
                    break
            await sink.drain()
        self.answered = time.monotonic()
        await sink.drain()

    def broke(self, error: OSError) -> None:
        """Note that a connection was reset before the answer was whole."""
        if not self.reader.complete:
            self.failure = Failure("reset", f"the connection broke: {error.strerror or error}")
