"""Short-lived opaque access tokens, held in memory."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.http.authentication import KeyPair

DEFAULT_LIFETIME_S = 3600


class TokenBook:
    """Issues tokens and knows whose they are until they expire. ``clock`` returns seconds, and never goes back."""

    def __init__(self, lifetime_s: float = DEFAULT_LIFETIME_S, clock: Callable[[], float] = time.monotonic) -> None:
        self.lifetime_s = lifetime_s
        self._clock = clock
        self._issued: dict[bytes, tuple[KeyPair, float]] = {}

    def issue(self, key: KeyPair) -> str:
        """Return a new token for the key."""
        now = self._clock()
        self._issued = {digest: entry for digest, entry in self._issued.items() if entry[1] > now}
        token = secrets.token_urlsafe(32)
        self._issued[_digest(token)] = (key, now + self.lifetime_s)
        return token

    def check(self, token: str) -> KeyPair | None:
        """Return the key that a token was issued for, or None when it is unknown or expired."""
        # Looked up by digest: the time that takes says nothing about the token.
        key, expires = self._issued.get(_digest(token), (None, 0.0))
        return key if expires > self._clock() else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
