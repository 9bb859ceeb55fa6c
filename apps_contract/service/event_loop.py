"""An event loop in a thread, for servers that are used from ordinary code."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

Value = TypeVar("Value")

_PATIENCE_S = 30


class EventLoop:
    """An event loop in a thread of its own, shared by all judges and proxies of a process."""

    _lock = threading.Lock()
    _shared: EventLoop | None = None

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="apps-contract-judge", daemon=True).start()

    @classmethod
    def shared(cls) -> EventLoop:
        """Return the loop of this process, started when it is first asked for."""
        with cls._lock:
            if cls._shared is None:
                cls._shared = cls()
            return cls._shared

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Run a coroutine in the loop and return its value."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(_PATIENCE_S)
