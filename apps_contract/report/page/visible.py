"""Text as it can stand on a page: what a browser cannot show, or would obey, is written out."""

from __future__ import annotations

import re

# Controls but for tab and line feed, lone surrogates, noncharacters, and the marks that turn the direction of writing.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return ``text`` with every character that has no look of its own written as its code point in hexadecimal."""
    return _UNSHOWABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
