"""What goes between a campaign and its shards; all of it can be pickled, and nothing that is told holds a secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from apps_contract.run.baseline import Known
    from apps_contract.run.events import Sent
    from apps_contract.run.fuzz.books import NamedPair, Sums
    from apps_contract.run.fuzz.discoveries.corpus import Discovery, Kept
    from apps_contract.run.fuzz.options import Options
    from apps_contract.run.ledger import LedgerEntry


@dataclass(frozen=True)
class Task:
    """What a shard has to do. The options hold the keys of the target, so they do not show in its text form.

    ``inbox`` is the queue for what it tells; ``pulse`` the variable that changes while somebody listens.
    """

    options: Options = field(repr=False)
    kept: tuple[Kept, ...] = field(repr=False)
    inbox: str
    pulse: str


@dataclass(frozen=True)
class Begun:
    """A shard has met its target; ``cleaned`` apps of an earlier attempt were deleted there."""

    machine: str
    target: str
    base_url: str
    cleaned: int


@dataclass(frozen=True)
class Counted:
    """What a shard counted up to now, and the pairs that it covered since it told the last time."""

    sums: Sums
    covered: frozenset[NamedPair]


@dataclass(frozen=True)
class Discovered:
    """A shard found something; not ``is_final`` when it is still to be tried again."""

    discovery: Discovery
    is_final: bool


@dataclass(frozen=True)
class Over:
    """A shard has ended. ``problem`` is why it could not go on; empty when it did what it was asked.

    ``passed_again`` are entries of the baseline that it tried again and did not see.
    """

    problem: str = ""
    blame: Literal["target", "user", "ours"] = "target"
    gone: tuple[str, ...] = ()
    left_overs: tuple[LedgerEntry, ...] = ()
    sent: tuple[Sent, ...] = ()
    passed_again: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Told:
    """One message. A shard that is run again has another ``attempt``."""

    shard: int
    attempt: str
    news: Begun | Counted | Discovered | Over
