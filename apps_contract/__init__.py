"""Tells whether a server or a client keeps the contract of the Sinch Conversation API's Apps endpoints.

``apps_contract.validate(payload, "create", edition="2026")`` returns what is wrong with a payload, and
``apps_contract.assert_valid(payload, "create", edition="2026")`` is the same for tests.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apps_contract.contract import Violation
    from apps_contract.files.library import InvalidPayloadError, assert_valid, validate

__version__ = "0.1.0"

__all__ = ["InvalidPayloadError", "Violation", "__version__", "assert_valid", "validate"]

# Imported when they are first used, so that importing this package costs nothing.
_HOMES = {
    "InvalidPayloadError": "apps_contract.files.library",
    "Violation": "apps_contract.contract",
    "assert_valid": "apps_contract.files.library",
    "validate": "apps_contract.files.library",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
