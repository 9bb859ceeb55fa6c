"""The Apps API inside a Python test: it answers and judges what clients over ``requests`` or ``httpx`` send."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

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
from apps_contract.service.judge.script import ORDINARY, Reply, Rule, Script
from apps_contract.service.judge.variants import require_variant
from apps_contract.service.message import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apps_contract.checks.breach import Breach
    from apps_contract.http.exchange import Headers
    from apps_contract.service.message import Answer

_PROJECTS = "/v1/projects/"


@dataclass(frozen=True, kw_only=True)
class _Wishes(Script):
    """What the test asked for: each reply of ``queue`` once, in the order of the calls, then the standing variants."""

    queue: list[Rule] = field(default_factory=list)
    standing: dict[str, Reply] = field(default_factory=dict)

    def reply(self, operation: str, count: int) -> Reply:
        """Take the first reply of the queue that is for this operation."""
        del count
        for rule in self.queue:
            if rule.fits(operation, 1):
                self.queue.remove(rule)
                return rule.reply
        any_other = ORDINARY if operation in {"token", ""} else self.standing.get("any", ORDINARY)
        return self.standing.get(operation, any_other)


class _AnyKey(KeyRing):
    """Takes every key: whose it is does not matter in a test."""

    def check(self, key_id: str, secret: str) -> KeyPair | None:
        return KeyPair("", key_id, secret)


def _everybody(key: KeyPair, call: Call) -> None:
    """Take a key for any project."""


class AppsApi:
    """The five operations and the token endpoint on any host, with state. Each request is judged as the judge does it.

    A request that breaks a MUST raises an AssertionError, in the client's call and again at the end of the test.
    ``records`` are the requests so far with their answers, ``breaches`` what is wrong with them.
    """

    def __init__(self, edition: Edition = DEFAULT_EDITION) -> None:
        self.edition = edition
        self.records: list[Recorded] = []
        self.breaches: list[str] = []
        self._passed: list[str] = []
        self._doors: list[Callable[[str], object]] = []
        self._wishes = _Wishes()
        self._bench = Bench(edition, made_up_key(), self._wishes)
        service = self._bench.service
        service.keys = _AnyKey([])
        service.authorize = _everybody  # type: ignore[method-assign]  # one test, one project

    def next(self, *, status: int, operation: str = "any", retry_after: int | None = None, **reply: Any) -> None:
        """Answer the next call with an error status, such as ``next(status=503, retry_after=1)``; calls queue up.

        ``operation`` is ``list``, ``create``, ``get``, ``update``, ``delete``, ``token``, or ``any`` but the last.
        ``reply`` takes more members of an answer, such as ``message="…"`` and ``envelope="wrapped"``.
        """
        headers = () if retry_after is None else (("retry-after", str(retry_after)),)
        self._wishes.queue.append(Rule(reply=Reply(status=status, headers=headers, **reply), operation=operation))

    def answers(self, variant: str, operation: str = "any") -> None:
        """Answer from now on in a conforming variant, such as ``answers("unknown-members")``.

        Raises UnknownVariantError.
        """
        require_variant(variant)
        self._wishes.standing[operation] = Reply(variant=variant)

    def seed(self, project_id: str, app: dict[str, Any]) -> dict[str, Any]:
        """Put an app into a project and return it."""
        complete = self._bench.service.apply_defaults(app)
        self._bench.store.insert(project_id, complete)
        return complete

    def apps(self, project_id: str) -> list[dict[str, Any]]:
        """Return the apps of a project."""
        return self._bench.store.apps(project_id)

    def pass_through(self, prefix: str) -> None:
        """Let requests to URLs with this prefix go to the network."""
        self._passed.append(prefix)
        for tell in self._doors:
            tell(prefix)

    def verify(self) -> None:
        """Raise AssertionError if any request since the last call broke a MUST."""
        if self.breaches:
            told, self.breaches = "\n".join(self.breaches), []
            raise AssertionError(told)

    # What the doors into ``requests`` and ``httpx`` ask for

    def passes(self, url: str) -> bool:
        """Tell whether a URL was let through."""
        return any(url.startswith(prefix) for prefix in self._passed)

    def on_pass_through(self, tell: Callable[[str], object]) -> None:
        """Call ``tell`` with each prefix that is let through from now on."""
        self._doors.append(tell)

    def is_for_us(self, url: str) -> bool:
        """Tell whether a URL is one of the API's, or the token endpoint's, on whichever host."""
        path = urlsplit(url).path
        return path.startswith(_PROJECTS) or path == TOKEN_PATH

    def take(self, method: str, url: str, headers: Headers, body: bytes) -> Answer:
        """Answer a request, and judge it; raise AssertionError when it breaks a MUST."""
        parts = urlsplit(url)
        lower = tuple((name.lower(), value) for name, value in headers)
        call = Call(method, parts.path, parts.query, lower, body)
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
        return answer

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
    """Answer for the Apps API in this process until the end of the ``with`` statement, then verify.

    Clients over ``requests`` and, where it is installed, ``httpx`` reach it on any host; other requests of theirs fail.
    """
    from apps_contract.run.apps_api_httpx import httpx_mock, is_installed  # noqa: PLC0415 -- optional
    from apps_contract.run.apps_api_requests import requests_mock  # noqa: PLC0415 -- takes time to import

    api = AppsApi(edition)
    with ExitStack() as stack:
        stack.enter_context(requests_mock(api))
        if is_installed():
            stack.enter_context(httpx_mock(api))
        try:
            yield api
        except Exception as error:
            # What a client made of a breach that it swallowed is hard to understand without the breach.
            for told in (told for told in api.breaches if told not in str(error)):
                error.add_note(told)
            raise
    api.verify()


def refusal(method: str, url: str) -> str:
    """Return what a request to another place is told."""
    return (
        "Connection refused by apps_api - the request is not for the Apps endpoints.\n\n"
        f"Request:\n - {method} {url}\n\n"
        f"Answered:\n - {_PROJECTS}… on any host\n - {TOKEN_PATH} on any host\n\n"
        "To let it go to the network: apps_api.pass_through('https://…')\n"
    )


def _message(request: Request, breach: Breach) -> str:
    return (
        "Request breaks the contract of the Apps endpoints.\n\n"
        f"Request:\n - {request.method} {request.target}\n\n"
        f"Rule broken:\n - {breach.requirement}: {breach.title}\n"
        f"   expected: {breach.expected}\n   actual:   {breach.actual}\n\n"
        f"More about it: apps-contract explain {breach.requirement}\n"
    )
