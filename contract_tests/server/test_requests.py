"""SRV-INPUT-8 and 10: requests that no client library would send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from apps_contract.checks.breach import Breach
from apps_contract.checks.refusal import answered
from apps_contract.checks.robustness import survives
from apps_contract.contract import Level
from apps_contract.http.exchange import Request
from apps_contract.payloads import odd
from apps_contract.payloads.valid import minimal_create
from apps_contract.run.api import encoded
from apps_contract.run.errors import NotApplicableError
from apps_contract.run.marks import requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.run.api import Api
    from apps_contract.run.settings import Settings

WAIT_S = 1.5
OK, FIRST_CLIENT_ERROR = 200, 400
NO_METHOD = (405, 404, 501)
# A method of no standard may fail in the server's HTTP parser already, before anybody asks what the path has.
NO_SUCH_METHOD = (*NO_METHOD, 400)
NONSENSE = "BREW"
WRONG_ON_COLLECTION = (NONSENSE, "TRACE", "PROPFIND")
WRONG_ON_APP = ("PUT", "POST", NONSENSE, "TRACE", "PROPFIND")
# Methods that could change somebody else's apps on a server which gives them a meaning of its own.
RISKY_ON_COLLECTION = ("DELETE", "PUT", "PATCH")


def collection(api: Api) -> str:
    return f"/v1/projects/{quote(api.caller.project_id, safe='')}/apps"


def wrong_methods(settings: Settings) -> list[tuple[str, str]]:
    risky = RISKY_ON_COLLECTION if settings.mode == "full" else ()
    pairs = [("the list of apps", method) for method in (*WRONG_ON_COLLECTION, *risky)]
    return pairs + [("an app", method) for method in WRONG_ON_APP]


@requirement("SRV-INPUT-10", alone=True)
def test_method_that_the_path_does_not_have(api: Api) -> None:
    """A method that the path does not have answers 405 (404 and 501 pass too), and never 2xx."""
    app = api.given_app()
    body = encoded(minimal_create(api.edition, api.session.new_name()))
    for place, method in wrong_methods(api.session.settings):
        target = collection(api) + (f"/{app['id']}" if place == "an app" else "")
        with_body = body if method in {"PUT", "POST", "PATCH"} else None
        exchange = api.send(method, target, body=with_body, content_type="application/json")
        what = f"{method} on {place}"
        if exchange.status is not None and 200 <= exchange.status < 300:
            found = f"status {exchange.status}"
            api.require(
                Breach("SRV-INPUT-10", f"{what} was answered {found}", "405 (404 or 501)", found, "", Level.MUST)
            )
        statuses = NO_SUCH_METHOD if method == NONSENSE else NO_METHOD
        api.require(answered(exchange, "SRV-INPUT-10", what, statuses, level=Level.SHOULD))
    after = api.get(app["id"])
    api.require(answered(after, "SRV-INPUT-10", "get after wrong methods", (200,), level=Level.MUST))


@dataclass(frozen=True)
class Odd:
    """An odd request: below ``path``, which is added to the collection's, with odd headers."""

    label: str
    path: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def odd_requests() -> Iterator[Odd]:
    """Yield each odd path, query and header in a request of its own."""
    for path in odd.PATHS:
        yield Odd(f"the path …/apps{_short(path)}", path)
    for query in odd.QUERIES:
        yield Odd(f"the query {_short(query)}", query)


def _short(text: str) -> str:
    return text if len(text) < 40 else f"{text[:20]}… of {len(text)} characters"


def some_odd_requests(settings: Settings) -> list[Odd]:
    """Every other one; the seed decides which."""
    return [one for turn, one in enumerate(odd_requests()) if (turn + settings.seed) % 2]


@requirement("SRV-INPUT-8", each=some_odd_requests)
def test_odd_path_gets_an_answer(api: Api, case: Odd) -> None:
    """An odd path or query is answered below 500, like any other request."""
    api.require(survives(api.send("GET", collection(api) + case.path)))


def odd_headers(settings: Settings) -> list[Odd]:
    """Every odd header, in turn to the list and to an app; the seed decides which goes where."""
    return [
        Odd(f"the header {name}: {_short(value)}", ("", "/{app_id}")[(turn + settings.seed) % 2], ((name, value),))
        for turn, (name, value) in enumerate(odd.HEADERS)
    ]


@requirement("SRV-INPUT-8", each=odd_headers)
def test_odd_header_gets_an_answer(api: Api, case: Odd) -> None:
    """An odd header changes nothing about a list or a get but, at most, that the request is refused."""
    target = collection(api) + case.path
    if "{app_id}" in target:
        target = target.format(app_id=api.session.once("app for odd bodies", api.session.api().given_app)["id"])
    exchange = api.send("GET", target, headers=case.headers)
    api.require(survives(exchange))
    status = exchange.status or 0
    if OK < status < FIRST_CLIENT_ERROR:  # a part of the app, or word that nothing changed, which nobody can know
        title = f"a get with {case.label} was answered with {status}"
        api.require(Breach("SRV-SHAPE-6", title, "status 200, or a refusal", f"status {status}"))


@requirement("SRV-INPUT-8", each=lambda settings: ["HEAD", "OPTIONS"])
def test_harmless_method_gets_an_answer(api: Api, case: str) -> None:
    """A method that asks about a path, and changes nothing, is answered below 500."""
    app = api.session.once("app for odd bodies", api.session.api().given_app)
    for target in (collection(api), f"{collection(api)}/{quote(str(app['id']), safe='')}"):
        api.require(survives(api.send(case, target)))


def odd_masks(settings: Settings) -> list[str]:
    name = "update_mask.paths" if settings.edition == "2021" else "update_mask"
    masks = odd.MASKS[settings.seed % 2 :: 2]  # every other one; the seed decides which
    return [f"?{name}={mask}" for mask in masks] + [f"?{name}=display_name&{name}=retention_policy", f"?{name}"]


@requirement("SRV-INPUT-8", each=odd_masks)
def test_odd_mask_gets_an_answer(api: Api, case: str) -> None:
    """A nested, odd or repeated mask is answered below 500, whatever the server makes of it."""
    app = api.session.once("app for odd bodies", api.session.api().given_app)
    body = minimal_create(api.edition, api.session.new_name())
    api.require(survives(api.call("update", app["id"], body=body, query=case)))


@dataclass(frozen=True)
class Wire:
    """A message given byte for byte; ``answered`` tells whether an answer is due, or only that the server lives on."""

    label: str
    head: str
    body: bytes = b""
    answered: bool = True


def messages(settings: Settings) -> Iterator[Wire]:
    """Messages that break HTTP itself, or the agreement between its head and its body."""
    post = (
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\nContent-Type: application/json\r\n"
    )
    get = "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n"
    body = encoded(minimal_create(settings.edition, "raw"))
    yield Wire("no Content-Length", post + "Connection: close\r\n\r\n", body)
    yield Wire("a Content-Length shorter than the body", post + "Content-Length: 10\r\nConnection: close\r\n\r\n", body)
    yield Wire(
        "a Content-Length longer than the body",
        post + f"Content-Length: {len(body) + 50}\r\n\r\n",
        body,
        answered=False,
    )
    yield Wire("a negative Content-Length", post + "Content-Length: -5\r\n\r\n", body, answered=False)
    yield Wire("a Content-Length that is no number", post + "Content-Length: many\r\n\r\n", body, answered=False)
    yield Wire(
        "two different Content-Lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", body, answered=False
    )
    yield Wire(
        "a chunk size that is no number", post + "Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n" + body, answered=False
    )
    yield Wire("an unknown transfer coding", post + "Transfer-Encoding: nonsense\r\n\r\n", body, answered=False)
    yield Wire("a valid chunked body", post + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n", chunked(body))
    yield Wire("a body on a GET", get + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n", body)
    yield Wire("no Host", get.replace("Host: {host}\r\n", "") + "\r\n", answered=False)
    yield Wire("HTTP/1.0", get.replace("HTTP/1.1", "HTTP/1.0") + "\r\n")
    yield Wire("an unknown HTTP version", get.replace("HTTP/1.1", "HTTP/9.9") + "\r\n", answered=False)
    yield Wire("a lower-case method", get.replace("GET", "get") + "Connection: close\r\n\r\n", answered=False)
    yield Wire("bytes above 127 in the path", get.replace("{path}", "{path}/é") + "\r\n", answered=False)
    yield Wire("a space in the path", get.replace("{path}", "{path}/a b") + "\r\n", answered=False)
    yield Wire("a NUL in a header", get + "X-Odd: a\0b\r\n\r\n", answered=False)
    yield Wire("a header without a colon", get + "nonsense\r\n\r\n", answered=False)
    yield Wire("a folded header", get + "X-Odd: a\r\n b\r\n\r\n", answered=False)
    yield Wire("line feeds alone", get.replace("\r\n", "\n") + "\n", answered=False)
    yield Wire("hundreds of headers", get + "".join(f"X-{n}: {n}\r\n" for n in range(500)) + "\r\n", answered=False)
    yield Wire(
        "an expectation",
        post + f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        body,
    )
    yield Wire("not HTTP at all", "\x16\x03\x01\x02\x00\x01\r\n\r\n", answered=False)


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = (body[:half], body[half:], b"")
    return b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts)


@requirement("SRV-INPUT-8", each=messages)
def test_server_lives_through_any_message(api: Api, case: Wire) -> None:
    """A message that breaks HTTP is answered below 500 or ends its own connection, and the next request is answered."""
    if not api.session.wire.supports_raw:
        raise NotApplicableError("needs a socket: a Python application called in process gets whole requests only")
    head = case.head.format(
        path=api.session.path_prefix + collection(api), host=api.session.host, authorization=api.caller.authorization
    )
    raw = head.encode("latin-1", "replace") + case.body
    # A server may well wait for a body that was announced and never comes: that is no hang.
    timeout = None if case.answered else WAIT_S
    exchange = api.exchange(Request(head.split(" ", 1)[0], collection(api), raw=raw), timeout=timeout)
    if case.answered or exchange.response:
        api.require(survives(exchange))
    elif exchange.failure:
        api.require(survives(api.list()))
