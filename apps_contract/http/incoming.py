"""Reading one request off the wire by h11, keeping its bytes as they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import h11

from apps_contract.http.exchange import Request

LONGEST_HEAD: Final = 1 << 17


@dataclass
class Incoming:
    """A request while it is read: fed with bytes until ``complete``.

    ``raw`` is every byte that belongs to it, ``rest`` what came after it. ``limit`` is how many bytes of a body are
    kept; ``is_cut`` says that it had more. ``arrived`` and ``wall`` are the times of its first byte, for whoever reads.
    """

    limit: int | None = None
    raw: bytearray = field(default_factory=bytearray)
    body: bytearray = field(default_factory=bytearray)
    event: h11.Request | None = None
    complete: bool = False
    is_cut: bool = False
    rest: bytes = b""
    arrived: float = 0.0
    wall: float = 0.0

    def __post_init__(self) -> None:
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)

    def feed(self, data: bytes) -> bool:
        """Take the next bytes, empty at the end of the connection; return False when the request can get no further.

        Raises h11.RemoteProtocolError for what is no HTTP.
        """
        self._parser.receive_data(data)
        if self.limit is None or self.event is None:
            self.raw += data
        while not self.complete and (event := self._parser.next_event()) is not h11.NEED_DATA:
            match event:
                case h11.Request():
                    self.event = event
                case h11.Data():
                    self._keep(event.data)
                case h11.EndOfMessage():
                    self.complete = True
                    self.rest = bytes(self._parser.trailing_data[0])
                case _:
                    return False
        return True

    def _keep(self, data: bytes) -> None:
        if self.limit is None or len(self.body) + len(data) <= self.limit:
            self.body += data
        else:
            self.is_cut = True

    @property
    def wants_to_go_on(self) -> bool:
        """Whether the client waits for a ``100 Continue``; True once only."""
        if not self._parser.they_are_waiting_for_100_continue:
            return False
        # h11 is told that we answered, by an answer of its own that is not sent.
        self._parser.send(h11.InformationalResponse(status_code=100, headers=[]))
        return True

    @property
    def head(self) -> bytes:
        """The raw head, without the empty line that ends it."""
        return bytes(self.raw).partition(b"\r\n\r\n")[0]

    @property
    def method(self) -> str:
        """The method."""
        assert self.event
        return self.event.method.decode("latin-1")

    @property
    def target(self) -> str:
        """The target as it was sent."""
        assert self.event
        return self.event.target.decode("latin-1")

    @property
    def request(self) -> Request:
        """The request as reports show it."""
        assert self.event
        headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in self.event.headers.raw_items())
        return Request(self.method, self.target, headers, bytes(self.body) or None)

    @property
    def keeps_alive(self) -> bool:
        """Whether the client wants to send more on this connection."""
        assert self.event
        options = b",".join(value for name, value in self.event.headers if name == b"connection").lower()
        return self.event.http_version == b"1.1" and b"close" not in options
