"""Where a proxy's requests go, and the little of a request that has to change on the way."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from apps_contract.http.address import Address
from apps_contract.http.failures import fail
from apps_contract.http.routes import origin_form
from apps_contract.http.tls import tls_context

if TYPE_CHECKING:
    import ssl
    from asyncio import StreamReader, StreamWriter

_CONNECT_S: Final = 10.0
_BUFFER: Final = 1 << 18
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_HOST = re.compile(rb"(?im)^(host[ \t]*:[ \t]*)[^\r\n]*")
_REQUEST_LINE = re.compile(rb"([^ \r\n]+) ([^ \r\n]+)")


class Upstream:
    """A server behind the proxy. ``url`` is its base URL; raises BaseUrlError.

    With ``replaces``, requests go to the path of ``url`` in place of their own; else that path goes before theirs.
    """

    def __init__(self, url: str, *, replaces: bool = False) -> None:
        self._address = Address(url)
        self._tls: ssl.SSLContext | None = tls_context(verify=True) if self._address.is_tls else None
        self._replaces = replaces
        self.url = url.rstrip("/")

    async def connect(self) -> Link:
        """Return a fresh connection; raise TransportError (connect)."""
        address = self._address
        try:
            async with asyncio.timeout(_CONNECT_S):
                reader, writer = await asyncio.open_connection(
                    address.host,
                    address.port,
                    ssl=self._tls,
                    server_hostname=address.host if self._tls else None,
                    limit=_BUFFER,
                )
        except TimeoutError:
            raise fail("connect", f"cannot connect to {self.url}: no connection within {_CONNECT_S:g} s") from None
        except OSError as error:
            reason = getattr(error, "verify_message", "") or _reason(error)
            raise fail("connect", f"cannot connect to {self.url}: {reason}") from None
        return Link(reader, writer, self)

    def rewritten(self, raw: bytes) -> bytes:
        """Return the start of a request with its Host, and where needed its path, as this server needs them.

        Everything else stays as it is: order, case, spaces, bytes of the body.
        """
        end = _HEAD_END.search(raw)
        head, rest = (raw[: end.start()], raw[end.start() :]) if end else (raw, b"")
        line, newline, headers = head.partition(b"\n")
        headers = _HOST.sub(lambda found: found[1] + self._address.host_header.encode("latin-1"), headers, count=1)
        line = _REQUEST_LINE.sub(lambda found: found[1] + b" " + self._target(found[2]), line, count=1)
        return line + newline + headers + rest

    def _target(self, target: bytes) -> bytes:
        own = origin_form(target.decode("latin-1"))
        prefix = self._address.prefix
        if self._replaces:
            own = prefix + own[len(own.partition("?")[0]) :]
        elif own.startswith("/"):
            own = prefix + own
        return own.encode("latin-1")


def _reason(error: OSError) -> str:
    """Return why a connection failed; asyncio's own texts name the addresses that it tried."""
    return os.strerror(error.errno).lower() if error.errno and error.errno > 0 else error.strerror or str(error)


@dataclass
class Link:
    """One connection to a server."""

    reader: StreamReader
    writer: StreamWriter
    upstream: Upstream

    @property
    def is_open(self) -> bool:
        """Whether nothing is known of its end."""
        return not (self.reader.at_eof() or self.writer.is_closing())

    def end_of_requests(self) -> None:
        """Tell the server that no more will come, as the client told the proxy."""
        if self.writer.can_write_eof():
            self.writer.write_eof()
