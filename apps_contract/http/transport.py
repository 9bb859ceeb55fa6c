"""What sends a request and brings the answer: over a socket, or straight into a Python application.

The implementations live beside this module, one file each, and are named here together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from apps_contract.http.address import BaseUrlError
from apps_contract.http.application import AppImportError, load_app
from apps_contract.http.asgi import AppStartupError, AsgiTransport
from apps_contract.http.failures import TransportError
from apps_contract.http.sockets import SocketTransport
from apps_contract.http.wsgi import WsgiTransport

if TYPE_CHECKING:
    from apps_contract.http.exchange import Request, Response

__all__ = [
    "AppImportError",
    "AppStartupError",
    "AsgiTransport",
    "BaseUrlError",
    "SocketTransport",
    "Transport",
    "TransportError",
    "WsgiTransport",
    "load_app",
]


class Transport(Protocol):
    """Sends requests to one server; safe to use from many threads at once."""

    @property
    def supports_raw(self) -> bool:
        """Whether ``Request.raw`` can be sent."""

    @property
    def base_url(self) -> str:
        """Where the requests go, for a person to read."""

    def send(self, request: Request, *, timeout: float) -> Response:
        """Return the complete answer within ``timeout`` seconds, or raise TransportError, and nothing else."""

    def close(self) -> None:
        """Give everything back that is held: connections, threads."""
