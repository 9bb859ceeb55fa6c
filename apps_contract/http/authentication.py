"""Who asks: access keys, and the tokens they are exchanged for (contract section 2)."""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final

from apps_contract.http.exchange import NotJsonError, Request
from apps_contract.http.failures import TransportError

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.http.exchange import Response
    from apps_contract.http.transport import Transport

# A token is renewed this share of its life before it ends, but never more than a minute before.
_MARGIN_SHARE: Final = 0.1
_MARGIN_SECONDS: Final = 60.0


@dataclass(frozen=True)
class KeyPair:
    """An access key and the project that it belongs to. The secret does not show in its text form."""

    project_id: str
    key_id: str
    key_secret: str = field(repr=False)


def basic_header(key: KeyPair) -> str:
    """Return the Authorization header's value for HTTP Basic."""
    return "Basic " + base64.b64encode(f"{key.key_id}:{key.key_secret}".encode()).decode("ascii")


def bearer(token: str) -> str:
    """Return the Authorization header's value for a token."""
    return f"Bearer {token}"


class TokenError(Exception):
    """The token endpoint gave no token.

    ``response`` is what it answered; None when there was no answer, and the transport's error is then the cause.
    """

    def __init__(self, message: str, response: Response | None = None) -> None:
        super().__init__(message)
        self.response = response


class TokenSource:
    """Fetches a token when one is needed and keeps it until shortly before it expires; safe to use from many threads.

    ``transport`` may lead to another host than the API's. ``on_token`` is called with each new token before it is
    used, so that it can be masked wherever it shows up.
    """

    def __init__(
        self,
        transport: Transport,
        token_target: str,
        key: KeyPair,
        *,
        timeout: float = 30.0,
        on_token: Callable[[str], None] | None = None,
    ) -> None:
        self._transport = transport
        self._target = token_target
        self._key = key
        self._timeout = timeout
        self._on_token = on_token
        self._lock = threading.Lock()
        self._token: str | None = None
        self._renew_at = 0.0

    def token(self) -> str:
        """Return a token that is still good, fetching one if need be; raise TokenError."""
        with self._lock:
            if self._token is None or monotonic() >= self._renew_at:
                asked_at = monotonic()
                token, expires_in = self._fetch()
                if self._on_token is not None:
                    self._on_token(token)
                self._token = token
                self._renew_at = asked_at + expires_in - min(_MARGIN_SECONDS, expires_in * _MARGIN_SHARE)
            return self._token

    def bearer_header(self) -> str:
        """Return the Authorization header's value with a token that is still good; raise TokenError."""
        return bearer(self.token())

    def invalidate(self) -> None:
        """Forget the token, after the API refused it."""
        with self._lock:
            self._token = None

    def request(self) -> Request:
        """Return the request for a token."""
        headers = (
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Authorization", basic_header(self._key)),
        )
        return Request("POST", self._target, headers, b"grant_type=client_credentials")

    def _fetch(self) -> tuple[str, float]:
        try:
            response = self._transport.send(self.request(), timeout=self._timeout)
        except TransportError as error:
            raise TokenError(f"the token endpoint does not answer: {error.failure.message}") from error
        if response.status != 200:  # noqa: PLR2004 - the only success of the token endpoint
            advice = ": check the key id and the key secret" if response.status in (400, 401, 403) else ""
            raise TokenError(f"the token endpoint answers {response.status}{advice}", response)
        try:
            answer = response.json
        except NotJsonError as error:
            raise TokenError(f"the token endpoint's answer is not JSON: {error}", response) from None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            raise TokenError("the token endpoint's answer holds no access_token", response)
        return token, _seconds(answer.get("expires_in"))


def _seconds(value: object) -> float:
    """How long a token lives; without a usable word about it, it is fetched anew for each call."""
    return float(min(value, 86_400)) if isinstance(value, int | float) and value > 0 else 0.0
