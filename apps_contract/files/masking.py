"""Keeps what an app's owner would not show out of messages: the values of credentials and of callback secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from apps_contract.contract import words

if TYPE_CHECKING:
    from apps_contract.contract import Location

# Where credentials stand, whatever the edition or a spelling mistake calls them.
_SECRET: Final = re.compile(r"secret|token|credential|bearer|password|api_key|auth|key", re.IGNORECASE)

# Members of an entry that name things that are no secret; their values help to understand.
_PLAIN: Final = frozenset(
    {"channel", "credential_ordinal_number", "is_default", "state", "status", "description", "channel_known_id"}
)


def is_secret(location: Location) -> bool:
    """Tell whether the value at a location may be, or hold, a secret."""
    names = [step for step in location if isinstance(step, str)]
    return bool(names) and names[-1] not in _PLAIN and any(_SECRET.search(name) for name in names)


def hidden_kind(value: Any) -> str:
    """Return the type of a value, with its article."""
    if value is None or isinstance(value, (bool, list, dict)):
        return words.kind(value)
    return "a string (hidden)" if isinstance(value, str) else "a number (hidden)"
