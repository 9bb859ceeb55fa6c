"""One entry of a HAR file as an exchange."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from apps_contract.checks.client.record import Endpoint, Gap, Recorded
from apps_contract.http.exchange import Exchange, Failure, NotJsonError, Request, Response, find_header, parse_json
from apps_contract.http.routes import is_token_path, origin_form, route

if TYPE_CHECKING:
    from apps_contract.http.exchange import Headers

# What tools write in place of what they hide: types and texts may have changed with it.
_HIDDEN: Final = re.compile(r"\*{3}|redacted", re.IGNORECASE)
_REPLACEMENT: Final = "\ufffd"
_WITH_BODY: Final = frozenset({"POST", "PATCH", "PUT"})
_ASCII: Final = "".join(map(chr, range(0x21, 0x7F)))


class NoEntryError(ValueError):
    """An entry that names no request."""


@dataclass(frozen=True)
class Entry:
    """An entry that was read; ``base_url`` is ``origin``, where it went, with the path before that of the API.

    ``is_made_by_browser`` says that no server was asked: a cache or a service worker answered.
    """

    recorded: Recorded
    origin: str
    base_url: str
    is_made_by_browser: bool


def read_entry(entry: Any) -> Entry:
    """Return an entry of ``log.entries``; raise NoEntryError."""
    asked = _object(entry, "request")
    method, url = asked.get("method"), asked.get("url")
    if (
        not isinstance(method, str)
        or not isinstance(url, str)
        or asked.get("comment") == "sent as raw bytes, shown as the body"
    ):
        raise NoEntryError
    # Some recorders show addresses decoded.
    target = origin_form("".join(char if char in _ASCII else quote(char, errors="replace") for char in url))
    gaps: set[Gap] = set()
    known = route(method.upper(), target)
    request = _request(asked, method.upper(), known.target if known else target, gaps)
    response = _response(_object(entry, "response"), gaps)
    if response is None:
        gaps |= {"request headers", "authorization"}  # browsers show provisional ones for what they did not send
    endpoint: Endpoint = "token" if is_token_path(target) else "api" if known else "none"
    started, duration = _times(entry)
    exchange = Exchange(
        request,
        response=response,
        failure=None if response else Failure("closed", "the recording holds no answer"),
        operation=known.operation if known else None,
        app_id=known.app_id if known else None,
        started=started,
        duration_s=duration,
    )
    recorded = Recorded(
        exchange,
        endpoint,
        arrived=started,
        answered=started + duration,
        wall=started,
        lost=response is None,
        gaps=frozenset(gaps),
    )
    origin = base_url = _origin(url)
    if known:
        base_url += target.partition("?")[0].removesuffix(known.target.partition("?")[0])
    by_browser = bool(entry.get("_fromCache") or entry.get("_fetchedViaServiceWorker"))
    by_browser = by_browser or entry.get("_resourceType") == "preflight"
    # A redirect that a browser makes by itself, since it knows that the host wants https.
    by_browser = by_browser or (response is not None and response.header("non-authoritative-reason") is not None)
    return Entry(recorded, origin, base_url, by_browser)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise NoEntryError from None
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _request(asked: dict[str, Any], method: str, target: str, gaps: set[Gap]) -> Request:
    headers = _headers(asked)
    posted = asked.get("postData")
    posted = posted if isinstance(posted, dict) else {}
    if not headers:
        gaps |= {"request headers", "authorization"}
    media_type = posted.get("mimeType")
    if find_header(headers, "content-type") is None and isinstance(media_type, str) and media_type:
        headers = (*headers, ("Content-Type", media_type))
    body = _sent(posted, method, headers, gaps)
    if "request body" in gaps and find_header(headers, "content-type") is None:
        gaps.add("request headers")  # some recorders keep the media type with the body, and here with neither
    return Request(method, target, headers, body)


def _sent(posted: dict[str, Any], method: str, headers: Headers, gaps: set[Gap]) -> bytes | None:
    text = posted.get("text")
    if not isinstance(text, str) or not text:
        if fields := _pairs(posted.get("params")):
            return urlencode(fields).encode()
        is_empty = method not in _WITH_BODY or find_header(headers, "content-length") == "0"
        if not is_empty:
            gaps.add("request body")
        return None
    is_encoded = "base64" in (posted.get("encoding"), posted.get("comment"))
    body = _bytes(text, is_encoded=is_encoded)
    if (
        body is None
        or _is_doubtful(text)
        or find_header(headers, "content-encoding")
        or len(body) < _number(find_header(headers, "content-length"))
    ):
        gaps.add("request body")
    return body


def _response(answered: dict[str, Any], gaps: set[Gap]) -> Response | None:
    status = answered.get("status")
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 999:  # noqa: PLR2004 -- three digits
        return None
    headers = _headers(answered)
    if not headers:
        gaps.add("answer headers")
    content = answered.get("content")
    content = content if isinstance(content, dict) else {}
    text = content.get("text")
    reason = answered.get("statusText")
    body = _bytes(text, is_encoded=content.get("encoding") == "base64") if isinstance(text, str) else None
    announced = 0 if find_header(headers, "content-encoding") else _number(find_header(headers, "content-length"))
    is_empty = not text and find_header(headers, "content-length") == "0"
    if is_empty:
        body = b""
    elif body is None or len(body) < announced or _is_doubtful(str(text)) or _is_cut(body, content):
        gaps.add("answer body")
    return Response(status, headers, body or b"", reason if isinstance(reason, str) else "")


def _is_cut(body: bytes, content: dict[str, Any]) -> bool:
    """Tell whether a recorder has kept only the start of a body, or none of it."""
    size = content.get("size")
    if not isinstance(size, int) or len(body) >= size:
        return False
    if not body:
        return True
    try:
        parse_json(body)
    except NotJsonError:
        return True
    return False


def _is_doubtful(text: str) -> bool:
    """Tell whether a recorder may have changed a text: hidden something, or read it in another charset."""
    return _REPLACEMENT in text or bool(_HIDDEN.search(text))


def _bytes(text: str, *, is_encoded: bool) -> bytes | None:
    if not is_encoded:
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _headers(message: dict[str, Any]) -> Headers:
    # Those of HTTP/2 that begin with a colon are no headers.
    return tuple((name, value) for name, value in _pairs(message.get("headers")) if not name.startswith(":"))


def _pairs(values: Any) -> list[tuple[str, str]]:
    named = [pair for pair in values if isinstance(pair, dict)] if isinstance(values, list) else []
    pairs = [(pair.get("name"), pair.get("value")) for pair in named]
    return [(name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)]


def _times(entry: dict[str, Any]) -> tuple[float, float]:
    """Return when an exchange began, in seconds since the epoch, and how long it took; 0 for what is not told."""
    try:
        started = datetime.fromisoformat(str(entry.get("startedDateTime"))).timestamp()
    except (ValueError, OverflowError, OSError):
        started = 0.0
    took = entry.get("time")
    is_time = isinstance(took, int | float) and not isinstance(took, bool) and 0 <= took < 1e9  # noqa: PLR2004 -- milliseconds
    return max(0.0, started), took / 1000 if is_time and took is not None else 0.0


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 16 else 0  # noqa: PLR2004


def _object(value: Any, name: str) -> dict[str, Any]:
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}
