"""The judge as a server on loopback ports: one for the API, one for the token endpoint."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Self

from apps_contract.checks.client.record import Insight, Recorded
from apps_contract.contract import DEFAULT_EDITION
from apps_contract.http.authentication import KeyPair
from apps_contract.http.routes import TOKEN_PATH
from apps_contract.service.event_loop import EventLoop
from apps_contract.service.judge.bench import Bench
from apps_contract.service.judge.connection import Connection
from apps_contract.service.judge.script import Script

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

    from apps_contract.contract import Edition
    from apps_contract.service.message import Answer, Call

Aside = Callable[["Call"], Awaitable["Answer | None"]]


class Judge:
    """Serves one scenario from entry to exit of the ``with`` statement, on ports of its own.

    So nothing that a client sends late, for an earlier scenario, gets into this one. Use from any thread.
    ``port`` 0 takes a free one; with ``token_port`` None the token endpoint is on the same port as the API.
    """

    def __init__(
        self,
        edition: Edition = DEFAULT_EDITION,
        script: Script | None = None,
        *,
        project_id: str = "",
        key: KeyPair | None = None,
        port: int = 0,
        aside: Aside | None = None,
    ) -> None:
        self.key = key or made_up_key(project_id)
        self.bench = Bench(edition, self.key, script or Script())
        self.base_url = ""
        self._port = port
        self._aside = aside
        self._loop = EventLoop.shared()
        self._records: list[Recorded] = []
        self._connections: set[Connection] = set()
        self._accepted = 0
        self._server: asyncio.Server | None = None

    def __enter__(self) -> Self:
        self._loop.run(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections and give the port back."""
        if self._server is not None:
            self._loop.run(self._close())

    @property
    def token_url(self) -> str:
        """The URL of the token endpoint."""
        return self.base_url + TOKEN_PATH

    @property
    def insight(self) -> Insight:
        """The key, and all tokens issued so far."""
        return Insight(self.key, tuple(self.bench.tokens.issued))

    @property
    def records(self) -> tuple[Recorded, ...]:
        """All requests so far, in the order of their arrival here."""
        return tuple(self._records)

    def seed(self, *apps: dict[str, Any]) -> list[dict[str, Any]]:
        """Put apps into the store and return them as they are answered, but for read-only members."""

        async def put() -> list[dict[str, Any]]:
            return [self.bench.seed(app) for app in apps]

        return self._loop.run(put())

    def stored(self) -> list[dict[str, Any]]:
        """Return the apps in the store."""

        async def read() -> list[dict[str, Any]]:
            return self.bench.store.apps(self.key.project_id)

        return self._loop.run(read())

    def follow(self, script: Script) -> None:
        """Answer by another script from now on, counting anew."""

        async def change() -> None:
            self.bench.script = script
            self.bench.counts.clear()

        self._loop.run(change())

    # What connections ask for (connection.Host)

    def record(self, recorded: Recorded, place: int | None = None) -> int:
        """Keep a record, or put it in the place of an earlier one; return its place."""
        if place is None:
            self._records.append(recorded)
            return len(self._records) - 1
        if place < len(self._records):
            self._records[place] = recorded
        return place

    async def aside(self, call: Call) -> Answer | None:
        """Return the answer to a request that is for the judge itself, or None."""
        return None if self._aside is None else await self._aside(call)

    async def begin_anew(self) -> None:
        """Forget all records, apps and scripts. Called within the judge's own loop."""
        self._records.clear()
        self.bench = Bench(self.bench.edition, self.key, Script())

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=1 << 20)
        self.base_url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _close(self) -> None:
        assert self._server
        self._server.close()
        for connection in list(self._connections):
            connection.close()
        self._server = None
        self.bench.store.close()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._accepted += 1
        connection = Connection(reader, writer, self._accepted, self)
        self._connections.add(connection)
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)
            writer.close()


def made_up_key(project_id: str = "") -> KeyPair:
    """Return a key that nobody else has; its secret is long enough to be found wherever it leaks."""
    mark = secrets.token_hex(4)
    return KeyPair(project_id or f"project-{mark}", f"key-{mark}", f"judge-secret-{secrets.token_hex(12)}")
