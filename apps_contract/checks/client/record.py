"""What is known of a client: the requests it sent, and what its caller got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from apps_contract.http.authentication import KeyPair
    from apps_contract.http.exchange import Exchange

Endpoint = Literal["api", "token", "none"]
Auth = Literal["basic", "oauth2"]
ErrorKind = Literal["http", "timeout", "transport", "decode", "refused", "unsupported", "crash"]
Ending = Literal["answered", "silent", "ended", "garbled"]
Gap = Literal["authorization", "request headers", "request body", "answer headers", "answer body"]


@dataclass(frozen=True)
class Recorded:
    """One request as it came in, with what was answered.

    ``endpoint`` tells where it went: below ``/v1/projects``, to the token endpoint, or elsewhere. ``head`` is the raw
    head; the whole body stands in ``exchange.request.body``. ``arrived`` and ``answered`` are on one monotonic clock:
    the first byte of the request, and the last byte of the answer; ``sent`` is when the answer began to go out, since a
    busy judge may find out late that it is over. ``lost`` says that the client could not get a whole answer. ``gaps``
    names what the record lacks, so that its absence proves nothing.
    """

    exchange: Exchange
    endpoint: Endpoint
    head: bytes = b""
    arrived: float = 0.0
    answered: float = 0.0
    wall: float = 0.0
    connection: int = 0
    lost: bool = False
    gaps: frozenset[Gap] = frozenset()
    sent: float = 0.0

    @property
    def operation(self) -> str:
        """The name of the operation (``create``), ``token``, or empty."""
        if self.endpoint == "token":
            return "token"
        names = {"App_ListApps": "list", "App_CreateApp": "create", "App_GetApp": "get"}
        names |= {"App_UpdateApp": "update", "App_DeleteApp": "delete"}
        return names.get(self.exchange.operation or "", "")


@dataclass(frozen=True)
class Said:
    """What the caller of one operation got, as an adapter told it.

    ``ending`` is ``answered``; or ``silent`` when nothing came within the watchdog's time, ``ended`` when the adapter's
    process was over before it answered (``exit_status``), ``garbled`` when what it wrote was no answer.
    """

    ending: Ending = "answered"
    ok: bool = False
    result: Any = None
    kind: str = ""
    status: int | None = None
    message: str = ""
    duration_s: float = 0.0
    exit_status: int | None = None

    @property
    def is_clear_error(self) -> bool:
        """Whether the caller got an error of the client's own, not a crash, and not nothing."""
        return self.ending == "answered" and not self.ok and self.kind != "crash"

    @property
    def text(self) -> str:
        """What the caller got, in a few words."""
        match self.ending:
            case "silent":
                return f"no answer within {self.duration_s:.1f} s"
            case "ended":
                return f"the process ended with status {self.exit_status} and without an answer"
            case "garbled":
                return f"a line that is no answer: {self.message}"
        if self.ok:
            return "success"
        status = "" if self.status is None else f" {self.status}"
        return f"error ({self.kind}{status}): {self.message}"[:400]


@dataclass(frozen=True)
class Insight:
    """What the judge knows that a client should use and keep to itself."""

    key: KeyPair
    tokens: tuple[str, ...] = ()
