"""Tells whether a server or a client keeps the contract of the Sinch Conversation API's Apps endpoints.

``apps_contract.validate(payload, "create", edition="2026")`` returns what is wrong with a payload, and
``apps_contract.assert_valid(payload, "create", edition="2026")`` is the same for tests.
``with apps_contract.apps_api_mock() as api:`` answers for the API in a test, as the pytest fixture ``apps_api`` does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apps_contract.contract import Violation
    from apps_contract.files.library import InvalidPayloadError, assert_valid, validate
    from apps_contract.run.apps_api import AppsApi, apps_api_mock

__version__ = "0.1.0"

__all__ = [
    "AppsApi",
    "InvalidPayloadError",
    "Violation",
    "__version__",
    "apps_api_mock",
    "assert_valid",
    "validate",
]

# Imported when they are first used, so that importing this package costs nothing.
_HOMES = {
    "AppsApi": "apps_contract.run.apps_api",
    "apps_api_mock": "apps_contract.run.apps_api",
    "InvalidPayloadError": "apps_contract.files.library",
    "Violation": "apps_contract.contract",
    "assert_valid": "apps_contract.files.library",
    "validate": "apps_contract.files.library",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
