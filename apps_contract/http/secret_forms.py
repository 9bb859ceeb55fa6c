"""The forms in which a secret shows up in requests, answers and error texts."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import Final
from urllib.parse import quote, quote_plus

BASE64_CHARACTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")

# What is shorter may be an ordinary word, that stands there by chance.
SHORTEST_SECRET: Final = 8

# In fewer characters, an ordinary word could look like a secret's base64.
_SHORTEST_IN_BASE64: Final = 8


def written_forms(secret: str) -> set[bytes]:
    """Return how a secret is written as it is, in a URL, in JSON, in HTML, and in UTF-8 that was read as Latin-1."""
    in_bytes = secret.encode("utf-8", "surrogatepass")
    in_url = {quote(in_bytes, safe=""), quote(in_bytes), quote_plus(in_bytes)}
    in_url |= {re.sub(r"%[0-9A-F]{2}", lambda escape: escape[0].lower(), form) for form in in_url}
    in_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    in_json |= {form.replace("/", "\\/") for form in in_json}
    forms = {secret, html.escape(secret), in_bytes.decode("latin-1"), *in_url, *in_json}
    return {form.encode("utf-8", "surrogatepass") for form in forms}


def base64_cores(secret: str) -> set[bytes]:
    """Return the characters that stand for a secret in the base64 of any text around it, such as ``key id:secret``.

    There are three, by the secret's distance from the start of the text; both alphabets are given. Empty for a secret
    that is too short to be told from other text.
    """
    data = secret.encode("utf-8", "surrogatepass")
    cores = set()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data)
        # Characters that also hold bits of the neighbours tell nothing.
        core = encoded[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6]
        if len(core) >= _SHORTEST_IN_BASE64:
            cores |= {core, core.translate(bytes.maketrans(b"+/", b"-_"))}
    return cores
