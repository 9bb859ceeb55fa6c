from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apps_contract.http.authentication import basic_header
from apps_contract.http.exchange import Request
from apps_contract.http.transport import SocketTransport
from apps_contract.run.fuzz.budget import Budget
from apps_contract.run.fuzz.campaign import Campaign
from apps_contract.run.fuzz.events import Ended
from apps_contract.run.fuzz.options import Options
from apps_contract.run.settings import Settings
from apps_contract.run.target import Target
from apps_contract.service.app import DEMO_KEYS
from apps_contract.service.embedded import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Desk:
    """Starts servers, and runs campaigns against them."""

    def __init__(self, report_dir) -> None:
        self.report_dir = report_dir
        self.events: list[object] = []
        self.sent: list[object] = []
        self._servers: list[EmbeddedServer] = []

    def server(self, **options) -> EmbeddedServer:
        server = EmbeddedServer(**options)
        server.__enter__()
        self._servers.append(server)
        return server

    def fuzz(self, server, requests=400, *, listener: Callable[[object], None] | None = None, works=None, **options):
        """Run a campaign and return its last event; ``self.sent`` holds every request."""
        edition = options.pop("edition", "2023")
        chosen = {name: options.pop(name) for name in ("seed", "timeout") if name in options}
        settings = Settings(url=server.base_url, edition=edition, report_dir=self.report_dir, **chosen)
        options = {"workers": 2, "budget": Budget(requests=requests), "corpus": self.report_dir / "corpus", **options}
        self.events, self.sent = [], []
        listeners = [self.events.append, *([listener] if listener else [])]
        with _Recording(server.base_url, self.sent) as transport:
            target = Target("server", server.base_url, transport, *DEMO_KEYS, settings=settings)
            Campaign(Options(settings, **options), listeners, target=target, works=works).run()
        (ended,) = [event for event in self.events if isinstance(event, Ended)]
        return ended

    def apps(self, server) -> list[object]:
        found: list[object] = []
        with SocketTransport(server.base_url) as transport:
            for key in DEMO_KEYS:
                headers = (("Authorization", basic_header(key)),)
                answer = transport.send(Request("GET", f"/v1/projects/{key.project_id}/apps", headers), timeout=10)
                found += answer.json.get("apps") or []
        return found

    def close(self) -> None:
        for server in self._servers:
            server.stop()


class _Recording(SocketTransport):
    def __init__(self, base_url, sent) -> None:
        super().__init__(base_url)
        self._sent = sent

    def send(self, request, *, timeout):
        self._sent.append(request)
        return super().send(request, timeout=timeout)


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()
