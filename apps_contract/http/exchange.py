"""One request and what came back, as plain frozen data."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

Headers = tuple[tuple[str, str], ...]

FailureKind = Literal["connect", "timeout", "reset", "closed", "malformed", "truncated", "too_large", "decoding"]


_OK = 200
_FIRST_REDIRECT = 300


class NotJsonError(ValueError):
    """A body that a strict JSON parser refuses."""


def parse_json(body: bytes) -> Any:
    """Read JSON as RFC 8259 has it: UTF-8, no byte order mark, no NaN or Infinity; raise NotJsonError otherwise."""

    def refuse_constant(name: str) -> Any:
        message = f"{name} is no JSON value"
        raise NotJsonError(message)

    try:
        return json.loads(body.decode("utf-8"), parse_constant=refuse_constant)
    except NotJsonError:
        raise
    except RecursionError:
        raise NotJsonError("nested too deeply to be read") from None
    except ValueError as error:
        raise NotJsonError(str(error)) from None


def find_header(headers: Headers, name: str) -> str | None:
    """Return the first value of the header ``name`` (in any case), or None."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


@dataclass(frozen=True)
class Request:
    """What is put on the wire.

    ``target`` is the origin form (path and query, percent-encoded, below the base URL's own path prefix).
    ``raw``, when given, is the whole HTTP message, sent byte for byte in place of everything else.
    """

    method: str
    target: str
    headers: Headers = ()
    body: bytes | None = None
    raw: bytes | None = None

    def header(self, name: str) -> str | None:
        """Return the first value of the header ``name`` (in any case), or None."""
        return find_header(self.headers, name)


@dataclass(frozen=True)
class Response:
    """What came back: the body is complete and content-decoded."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    reason: str = ""

    def header(self, name: str) -> str | None:
        """Return the first value of the header ``name`` (in any case), or None."""
        return find_header(self.headers, name)

    @property
    def media_type(self) -> str:
        """The media type of the body in lower case, without parameters; empty when none is given."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @cached_property
    def json(self) -> Any:
        """The body read as strict JSON; raises NotJsonError."""
        return parse_json(self.body)


@dataclass(frozen=True)
class Failure:
    """Why no complete answer came back, by kind, with one sentence for a person.

    connect: no connection; timeout: not complete in time; reset, closed: the peer ended the connection before an
    answer; malformed: not HTTP; truncated: shorter than announced; too_large: over the limit of what is read;
    decoding: a content coding that does not decode.
    """

    kind: FailureKind
    message: str


@dataclass(frozen=True)
class Exchange:
    """One request with its answer (``response``) or the reason why there is none (``failure``): exactly one of the two.

    ``operation`` is the operation id of contract section 3 when the request reached one (right method and path, whole
    HTTP), else None. ``started`` is in seconds since the epoch, ``duration_s`` in seconds.
    """

    request: Request
    response: Response | None = None
    failure: Failure | None = None
    operation: str | None = None
    app_id: str | None = None
    started: float = 0.0
    duration_s: float = 0.0
    number: int = field(default=0, compare=False)

    @property
    def status(self) -> int | None:
        """The status code of the answer, or None when there was no answer."""
        return self.response.status if self.response else None

    @property
    def succeeded(self) -> bool:
        """Whether the answer has a success status; that only 200 is documented is SRV-SHAPE-6's affair."""
        return self.status is not None and _OK <= self.status < _FIRST_REDIRECT
