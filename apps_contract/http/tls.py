"""TLS apart from the socket, so that an answer can still be read after writing has failed."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

from apps_contract.http.failures import fail

if TYPE_CHECKING:
    import socket

    from apps_contract.http.address import Address, Deadline

_RECEIVE_SIZE: Final = 64 * 1024


def tls_context(*, verify: bool) -> ssl.SSLContext:
    """Return the system's settings for a client; without ``verify`` any certificate will do."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class TlsLayer:
    """Turns what is said into what goes over the socket, and back."""

    def __init__(
        self, context: ssl.SSLContext, connection: socket.socket, address: Address, deadline: Deadline
    ) -> None:
        """Shake hands; raises TransportError (connect)."""
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        try:
            self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=address.host)
            self._shake_hands(connection, deadline)
        except TimeoutError:
            raise fail("connect", f"no TLS connection to {address} within {deadline.timeout:g} s") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
            raise fail("connect", f"no TLS connection to {address}: {reason}") from None

    def seal(self, data: bytes) -> bytes:
        """Return what to send for ``data``; also what TLS itself has to say."""
        if data:
            self._tls.write(data)
        return self._outgoing.read()

    def unseal(self, received: bytes) -> tuple[bytes, bool]:
        """Return the data in what the socket gave (empty at its end), and whether it is the last; raise OSError."""
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()
        data = bytearray()
        try:
            while part := self._tls.read(_RECEIVE_SIZE):
                data += part
        except ssl.SSLWantReadError:
            return bytes(data), False
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            pass
        return bytes(data), True

    def _shake_hands(self, connection: socket.socket, deadline: Deadline) -> None:
        is_done = False
        while not is_done:
            try:
                self._tls.do_handshake()
                is_done = True
            except ssl.SSLWantReadError:
                pass
            if not deadline.remaining:
                raise TimeoutError
            connection.settimeout(deadline.remaining)
            connection.sendall(self._outgoing.read())
            if is_done:
                return
            received = connection.recv(_RECEIVE_SIZE)
            if received:
                self._incoming.write(received)
            else:
                self._incoming.write_eof()
