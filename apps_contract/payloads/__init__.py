"""What is sent: valid and invalid bodies, raw bytes, texts, their coverage, and how a failing one is made smaller.

For tests of one's own, these are here: hypothesis strategies, and ``sample``, which draws from one by a seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apps_contract.payloads.strategies import app_text, create_request, invalid_case, sample, update_request

__all__ = ["app_text", "create_request", "invalid_case", "sample", "update_request"]


def __getattr__(name: str) -> Any:
    """Load hypothesis when it is asked for, and not whenever a module of this room is: it takes a quarter second."""
    if name in __all__:
        from apps_contract.payloads import strategies  # noqa: PLC0415 - see above

        return getattr(strategies, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
