"""A server in a thread of this process, on a free loopback port: for tests, and for a check without a URL."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Self

from apps_contract.service.app import create_app
from apps_contract.service.runner import Server, base_url, listen

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_PATIENCE_S = 30


class EmbeddedServer:
    """Runs ``create_app(**options)``, or the application given, from entry to exit of the ``with`` statement.

    ``base_url`` is where it is reached. ``stop`` may be called earlier, to see what a dead target does to a run.
    """

    def __init__(self, app: ASGIApp | None = None, **options: Any) -> None:
        self._app = app if app is not None else create_app(**options)
        self._ready = threading.Event()

    def __enter__(self) -> Self:
        listener = listen("127.0.0.1", 0)
        self.base_url = base_url(listener)
        self._server = Server(self._app, on_ready=self._ready.set)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="apps-contract-server", daemon=True
        )
        self._thread.start()
        if not self._ready.wait(_PATIENCE_S):
            raise RuntimeError("the embedded server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Answer what has begun, then end; a second call does nothing."""
        self._server.should_exit = True
        self._thread.join(_PATIENCE_S)
