"""The outcome of judging files: as text for people, and in the formats that other programs read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.files.outcome import Outcome

OUTPUTS: Final = ("text", "json", "junit", "sarif", "github")


def writer(name: str) -> Callable[[Outcome], str]:
    """Return the function that writes an outcome in a format; only that format is imported."""
    function: Callable[[Outcome], str] = import_module(f"apps_contract.files.output.{name}").write
    return function
