"""Who is calling: HTTP Basic with an access key, or a Bearer token issued for one (contract section 2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apps_contract.http.authentication import KeyPair

# Compared with when the key is unknown, so that the time taken does not tell known keys from unknown ones.
_NO_SECRET = b"no key has this secret"


class KeyRing:
    """The access keys that the server knows, by key id."""

    def __init__(self, keys: Iterable[KeyPair]) -> None:
        self._keys = {key.key_id: key for key in keys}

    def __iter__(self) -> Iterator[KeyPair]:
        return iter(self._keys.values())

    def key(self, key_id: str) -> KeyPair | None:
        """Return the key of that id, or None."""
        return self._keys.get(key_id)

    def check(self, key_id: str, secret: str) -> KeyPair | None:
        """Return the key when the secret is its own, else None."""
        key = self._keys.get(key_id)
        expected = _digest(key.key_secret.encode() if key else _NO_SECRET)
        is_right = hmac.compare_digest(expected, _digest(secret.encode()))
        return key if is_right else None


def split_authorization(values: list[str]) -> tuple[str, str]:
    """Return scheme (lower case) and credentials of the one Authorization header; empty texts if there is no such."""
    if len(values) != 1:
        return "", ""
    scheme, _, credentials = values[0].strip().partition(" ")
    return scheme.lower(), credentials.strip()


def read_basic(credentials: str) -> tuple[str, str] | None:
    """Return user name and password, or None when the text is no Base64 of ``user:password`` in UTF-8."""
    try:
        user, colon, password = base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def _digest(secret: bytes) -> bytes:
    # Equal lengths: compare_digest tells the lengths apart.
    return hashlib.sha256(secret).digest()
