"""Reading one answer off the wire: HTTP/1 by h11, within limits, with content codings undone."""

from __future__ import annotations

import zlib
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import h11

from apps_contract.http.exchange import Headers, Response, find_header
from apps_contract.http.failures import fail
from apps_contract.http.plain_answer import plain_head

if TYPE_CHECKING:
    from apps_contract.http.exchange import FailureKind
    from apps_contract.http.plain_answer import PlainHead

HEAD_LIMIT: Final = 64 * 1024
BODY_LIMIT: Final = 16 * 1024 * 1024
_INTERIM_LIMIT: Final = 32

# The head is written elsewhere; h11 must only know that one request went out, and whether it was a HEAD.
_ASKED = h11.Request(method=b"GET", target=b"/", headers=[(b"host", b"-")])
_ASKED_HEAD = h11.Request(method=b"HEAD", target=b"/", headers=[(b"host", b"-")])
_END = h11.EndOfMessage()

_HTTP = b"HTTP/"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS


class AnswerReader:
    """Fed with the bytes that a server sends, until ``complete``; then ``response`` is there.

    Raises TransportError with the kinds malformed, truncated, too_large, decoding and closed.
    """

    def __init__(self, method: str) -> None:
        self._method = method
        self._plain: PlainHead | None = None
        self._held = b""
        self._received = 0
        self._interim = 0
        self._start = b""
        self._head: h11.Response | None = None
        self._headers: Headers = ()
        self._body = bytearray()
        self.complete = False

    @cached_property
    def _parser(self) -> h11.Connection:
        parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)
        parser.send(_ASKED_HEAD if self._method == "HEAD" else _ASKED)
        parser.send(_END)
        return parser

    @property
    def started(self) -> bool:
        """Whether at least one byte came."""
        return self._received > 0

    @property
    def reusable(self) -> bool:
        """Whether the connection can carry a next exchange: nothing is left over and nobody asked to close it."""
        if self._plain is not None:
            return self.complete
        return self.complete and self._parser.their_state is h11.DONE and not self._parser.trailing_data[0]

    @property
    def response(self) -> Response:
        """The complete answer, its body decoded."""
        if self._plain is not None:
            return self._plain.response(self._held)  # in no coding
        undecoded = self.undecoded
        return replace(undecoded, body=decode_content(undecoded.body, undecoded.headers))

    @property
    def undecoded(self) -> Response:
        """The complete answer, its body as it came."""
        if self._plain is not None:
            return self._plain.response(self._held)
        assert self._head is not None
        return Response(self._head.status_code, self._headers, bytes(self._body), self._head.reason.decode("latin-1"))

    def feed(self, data: bytes) -> None:
        """Take the next bytes; empty means that the server has closed its side."""
        self._check_start(data)
        if not self._received and self._method not in ("HEAD", "CONNECT"):
            self._plain = plain_head(data)
        self._received += len(data)
        if self._plain is None:
            self._parse(data)
            return
        self._held += data
        self.complete = len(self._held) == self._plain.size
        if len(self._held) > self._plain.size or (not data and not self.complete):
            self._plain = None  # too much, or too little: for the parser to say what that is
            self._parse(self._held)
            if not data:
                self._parse(b"")

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.receive_data(data)
            while not self.complete and self._take(self._parser.next_event()):
                pass
        except h11.RemoteProtocolError as error:
            if not data:
                raise fail("truncated", f"the connection ended in the middle of the answer: {error}") from None
            kind: FailureKind = "too_large" if error.error_status_hint == 431 else "malformed"  # noqa: PLR2004 - h11's sign for a head over the limit
            raise fail(kind, f"the answer is no valid HTTP: {error}") from None
        except ValueError as error:  # h11 before 0.15 reads a number of any length
            raise fail("malformed", f"the answer is no valid HTTP: {error}") from None

    def _check_start(self, data: bytes) -> None:
        if not data and not self._received:
            raise fail("closed", "the server closed the connection without an answer")
        if self._received < len(_HTTP):
            self._start += data[: len(_HTTP)]
            if not _HTTP.startswith(self._start[: len(_HTTP)]):
                raise fail("malformed", f"the answer does not begin like HTTP but with {(self._start + data)[:24]!r}")

    def _take(self, event: object) -> bool:
        """Take one of h11's events; False when it needs more bytes."""
        if event is h11.NEED_DATA:
            return False
        if isinstance(event, h11.Data):
            if len(self._body) + len(event.data) > BODY_LIMIT:
                raise fail("too_large", f"the body is longer than {BODY_LIMIT} bytes")
            self._body += event.data
        elif isinstance(event, h11.EndOfMessage):
            self.complete = True
        elif isinstance(event, h11.Response):
            self._take_head(event)
        elif isinstance(event, h11.InformationalResponse):
            self._interim += 1
            if self._interim > _INTERIM_LIMIT:
                raise fail("malformed", f"more than {_INTERIM_LIMIT} interim (1xx) answers")
        else:
            raise fail("truncated", "the connection ended in the middle of the answer")
        return True

    def _take_head(self, head: h11.Response) -> None:
        raw = head.headers.raw_items()
        if self._received > HEAD_LIMIT and sum(len(name) + len(value) for name, value in raw) > HEAD_LIMIT:
            raise fail("too_large", f"the head of the answer is longer than {HEAD_LIMIT} bytes")
        self._head = head
        self._headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)
        is_tunnel = self._method == "CONNECT" and 200 <= head.status_code < 300  # noqa: PLR2004 - the success class
        if is_tunnel and not (self._has("content-length") or self._has("transfer-encoding")):
            self.complete = True

    def _has(self, name: str) -> bool:
        return find_header(self._headers, name) is not None


def decode_content(body: bytes, headers: Headers) -> bytes:
    """Undo the content codings that the headers name; raise TransportError (decoding, too_large).

    An empty body is empty in any coding.
    """
    codings = find_header(headers, "content-encoding")
    if not codings or not body:
        return body
    for coding in reversed([word.strip().lower() for word in codings.split(",")]):
        if coding in ("gzip", "x-gzip", "deflate"):
            body = _inflate(body, coding)
        elif coding not in ("", "identity"):
            raise fail("decoding", f"the body comes in a coding that was not asked for: {coding[:40]!r}")
    return body


def _inflate(body: bytes, coding: str) -> bytes:
    # Some servers send "deflate" without the zlib wrapper that the name stands for.
    bits = _GZIP_OR_ZLIB if coding != "deflate" or _is_zlib(body) else _RAW_DEFLATE
    result = bytearray()
    try:
        while body:
            inflater = zlib.decompressobj(bits)
            result += inflater.decompress(body, BODY_LIMIT + 1 - len(result))
            if len(result) > BODY_LIMIT:
                raise fail("too_large", f"the body is longer than {BODY_LIMIT} bytes once decompressed")
            if not inflater.eof:
                raise fail("decoding", f"the {coding} body ends too early")
            body = inflater.unused_data
    except zlib.error as error:
        raise fail("decoding", f"the body is no {coding}: {error}") from None
    return bytes(result)


def _is_zlib(body: bytes) -> bool:
    return len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0  # noqa: PLR2004 - RFC 1950
