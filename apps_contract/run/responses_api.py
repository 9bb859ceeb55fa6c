"""The Apps API inside a Python test, by ``responses``: for clients that use ``requests``."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import responses

from apps_contract.checks.client.record import Insight, Recorded
from apps_contract.contract import DEFAULT_EDITION, Edition, Level
from apps_contract.http.authentication import KeyPair
from apps_contract.http.exchange import Exchange, Request, Response
from apps_contract.http.routes import TOKEN_PATH
from apps_contract.run.passive import breaches_of
from apps_contract.service.auth import KeyRing, read_basic
from apps_contract.service.event_loop import EventLoop
from apps_contract.service.judge.bench import Bench
from apps_contract.service.judge.judge import made_up_key
from apps_contract.service.judge.script import Reply, Rule, Script
from apps_contract.service.message import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import PreparedRequest

    from apps_contract.checks.breach import Breach

_ANY_HOST = r"https?://[^/]+"
_METHODS = (responses.GET, responses.POST, responses.PATCH, responses.DELETE, responses.PUT)


class _AnyKey(KeyRing):
    """Takes every key: whose it is does not matter in a test."""

    def check(self, key_id: str, secret: str) -> KeyPair | None:
        return KeyPair("", key_id, secret)


def _everybody(key: KeyPair, call: Call) -> None:
    """Take a key for any project."""


class AppsApi:
    """The five operations and the token endpoint on any host, with state. Each request is judged as the judge does it.

    A request that breaks a MUST raises an AssertionError, in the client's call and again at the end of the test.
    """

    def __init__(self, edition: Edition = DEFAULT_EDITION) -> None:
        self.edition = edition
        self.records: list[Recorded] = []
        self.breaches: list[str] = []
        self._bench = Bench(edition, made_up_key(), Script())
        service = self._bench.service
        service.keys = _AnyKey([])
        service.authorize = _everybody  # type: ignore[method-assign]  # one test, one project

    def next(self, *, status: int, operation: str = "any", retry_after: int | None = None, **reply: Any) -> None:
        """Answer the next call with an error status, such as ``next(status=503, retry_after=1)``."""
        headers = () if retry_after is None else (("retry-after", str(retry_after)),)
        self._follow(Rule(reply=Reply(status=status, headers=headers, **reply), operation=operation, last=1))

    def answers(self, variant: str, operation: str = "any") -> None:
        """Answer from now on in a conforming variant, such as ``answers("unknown-members")``."""
        self._follow(Rule(reply=Reply(variant=variant), operation=operation))

    def seed(self, project_id: str, app: dict[str, Any]) -> dict[str, Any]:
        """Put an app into a project and return it."""
        complete = self._bench.service.apply_defaults(app)
        self._bench.store.insert(project_id, complete)
        return complete

    def apps(self, project_id: str) -> list[dict[str, Any]]:
        """Return the apps of a project."""
        return self._bench.store.apps(project_id)

    def verify(self) -> None:
        """Raise AssertionError if any request broke a MUST."""
        if self.breaches:
            raise AssertionError("\n".join(self.breaches))

    def register(self, mock: responses.RequestsMock) -> None:
        """Answer for the API in a mock of the user's own."""
        for method in _METHODS:
            for path in (r"/v1/projects/.*", re.escape(TOKEN_PATH)):
                mock.add_callback(method, re.compile(_ANY_HOST + path), self._answer)

    def _follow(self, rule: Rule) -> None:
        self._bench.script = Script(rules=(rule,))
        self._bench.counts.clear()

    def _answer(self, sent: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(sent.url or "")
        body = _whole(sent.body)
        headers = tuple((str(name), str(value)) for name, value in sent.headers.items())
        lower = tuple((name.lower(), value) for name, value in headers)
        call = Call(sent.method or "", parts.path, parts.query, lower, body)
        answer, _, operation_id, app_id = EventLoop.shared().run(self._bench.answer(call))
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        exchange = Exchange(
            Request(call.method, target, headers, body or None),
            Response(answer.status, answer.headers, answer.body),
            operation=operation_id or None,
            app_id=app_id or None,
            started=time.time(),
        )
        seen = Recorded(exchange, "token" if parts.path == TOKEN_PATH else "api", wall=time.time())
        self.records.append(seen)
        self._judge(seen, call)
        return answer.status, dict(answer.headers), answer.body

    def _judge(self, seen: Recorded, call: Call) -> None:
        scheme, _, credentials = (call.header("authorization") or "").partition(" ")
        pair = read_basic(credentials) if scheme.lower() == "basic" else None
        segments = [*call.path.split("/"), "", "", "", ""]
        key = KeyPair(unquote(segments[3]), *(pair or ("", "no-secret-was-given")))
        insight = Insight(key, tuple(self._bench.tokens.issued))
        for breach in breaches_of(seen, insight, self.edition):
            if breach.level_in(self.edition) is Level.MUST:
                message = _message(replace(seen.exchange.request, headers=()), breach)
                self.breaches.append(message)
                raise AssertionError(message)


@contextmanager
def apps_api_mock(edition: Edition = DEFAULT_EDITION) -> Iterator[AppsApi]:
    """Answer for the Apps API in this process until the end of the ``with`` statement, then verify."""
    api = AppsApi(edition)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        api.register(mock)
        yield api
    api.verify()


def _message(request: Request, breach: Breach) -> str:
    return (
        "Request breaks the contract of the Apps endpoints.\n\n"
        f"Request:\n - {request.method} {request.target}\n\n"
        f"Rule broken:\n - {breach.requirement}: {breach.title}\n"
        f"   expected: {breach.expected}\n   actual:   {breach.actual}\n"
    )


def _whole(body: object) -> bytes:
    """Return a prepared body as bytes; one that is a stream, which no client of this API sends, counts as empty."""
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else b""
