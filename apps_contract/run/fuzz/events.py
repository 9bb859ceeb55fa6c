"""What a campaign tells while it goes on. Listeners consume these; nothing flows back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from apps_contract.run.events import RunEnded
    from apps_contract.run.fuzz.discoveries.corpus import Discovery


@dataclass(frozen=True)
class Progress:
    """How far a campaign is. ``covered`` of ``table`` (schema location, operator) pairs were sent."""

    seconds: float
    requests: int
    rate: float
    statuses: dict[str, int]
    covered: int
    table: int
    findings: int
    waiting: bool = False


@dataclass(frozen=True)
class Started:
    """The target is there, and the campaign begins; ``kept`` findings of earlier ones are tried first.

    ``senders`` says who sends, for a person.
    """

    target: str
    edition: str
    kept: int
    cleaned: int
    senders: str


@dataclass(frozen=True)
class Noted:
    """Something that a person should know, in one line."""

    text: str


@dataclass(frozen=True)
class Found:
    """Something was found. ``run`` is the whole campaign up to now.

    A finding comes twice: when it was seen, and, then ``is_final``, when it was tried again and made small.
    """

    discovery: Discovery
    path: Path | None
    run: RunEnded
    is_final: bool = True


@dataclass(frozen=True)
class Ended:
    """The campaign is over. ``gone`` are files of earlier findings that do not happen any more."""

    run: RunEnded
    progress: Progress
    trials: dict[str, int]
    not_tested: int
    gone: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    pairs_missing: tuple[tuple[str, str, str], ...] = field(default=())


Event = Started | Progress | Noted | Found | Ended
Listener = Callable[[Event], None]
