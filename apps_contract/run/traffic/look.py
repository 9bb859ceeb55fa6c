"""What a rule for traffic looks at, and what makes a rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Gap, Insight, Recorded
    from apps_contract.contract import Edition
    from apps_contract.run.traffic.memory import Memory


@dataclass(frozen=True)
class Look:
    """One exchange with what is known beside it: the key and its tokens (None when they are not), earlier calls."""

    seen: Recorded
    edition: Edition
    insight: Insight | None
    memory: Memory
    secrets: Container[str] = ()


@dataclass(frozen=True)
class Rule:
    """How traffic tells whether a requirement is kept.

    ``concerns`` says which exchanges it is about, and ``kind`` names these in a few words. ``needs`` are the parts of
    a record without which nothing is proved. ``unproved`` is why traffic can show the requirement broken, but never
    kept; empty where it can. ``note`` says what of the requirement stays open.
    """

    requirement: str
    kind: str
    concerns: Callable[[Look], bool]
    check: Callable[[Look], Breach | None]
    needs: frozenset[Gap] = field(default=frozenset())
    unproved: str = ""
    note: str = ""
