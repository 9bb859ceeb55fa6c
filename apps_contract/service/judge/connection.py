"""One connection of the judge: reads requests with h11, keeps their raw bytes, answers, and records both."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import h11

from apps_contract.checks.client.record import Endpoint, Recorded
from apps_contract.http.exchange import Exchange, Failure, FailureKind, Request, Response
from apps_contract.http.routes import TOKEN_PATH
from apps_contract.service.judge.script import LOST
from apps_contract.service.judge.wire import reset, send
from apps_contract.service.message import Answer, Call

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

    from apps_contract.service.judge.bench import Bench
    from apps_contract.service.judge.script import Wire

_READ = 1 << 16
_LONGEST_HEAD = 1 << 17
_LOST_KINDS: dict[Wire, FailureKind] = {"never": "timeout", "drip": "timeout", "drip-head": "timeout"}


class Host(Protocol):
    """What a connection needs of its judge."""

    bench: Bench

    def record(self, recorded: Recorded, place: int | None = None) -> int:
        """Keep a record, or put it in the place of an earlier one; return its place."""

    async def aside(self, call: Call) -> Answer | None:
        """Return the answer to a request that is for the judge itself, or None."""


@dataclass
class Incoming:
    """A request while it is read."""

    arrived: float = 0.0
    wall: float = 0.0
    raw: bytearray = field(default_factory=bytearray)
    event: h11.Request | None = None
    body: bytearray = field(default_factory=bytearray)

    @property
    def call(self) -> Call:
        """The request as the service takes it."""
        assert self.event
        target = self.event.target.decode("latin-1")
        if "://" in target[:8]:  # the absolute form
            target = "/" + target.partition("://")[2].partition("/")[2]
        path, _, query = target.partition("?")
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in self.event.headers)
        return Call(self.event.method.decode("latin-1"), path, query, headers, bytes(self.body))

    @property
    def request(self) -> Request:
        """The request as reports show it."""
        assert self.event
        headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in self.event.headers.raw_items())
        body = bytes(self.body) or None
        return Request(self.event.method.decode("latin-1"), self.event.target.decode("latin-1"), headers, body)

    @property
    def keeps_alive(self) -> bool:
        """Whether the client wants to send more on this connection."""
        assert self.event
        options = b",".join(value for name, value in self.event.headers if name == b"connection").lower()
        return self.event.http_version == b"1.1" and b"close" not in options


class Connection:
    """Serves one connection until either side ends it."""

    def __init__(self, reader: StreamReader, writer: StreamWriter, number: int, host: Host) -> None:
        self._reader = reader
        self._writer = writer
        self._number = number
        self._host = host
        self._rest = b""

    async def serve(self) -> None:
        """Answer requests, one after another."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                incoming = Incoming()
                try:
                    complete = await self._read(incoming)
                except h11.RemoteProtocolError as error:
                    await self._refuse(incoming, str(error))
                    return
                if not complete or not await self._answer(incoming):
                    return

    def close(self) -> None:
        """End the connection at once."""
        reset(self._writer)

    async def _read(self, incoming: Incoming) -> bool:
        """Read one request; return False when the client left before it was whole."""
        parser = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_HEAD)
        data = self._rest
        while True:
            if not data:
                data = await self._reader.read(_READ)
            if data and not incoming.arrived:
                incoming.arrived, incoming.wall = time.monotonic(), time.time()
            incoming.raw += data
            parser.receive_data(data)
            data = b""
            while (event := parser.next_event()) is not h11.NEED_DATA:
                match event:
                    case h11.Request():
                        incoming.event = event
                    case h11.Data():
                        incoming.body += event.data
                    case h11.EndOfMessage():
                        self._rest = bytes(parser.trailing_data[0])
                        return True
                    case _:
                        return False
            if parser.they_are_waiting_for_100_continue:
                self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                # Said once only: h11 is told that we answered, by a response of its own that is not sent.
                parser.send(h11.InformationalResponse(status_code=100, headers=[]))

    async def _answer(self, incoming: Incoming) -> bool:
        call = incoming.call
        aside = await self._host.aside(call)
        if aside is not None:
            await send(aside, "whole", self._reader, self._writer, head_only=call.method == "HEAD")
            return incoming.keeps_alive
        answer, reply, operation_id, app_id = await self._host.bench.answer(call)
        if reply.delay_s:
            await asyncio.sleep(reply.delay_s)
        lost = reply.wire in LOST
        response = Response(answer.status, tuple(answer.headers), answer.body)
        exchange = Exchange(
            incoming.request,
            failure=Failure(_LOST_KINDS.get(reply.wire, "truncated"), f"the judge broke the answer: {reply.wire}")
            if lost
            else None,
            response=None if lost else response,
            operation=operation_id or None,
            app_id=app_id or None,
            started=incoming.wall,
        )
        head = bytes(incoming.raw).partition(b"\r\n\r\n")[0]
        endpoint: Endpoint = "token" if call.path == TOKEN_PATH else "api"
        now = time.monotonic()
        recorded = Recorded(exchange, endpoint, head, incoming.arrived, now, incoming.wall, self._number, lost)
        place = self._host.record(recorded)  # before the answer goes out: whoever has the answer finds the record
        try:
            goes_on = await send(answer, reply.wire, self._reader, self._writer, head_only=call.method == "HEAD")
        finally:
            answered = time.monotonic()
            duration = answered - incoming.arrived
            whole = replace(recorded, answered=answered, exchange=replace(exchange, duration_s=duration))
            self._host.record(whole, place)
        return goes_on and incoming.keeps_alive

    async def _refuse(self, incoming: Incoming, why: str) -> None:
        raw = bytes(incoming.raw)
        exchange = Exchange(Request("?", "", raw=raw), failure=Failure("malformed", why), started=incoming.wall)
        self._host.record(
            Recorded(exchange, "none", raw, incoming.arrived, incoming.arrived, incoming.wall, self._number)
        )
        answer = Answer(400, b"", (("connection", "close"),))
        await send(answer, "whole", self._reader, self._writer, head_only=False)
