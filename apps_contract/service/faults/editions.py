"""Sets of editions in which faults show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps_contract.contract import Edition

SINCE_2023: tuple[Edition, ...] = ("2023", "2026")
BEFORE_2026: tuple[Edition, ...] = ("2021", "2023")
ONLY_2026: tuple[Edition, ...] = ("2026",)
