"""What a run talks to: a URL, a Python application, or the embedded reference server."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from apps_contract.http.transport import (
    AppImportError,
    AppStartupError,
    AsgiTransport,
    BaseUrlError,
    SocketTransport,
    WsgiTransport,
    load_app,
)
from apps_contract.run.errors import CannotTestError
from apps_contract.run.settings import Settings, WrongUseError

if TYPE_CHECKING:
    from apps_contract.http.authentication import KeyPair
    from apps_contract.http.transport import Transport

_TOKEN_PATH = "/oauth2/token"  # noqa: S105 - a path


# Where `apps-contract serve` listens: requests to a server that ends with the run are repeated there.
SERVE_URL = "http://127.0.0.1:8700"


@dataclass
class Target:
    """An open way to a target, with everything a run needs to know about it. ``close`` gives it back.

    ``tokens`` is the way to the token endpoint and its path there; ``name`` is how reports call the target, and
    ``base_url`` where its requests can be repeated by hand.
    """

    name: str
    base_url: str
    transport: Transport
    key: KeyPair
    other_key: KeyPair | None = None
    tokens: tuple[Transport, str] | None = None
    settings: Settings = field(default_factory=Settings)
    _open: ExitStack = field(default_factory=ExitStack)

    def close(self) -> None:
        """Close connections, and stop the server if it is the embedded one."""
        self._open.close()


def open_target(settings: Settings) -> Target:
    """Open what the settings name; raise WrongUseError or CannotTestError with one line for the user."""
    with ExitStack() as opened:
        try:
            target = _open(settings, opened)
        except (BaseUrlError, AppImportError) as error:
            raise WrongUseError(str(error)) from None
        except AppStartupError as error:
            raise CannotTestError(str(error)) from None
        target._open = opened.pop_all()  # noqa: SLF001 - its own constructor
        return target


def _open(settings: Settings, opened: ExitStack) -> Target:
    given = [value for value in (settings.url, settings.asgi, settings.wsgi) if value]
    if len(given) > 1:
        raise WrongUseError("give one target: a URL, --asgi or --wsgi")
    if not given:
        return _embedded(settings, opened)
    transport = _transport(settings)
    opened.callback(transport.close)
    key = settings.key
    if key is None:
        raise WrongUseError(
            "the target needs credentials: give --project, --key-id and --key-secret"
            " (or APPS_PROJECT, APPS_KEY_ID, APPS_KEY_SECRET)"
        )
    tokens = _tokens(settings, transport, opened)
    return Target(given[0], settings.url or SERVE_URL, transport, key, settings.other_key, tokens, settings)


def _transport(settings: Settings) -> Transport:
    if settings.asgi:
        return AsgiTransport(load_app(settings.asgi))
    if settings.wsgi:
        return WsgiTransport(load_app(settings.wsgi))
    return SocketTransport(settings.url or "")


def _tokens(settings: Settings, transport: Transport, opened: ExitStack) -> tuple[Transport, str] | None:
    """Reach the token endpoint: over the target's own connections where it is a path, else at its own URL."""
    if not settings.token_url:
        return None
    if settings.token_url.startswith("/"):
        return transport, settings.token_url
    parts = urlsplit(settings.token_url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    token_transport = SocketTransport(f"{parts.scheme}://{parts.netloc}")
    opened.callback(token_transport.close)
    return token_transport, path or "/"


def _embedded(settings: Settings, opened: ExitStack) -> Target:
    """Start the reference server on a free loopback port, with its two demo projects and its token endpoint."""
    from apps_contract.service.app import DEMO_KEYS  # noqa: PLC0415
    from apps_contract.service.embedded import EmbeddedServer  # noqa: PLC0415 - a web server nobody else needs

    server = opened.enter_context(EmbeddedServer(edition=settings.edition))
    transport = SocketTransport(server.base_url)
    opened.callback(transport.close)
    own, other = DEMO_KEYS
    # Nobody else's apps are in there, so nothing has to be spared.
    full = replace(settings, mode="full" if settings.mode == "own" else settings.mode)
    return Target("the embedded reference server", SERVE_URL, transport, own, other, (transport, _TOKEN_PATH), full)
