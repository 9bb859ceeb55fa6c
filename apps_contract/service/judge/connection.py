"""One connection of the judge: reads requests with h11, keeps their raw bytes, answers, and records both."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import h11

from apps_contract.checks.client.record import Endpoint, Recorded
from apps_contract.http.exchange import Exchange, Failure, FailureKind, Request, Response
from apps_contract.http.incoming import Incoming
from apps_contract.http.routes import TOKEN_PATH, origin_form, request_line, route
from apps_contract.service.judge.script import LOST
from apps_contract.service.judge.wire import reset, send
from apps_contract.service.message import Answer, Call

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

    from apps_contract.service.judge.bench import Bench
    from apps_contract.service.judge.script import Wire

_READ = 1 << 16
_LOST_KINDS: dict[Wire, FailureKind] = {"never": "timeout", "drip": "timeout", "drip-head": "timeout"}


class Host(Protocol):
    """What a connection needs of its judge."""

    bench: Bench

    def record(self, recorded: Recorded, place: int | None = None) -> int:
        """Keep a record, or put it in the place of an earlier one; return its place."""

    async def aside(self, call: Call) -> Answer | None:
        """Return the answer to a request that is for the judge itself, or None."""


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
        data = self._rest
        while True:
            if not data:
                data = await self._reader.read(_READ)
            if data and not incoming.arrived:
                incoming.arrived, incoming.wall = time.monotonic(), time.time()
            if not incoming.feed(data):
                return False
            data = b""
            if incoming.complete:
                self._rest = incoming.rest
                return True
            if incoming.wants_to_go_on:
                self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    async def _answer(self, incoming: Incoming) -> bool:
        call = _call(incoming)
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
            replace(incoming.request, target=origin_form(incoming.target)),
            failure=Failure(_LOST_KINDS.get(reply.wire, "truncated"), f"the judge broke the answer: {reply.wire}")
            if lost
            else None,
            response=None if lost else response,
            operation=operation_id or None,
            app_id=app_id or None,
            started=incoming.wall,
        )
        endpoint: Endpoint = "token" if call.path == TOKEN_PATH else "api"
        now = time.monotonic()
        recorded = Recorded(
            exchange, endpoint, incoming.head, incoming.arrived, now, incoming.wall, self._number, lost, sent=now
        )
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
        method, target = request_line(raw) or ("?", "")
        endpoint: Endpoint = "api" if route(method, target) else "none"
        exchange = Exchange(Request(method, target, raw=raw), failure=Failure("malformed", why), started=incoming.wall)
        self._host.record(
            Recorded(exchange, endpoint, raw, incoming.arrived, incoming.arrived, incoming.wall, self._number)
        )
        answer = Answer(400, b"", (("connection", "close"),))
        await send(answer, "whole", self._reader, self._writer, head_only=False)


def _call(incoming: Incoming) -> Call:
    """Return a request as the service takes it."""
    assert incoming.event
    path, _, query = origin_form(incoming.target).partition("?")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in incoming.event.headers)
    return Call(incoming.method, path, query, headers, bytes(incoming.body))
