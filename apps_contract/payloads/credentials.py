"""Authorization headers that let nobody in, by what is wrong with them (contract section 5, SRV-AUTH-1)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from apps_contract.http.authentication import KeyPair, basic_header

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def basic(key_id: str, secret: str) -> str:
    """Return the Basic header of a key id and a secret, which need not belong together."""
    return basic_header(KeyPair("", key_id, secret))


WRONG_CREDENTIALS: Mapping[str, Callable[[KeyPair], str | None]] = {
    "no credentials": lambda _: None,
    "an empty header": lambda _: "",
    "Basic with nothing behind it": lambda _: "Basic",
    "Basic that is no base64": lambda _: "Basic %%%%",
    "Basic without a colon": lambda key: "Basic " + base64.b64encode(key.key_id.encode()).decode(),
    "an unknown key": lambda key: basic(f"{key.key_id}-unknown", key.key_secret),
    "an empty key id": lambda key: basic("", key.key_secret),
    "a wrong secret": lambda key: basic(key.key_id, "wrong-secret-0000"),
    "an empty secret": lambda key: basic(key.key_id, ""),
    "the secret cut by one character": lambda key: basic(key.key_id, key.key_secret[:-1]),
    "the secret and one more character": lambda key: basic(key.key_id, key.key_secret + "x"),
    "the secret and a space": lambda key: basic(key.key_id, key.key_secret + " "),
    "the secret, a colon and more": lambda key: basic(key.key_id, key.key_secret + ":x"),
    "the secret in other case": lambda key: basic(key.key_id, key.key_secret.swapcase()),
    "key id and secret swapped": lambda key: basic(key.key_secret, key.key_id),
    "a bogus token": lambda _: "Bearer no-such-token-0000",
    "Bearer with nothing behind it": lambda _: "Bearer",
    "the key id as a token": lambda key: f"Bearer {key.key_id}",
    "the secret as a token": lambda key: f"Bearer {key.key_secret}",
    "Basic credentials called Bearer": lambda key: "Bearer " + basic_header(key).split()[1],
    "an unknown scheme": lambda key: "Digest " + basic_header(key).split()[1],
    "credentials without a scheme": lambda key: basic_header(key).split()[1],
}
"""What a header is made of, for the key that would be right. None: no header at all."""

COMMONEST = {"no credentials", "Basic that is no base64", "an unknown key", "a wrong secret", "a bogus token"}
