"""SRV-SHAPE: what every answer looks like, whatever the request was."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach, shown
from apps_contract.contract import Level, operation, validate
from apps_contract.http.exchange import NotJsonError, Response, parse_json
from apps_contract.http.secret_forms import SHORTEST_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition
    from apps_contract.http.exchange import Exchange

_OK = 200
_FIRST_ERROR = 400

# Statuses that a gateway or an HTTP stack gives before any operation sees the request: SRV-SHAPE-3 speaks of
# requests "that reached an operation", so their bodies are nobody's promise.
BEFORE_THE_OPERATION = frozenset({408, 411, 413, 414, 429, 431, 502, 503, 504, 505})

# A secret shorter than this may stand in a text by chance.

# A secret in a body that is not quite JSON: a member that holds one, with its text.
_SECRET_MEMBER = re.compile(
    r'"(?:token|secret|api_key|password|aes_key|app_secret|callback_secret|kakaotalk_sender_key)"\s*:\s*'
    r'"(?P<value>[^"\\]+)"'
)

_INTERNALS = tuple(
    re.compile(pattern)
    for pattern in (
        r"Traceback \(most recent call last\)",
        r'File "[^"]+\.py", line \d+',
        r"(?m)^\s+at [\w.$<>]+\([\w]+\.(?:java|kt|scala):\d+\)",
        r"(?m)^\s+at .+ \(?(?:file://|node:|/)[^)\s]*:\d+:\d+\)?",
        r"(?m)^\s+at [\w.`<>]+\(.*\) in .+:line \d+",
        r"goroutine \d+ \[running\]",
        r"panic: runtime error",
        r"/\w[\w./-]*\.go:\d+",
        r"\b[\w/.-]+\.(?:py|rb|js|ts|java|kt|php|go|rs|cs):\d+",
        r"(?i)\b(?:sqlite3|psycopg2?|pymysql|sqlalchemy|asyncpg|java\.sql|org\.postgresql|ORA-\d{5})\b",
        # In capitals, or whole: "cannot update: no name is set" and "select one from the list" are for the caller.
        r"\bSELECT\b.+\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.+\bSET\b|\bDELETE FROM\b",
        r"(?i)\b(?:select\b[^.;]+\bfrom|update|delete from)\s+\w+\s[^.;]*\bwhere\b[^.;]*=",
        r"(?i)\bUNIQUE constraint failed|\bduplicate key value violates\b|\bsyntax error at or near\b",
        r"Werkzeug Debugger|DisallowedHost at /|Whoops, looks like something went wrong|Whitelabel Error Page",
        r"(?:/usr/lib/python|/site-packages/|node_modules/|/usr/src/app/)",
    )
)


def success_matches_schema(exchange: Exchange, edition: Edition) -> Breach | None:
    """SRV-SHAPE-1: the 200 body of list, create, get and update matches its schema and says application/json."""
    response = exchange.response
    called = operation(exchange.operation) if exchange.operation else None
    if response is None or response.status != _OK or called is None or called.response_schema is None:
        return None
    name = called.name
    if response.media_type != "application/json":
        found = response.header("content-type") or "no Content-Type"
        title = f"the 200 answer of {name} is not declared as JSON"
        return Breach("SRV-SHAPE-1", title, "Content-Type: application/json", found, "header.content-type")
    try:
        body = response.json
    except NotJsonError as error:
        return Breach("SRV-SHAPE-1", f"the 200 answer of {name} is not JSON", "a JSON object", str(error), "body")
    if violations := validate(body, called.response_schema, edition):
        first = violations[0]
        title = f"the 200 answer of {name} breaks its schema: {first.path or 'the body'}: {first.message}"
        found = "absent" if first.rule == "required" else shown(first.found)
        return Breach("SRV-SHAPE-1", title, str(first.expected), found, f"body.{first.path}".rstrip("."))
    return None


def delete_answer_is_empty(exchange: Exchange) -> Breach | None:
    """SRV-SHAPE-2: a delete that succeeds answers 200 with an empty body, ``null`` or ``{}``."""
    response = exchange.response
    if response is None or exchange.operation != "App_DeleteApp" or response.status != _OK:
        return None
    if response.body.strip() in (b"", b"null") or _json_or_none(response) == {}:
        return None
    found = shown(response.body.decode("utf-8", "replace"))
    return Breach("SRV-SHAPE-2", "a delete answered with a body", "an empty body, null or {}", found, "body")


def error_matches_schema(exchange: Exchange, edition: Edition) -> Breach | None:
    """SRV-SHAPE-3: an error answer is JSON and matches Error, flat or wrapped once in ``error``."""
    response = _error_of_operation(exchange)
    if response is None:
        return None
    title = f"the {response.status} answer is no Error object"
    try:
        body = response.json
    except NotJsonError as error:
        return Breach("SRV-SHAPE-3", title, "a JSON object that matches Error", f"not JSON: {error}", "body")
    if violations := validate(body, "error", edition):
        first = violations[0]
        return Breach("SRV-SHAPE-3", title, first.message, shown(body), f"body.{first.path}".rstrip("."), Level.MUST)
    return None


def error_says_json(exchange: Exchange) -> Breach | None:
    """SRV-SHAPE-3, second clause: an error answer says in its Content-Type that it is JSON."""
    response = _error_of_operation(exchange)
    if response is None or response.media_type == "application/json" or response.media_type.endswith("+json"):
        return None
    if _json_or_none(response) is None:
        return None  # that it is no JSON at all is told already
    title = f"the {response.status} answer is not declared as JSON"
    found = response.header("content-type") or "no Content-Type"
    return Breach(
        "SRV-SHAPE-3", title, "Content-Type: application/json", found, "header.content-type", level=Level.SHOULD
    )


def code_equals_status(exchange: Exchange) -> Breach | None:
    """SRV-SHAPE-4: ``code`` in an error body equals the HTTP status."""
    response = _error_of_operation(exchange)
    error = error_object(response) if response else None
    if response is None or error is None or type(error.get("code")) is not int or error["code"] == response.status:
        return None
    title = f"a {response.status} answer carries the code {error['code']}"
    return Breach("SRV-SHAPE-4", title, f"code {response.status}", f"code {error['code']}", "body.code")


def repeats_no_secret(exchange: Exchange) -> Breach | None:
    """SRV-SHAPE-5: an error body repeats no credentials, ``callback_secret`` or Authorization header of its request."""
    response = exchange.response
    if response is None or response.status < _FIRST_ERROR:
        return None
    text = response.body.decode("utf-8", "replace")
    for path, secret in _secrets_of(exchange):
        if len(secret) >= SHORTEST_SECRET and secret in text:
            title = f"a {response.status} answer repeats a secret of its request"
            return Breach("SRV-SHAPE-5", title, f"no trace of {path}", "its value stands in the error body", path)
    return None


def status_is_documented(exchange: Exchange) -> Breach | None:
    """SRV-SHAPE-6: an operation answers with no success status but 200, and with no redirect."""
    status = exchange.status
    if exchange.operation is None or status is None or status == _OK or not _OK <= status < _FIRST_ERROR:
        return None
    name = operation(exchange.operation).name
    return Breach("SRV-SHAPE-6", f"{name} answered with {status}", "200 or an error status", f"status {status}")


def shows_no_internals(exchange: Exchange) -> Breach | None:
    """SRV-SHAPE-7: no answer shows stack traces, source paths, SQL or framework debug pages."""
    response = exchange.response
    if response is None or response.status < _FIRST_ERROR:
        return None
    sent = (exchange.request.body or exchange.request.raw or b"").decode("utf-8", "replace")
    texts = [response.body.decode("utf-8", "replace"), *(value for _, value in response.headers)]
    texts += list(_strings(_json_or_none(response)))
    for found in (found for text in texts for found in _internals_in(text)):
        if found not in sent and found not in exchange.request.target:
            title = f"a {response.status} answer shows internals of the service"
            return Breach("SRV-SHAPE-7", title, "a message for the caller", shown(found), "body")
    return None


@lru_cache(maxsize=1024)
def _internals_in(text: str) -> tuple[str, ...]:
    """Return the first match of each pattern; remembered, since a server says the same over and over."""
    return tuple(found.group() for pattern in _INTERNALS if (found := pattern.search(text)))


def error_object(response: Response) -> dict[str, Any] | None:
    """Return the members of an error answer, unwrapped from ``error`` where it is wrapped; None if it is no object."""
    body = _json_or_none(response)
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        body = body["error"]
    return body if isinstance(body, dict) else None


def _error_of_operation(exchange: Exchange) -> Response | None:
    response = exchange.response
    if response is None or exchange.operation is None or response.status < _FIRST_ERROR:
        return None
    return None if response.status in BEFORE_THE_OPERATION else response


def _json_or_none(response: Response) -> Any:
    try:
        return response.json
    except NotJsonError:
        return None


def _secrets_of(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Name every secret in a request, with where it stood."""
    authorization = exchange.request.header("authorization") or ""
    scheme, _, value = authorization.partition(" ")
    if value:
        yield "header.authorization", value
        if scheme.lower() == "basic":
            yield from _basic_secret(value)
    try:
        body = parse_json(exchange.request.body or b"")
    except NotJsonError:
        text = (exchange.request.body or b"").decode("utf-8", "replace")
        yield from (("body", found["value"]) for found in _SECRET_MEMBER.finditer(text))
        return
    entries = body.get("channel_credentials") if isinstance(body, dict) else None
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        for member, value in entry.items() if isinstance(entry, dict) else ():
            path = f"body.channel_credentials[{index}].{member}"
            if member == "callback_secret" and isinstance(value, str):
                yield path, value
            elif isinstance(value, dict) and member != "state":
                yield from ((path, text) for text in _strings(value))


def _basic_secret(value: str) -> Iterator[tuple[str, str]]:
    try:
        _, _, secret = base64.b64decode(value, validate=True).decode("utf-8", "replace").partition(":")
    except (binascii.Error, ValueError):
        return
    yield "header.authorization", secret


def _strings(value: Any) -> Iterator[str]:
    """Walk every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
