"""Where a base URL leads, and connecting to it before a deadline."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from apps_contract.http.failures import fail

# (family, address) as the socket module wants them
Place = tuple[int, Any]


class BaseUrlError(ValueError):
    """A base URL that no request can be sent to."""


class Deadline:
    """One point in time for all steps of an exchange."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._end = time.monotonic() + timeout

    @property
    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._end - time.monotonic())


class Address:
    """Host, port and path prefix of a base URL; raises BaseUrlError.

    The host name is resolved at the first connection, and again after one that failed.
    """

    def __init__(self, base_url: str) -> None:
        try:
            parts = urlsplit(base_url)
            host = parts.hostname or ""
            self.host = host if host.isascii() else host.encode("idna").decode("ascii")
            port = parts.port
        except ValueError as error:
            raise BaseUrlError(f"{base_url!r} is no base URL: {error}") from None
        if parts.username is not None:
            raise BaseUrlError("the base URL must hold no user name and password: give the key apart from it")
        if parts.scheme not in ("http", "https") or not self.host:
            raise BaseUrlError(f"{base_url!r} is no base URL: it must look like https://host or http://host:port")
        if parts.query or parts.fragment:
            raise BaseUrlError(f"{base_url!r} is no base URL: it must end before any ? or #")
        self.is_tls = parts.scheme == "https"
        self.prefix = parts.path.rstrip("/")
        default = 443 if self.is_tls else 80
        self.port = default if port is None else port
        self.bracketed = f"[{self.host}]" if ":" in self.host else self.host
        self.host_header = self.bracketed if self.port == default else f"{self.bracketed}:{self.port}"
        self._places: list[Place] = []

    def __str__(self) -> str:
        return f"{self.host} port {self.port}"

    def connect(self, deadline: Deadline) -> socket.socket:
        """Return a connected socket, trying each address of the host; raise TransportError (connect)."""
        places = self._places or self._resolve(deadline)
        reason = "the host has no address"
        for index, place in enumerate(places):
            try:
                # A silent address must leave time for those after it.
                connected = _connect(place, deadline.remaining / (len(places) - index))
            except TimeoutError:
                reason = f"no connection within {deadline.timeout:g} s"
            except OSError as error:
                reason = error.strerror or str(error)
            else:
                self._places = [place, *places[:index], *places[index + 1 :]]
                return connected
        self._places = []
        raise fail("connect", f"cannot connect to {self}: {reason}")

    def _resolve(self, deadline: Deadline) -> list[Place]:
        """Ask the system for the addresses, in a thread of its own since the system's call knows no time-out."""
        try:
            return self._look_up(socket.AI_NUMERICHOST)
        except OSError:
            pass
        found: list[Place] = []
        errors: list[OSError] = []

        def ask() -> None:
            try:
                found.extend(self._look_up(0))
            except OSError as error:
                errors.append(error)

        asking = threading.Thread(target=ask, name="apps-contract-resolver", daemon=True)
        asking.start()
        asking.join(deadline.remaining)
        if found:
            return found
        reason = (errors[0].strerror or str(errors[0])) if errors else f"no answer within {deadline.timeout:g} s"
        raise fail("connect", f"cannot resolve the host name {self.host!r}: {reason}")

    def _look_up(self, flags: int) -> list[Place]:
        try:
            places = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM, flags=flags)
        except (UnicodeError, OverflowError) as error:
            raise OSError(str(error)) from None
        return [(family, address) for family, _, _, _, address in places]


def _connect(place: Place, timeout: float) -> socket.socket:
    family, address = place
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(max(0.001, timeout))
        connection.connect(address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection
