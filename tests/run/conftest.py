"""Targets of every kind for whole runs: the reference server, wrapped or not, and sockets that say anything."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from contextlib import ExitStack

import pytest

from apps_contract.cli.main import main
from apps_contract.run.runner import run_suite
from apps_contract.run.settings import Settings
from apps_contract.service.app import DEMO_KEYS, create_app
from apps_contract.service.embedded import EmbeddedServer

OWN, OTHER = DEMO_KEYS


class Wrapped:
    """The reference server with something in front: ``before(scope)`` may return another ASGI app for a request."""

    def __init__(self, before=None, *, app=None, **options):
        self.app = app or create_app(**options)
        self.before = before
        self.seen = []

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            self.seen.append((scope["method"], scope["raw_path"].decode("latin-1")))
            instead = self.before(scope) if self.before else None
            if instead is not None:
                await instead(scope, receive, send)
                return
        await self.app(scope, receive, send)


def answer(status=200, body=b"", *headers, media_type="application/json"):
    """An ASGI app that answers the same to everything."""

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            await create_app()(scope, receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        given = [(b"content-type", media_type.encode()), *((name.encode(), value.encode()) for name, value in headers)]
        await send({"type": "http.response.start", "status": status, "headers": given})
        await send(
            {"type": "http.response.body", "body": body if isinstance(body, bytes) else json.dumps(body).encode()}
        )

    return app


class RawServer:
    """Accepts connections and lets ``talk(socket)`` say what it wants on each, in a thread of its own."""

    def __init__(self, talk):
        self._talk = talk
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection:
            self._talk(connection)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


@pytest.fixture(autouse=True)
def _no_options_from_outside(monkeypatch):
    """Whoever runs these tests may have set the variables of a run."""
    for name in list(os.environ):
        if name.startswith("APPS_"):
            monkeypatch.delenv(name)


@pytest.fixture
def stack():
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def serve(stack):
    """Start an ASGI app on a port and return its URL; by default the reference server."""

    def start(app=None, **options):
        return stack.enter_context(EmbeddedServer(app, **options)).base_url

    return start


@pytest.fixture
def say(stack):
    """Start a server that talks raw bytes, and return its URL."""

    def start(talk):
        server = RawServer(talk)
        stack.callback(server.close)
        return server.url

    return start


@pytest.fixture
def check(tmp_path):
    """Run the suite against a URL with the demo keys and return how it ended."""

    def run(url, *requirements, tests=(), listeners=(), **given):
        options = {"key": OWN, "other_key": OTHER, "timeout": 20.0, "report_dir": tmp_path / "report", "examples": 1}
        settings = Settings(url=url, requirements=requirements, **{**options, **given})
        return run_suite(settings, listeners, tests=tests)

    return run


@pytest.fixture
def command(capsys):
    """Run ``apps-contract`` in this process; returns its exit code, output and errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return ended.value.code, written.out, written.err

    return run


@pytest.fixture
def keys():
    """The options that name the demo keys."""
    own = ["--project", OWN.project_id, "--key-id", OWN.key_id, "--key-secret", OWN.key_secret]
    other = ["--other-project", OTHER.project_id, "--other-key-id", OTHER.key_id]
    return [*own, *other, "--other-key-secret", OTHER.key_secret]


def broken(ended):
    """The ids of the requirements that a run found broken, with their levels."""
    return {(finding.breach.requirement, finding.level.value) for finding in ended.findings}


def outcomes(ended):
    """Each verdict by requirement id."""
    return {outcome.requirement.id: outcome.outcome for outcome in ended.outcomes}
