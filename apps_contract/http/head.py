"""What a request's head holds: the headers that every transport adds, and how text becomes bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from apps_contract import __version__

if TYPE_CHECKING:
    from apps_contract.http.exchange import Headers, Request

USER_AGENT = f"apps-contract/{__version__}"

# Methods whose request without a body is announced with "Content-Length: 0" (RFC 9110 section 8.6).
_METHODS_WITH_CONTENT = frozenset({"POST", "PUT", "PATCH"})

# With one of these in the request, the two ends may disagree on where the message ends.
_FRAMING = frozenset({"content-length", "transfer-encoding", "connection", "upgrade", "expect", "keep-alive"})


class WireMessage(NamedTuple):
    """The bytes of one request, and whether the connection can carry another one after it."""

    data: bytes
    reusable: bool


def to_bytes(text: str) -> bytes:
    """Encode text of a head: a byte per character where that is possible, so that any byte can be sent; else UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def has_content_by_its_method(request: Request) -> bool:
    """Tell whether the request announces a body also when it has none."""
    return request.method in _METHODS_WITH_CONTENT


def complete_headers(request: Request, host: str) -> Headers:
    """Return the request's headers, and before them those that it lacks: Host, Accept, Content-Length and so on."""
    given = {name.strip().lower() for name, _ in request.headers}
    added = [
        ("Host", host),
        ("User-Agent", USER_AGENT),
        ("Accept", "application/json"),
        ("Accept-Encoding", "gzip"),
    ]
    if "transfer-encoding" not in given and (request.body is not None or has_content_by_its_method(request)):
        added.append(("Content-Length", str(len(request.body or b""))))
    return (*(pair for pair in added if pair[0].lower() not in given), *request.headers)


def serialise(request: Request, host: str, prefix: str = "") -> WireMessage:
    """Write a request as HTTP/1.1, refusing nothing: odd methods, targets, header names and values go out as they are.

    ``prefix`` is the path of the base URL. A request that a server could read as something else than one whole
    message makes the connection unfit for a next one.
    """
    if request.raw is not None:
        return WireMessage(request.raw, reusable=False)
    target = prefix + request.target if request.target.startswith("/") else request.target
    headers = complete_headers(request, host)
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    head = b"\r\n".join(map(to_bytes, lines))
    breaks = len(lines) - 1
    reusable = (
        head.count(b"\n") == head.count(b"\r") == breaks
        and lines[0].count(" ") == 2  # noqa: PLR2004 - a request line has three words
        and _is_framed_by_us(request)
    )
    return WireMessage(head + (request.body or b""), reusable)


def _is_framed_by_us(request: Request) -> bool:
    return not any(name.strip().lower() in _FRAMING for name, _ in request.headers)
