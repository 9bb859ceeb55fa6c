"""The proxy as a server on a port of this machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Self

from apps_contract.http.routes import TOKEN_PATH, is_token_path
from apps_contract.service.event_loop import EventLoop
from apps_contract.service.proxy.relay import Relay
from apps_contract.service.proxy.upstream import Upstream

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Callable

    from apps_contract.checks.client.record import Recorded

_BUFFER: Final = 1 << 18
# How long exchanges that are going on may take to end once the proxy is told to stop.
_GRACE_S: Final = 2.0


class Proxy:
    """Passes on requests from entry to exit of the ``with`` statement. Use from any thread.

    ``take`` is called with each exchange that is over, in the proxy's own loop. ``token_url`` is where requests to
    ``/oauth2/token`` go, by default the target's own. Raises BaseUrlError; entering raises TransportError when the
    target cannot be reached, and OSError when the port cannot be listened on. ``error`` is the first that ``take``
    raised: traffic goes on without being judged.
    """

    def __init__(
        self,
        target: str,
        take: Callable[[Recorded], object],
        *,
        token_url: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._api = Upstream(target)
        self._token = Upstream(token_url, replaces=True) if token_url else self._api
        self._take = take
        self._place = (host, port)
        self._loop = EventLoop.shared()
        self._server: asyncio.Server | None = None
        self._relays: set[Relay] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._is_over = False
        self._accepted = 0
        self.base_url = ""
        self.error: Exception | None = None

    def __enter__(self) -> Self:
        self._loop.run(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run(self._close())

    @property
    def target(self) -> str:
        """The base URL of the server behind."""
        return self._api.url

    @property
    def token_url(self) -> str:
        """Where clients find the token endpoint."""
        return self.base_url + TOKEN_PATH

    # What relays ask for (relay.Host)

    def upstream(self, target: str) -> Upstream:
        """Return the server that a request goes to."""
        return self._token if is_token_path(target) else self._api

    def record(self, seen: Recorded) -> None:
        """Take an exchange that is over."""
        if self.error is None and not self._is_over:  # whoever judges has begun to sum up
            try:
                self._take(seen)
            except Exception as error:  # noqa: BLE001 -- the traffic must not suffer from a fault of ours
                self.error = error

    async def _open(self) -> None:
        for upstream in {self._api, self._token}:
            link = await upstream.connect()
            link.writer.close()
        host, port = self._place
        self._server = await asyncio.start_server(self._serve, host, port, limit=_BUFFER)
        self.base_url = _url(*self._server.sockets[0].getsockname()[:2])

    async def _close(self) -> None:
        assert self._server
        self._server.close()
        going_on = [asyncio.ensure_future(relay.idle.wait()) for relay in self._relays]
        if going_on:
            _, late = await asyncio.wait(going_on, timeout=_GRACE_S)
            for waiting in late:
                waiting.cancel()
        for relay in list(self._relays):
            relay.close()
        if self._serving:
            await asyncio.wait(self._serving, timeout=_GRACE_S)
        self._is_over = True

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._accepted += 1
        serving = asyncio.current_task()
        assert serving
        self._serving.add(serving)
        relay = Relay(reader, writer, self._accepted, self)
        self._relays.add(relay)
        try:
            await relay.serve()
        finally:
            self._relays.discard(relay)
            self._serving.discard(serving)
            writer.close()


def _url(host: str, port: int) -> str:
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared with, not bound to
    return f"http://[{local}]:{port}" if ":" in local else f"http://{local}:{port}"
