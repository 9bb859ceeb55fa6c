"""What a campaign was asked to do, beyond the options of every run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from apps_contract.run.fuzz.share import WHOLE, Share
from apps_contract.run.settings import Settings, WrongUseError

if TYPE_CHECKING:
    from pathlib import Path

    from apps_contract.run.fuzz.budget import Budget

Kind = Literal["valid", "invalid", "raw", "stateful"]
KINDS: tuple[Kind, ...] = get_args(Kind)

DEFAULT_BUDGET = "60s"
DEFAULT_WORKERS = 4


@dataclass(frozen=True)
class Options:
    """The options of one campaign.

    ``workers`` send at the same time. ``kinds`` and ``operations`` (short names) restrict what is sent, empty for all;
    ``corpus`` is the folder where findings are kept, None to keep none; ``share`` is the part of a campaign that this
    one is. Raises WrongUseError.
    """

    settings: Settings
    budget: Budget
    workers: int = DEFAULT_WORKERS
    kinds: tuple[Kind, ...] = ()
    operations: tuple[str, ...] = ()
    stop_at_first: bool = False
    corpus: Path | None = None
    share: Share = WHOLE

    def __post_init__(self) -> None:
        if self.settings.mode == "read-only":
            raise WrongUseError("--mode read-only: a fuzz campaign creates, changes and deletes apps of its own")
        if self.operations and not self.wanted_kinds:
            raise WrongUseError(
                f"--only {', '.join(self.kinds)} has nothing for {', '.join(self.operations)}: bodies go to create and "
                "update, --only stateful to all operations"
            )

    @property
    def wanted_kinds(self) -> tuple[Kind, ...]:
        """The kinds of trials that there are for the operations asked for."""
        has_bodies = bool(self.body_operations)
        return tuple(
            kind for kind in KINDS if (not self.kinds or kind in self.kinds) and (has_bodies or kind == "stateful")
        )

    @property
    def body_operations(self) -> tuple[str, ...]:
        """The operations asked for that take a body."""
        return tuple(name for name in ("create", "update") if not self.operations or name in self.operations)

    def shared(self, share: Share) -> Options:
        """Return what one of several shards does: its part of a number of requests, or all of a time.

        A shard reads no baseline, since its machine may have none, and so cannot tell which finding is enough.
        """
        budget = self.budget
        if budget.requests is not None:
            budget = replace(budget, requests=len(range(share.index, budget.requests, share.count)))
        settings, has_baseline = replace(self.settings, baseline=None), self.settings.baseline is not None
        stop_at_first = self.stop_at_first and not has_baseline
        return replace(self, settings=settings, share=share, budget=budget, stop_at_first=stop_at_first)
