"""What a run tells while it goes on, and when it is over. Reports consume these; nothing flows back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from apps_contract.contract import Edition
    from apps_contract.payloads.pairs import Pair
    from apps_contract.run.baseline import Weighed
    from apps_contract.run.findings import Finding, Result
    from apps_contract.run.ledger import LedgerEntry
    from apps_contract.run.outcomes import ExitCode, Outcome
    from apps_contract.run.pace import PaceReport
    from apps_contract.run.settings import Settings


Kind = Literal["server", "client", "traffic", "fuzz"]
"""What a run is: the server suite, the client suite, traffic that passed by, or a fuzz campaign."""


@dataclass(frozen=True)
class RunStarted:
    """The preflight is over and the suite begins; ``cleaned`` are left-overs of an earlier run, now deleted."""

    target: str
    edition: Edition
    cleaned: tuple[LedgerEntry, ...] = ()


@dataclass(frozen=True)
class TestStarted:
    """A test begins: ``done`` of ``total`` are over."""

    __test__ = False  # tells pytest that this is no test class

    requirement: str
    test: str
    done: int
    total: int
    requests: int


@dataclass(frozen=True)
class TestEnded:
    """A test is over."""

    __test__ = False

    result: Result
    requests: int


@dataclass(frozen=True)
class Sent:
    """One request of a run, without its content: the operation it reached (None for none), and how it was answered.

    ``times`` says how many requests were alike, for runs too long to keep each.
    """

    operation: str | None
    status: int | None
    duration_s: float
    times: int = 1


@dataclass(frozen=True)
class RunEnded:
    """Everything about a run that is over. ``started`` is in seconds since the epoch.

    ``base_url`` is where its requests can be repeated. ``ended_early`` is why it could not be finished, empty
    otherwise; ``left_overs`` are apps that it made and could not delete.
    """

    settings: Settings
    target: str
    base_url: str
    started: float
    duration_s: float
    requests: int
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    exit_code: ExitCode
    ended_early: str = ""
    left_overs: tuple[LedgerEntry, ...] = ()
    pace: PaceReport | None = None
    statuses: dict[str, int] = field(default_factory=dict)
    sent: tuple[Sent, ...] = ()
    baseline: Weighed | None = None
    tried: dict[str, dict[Pair, bool]] = field(default_factory=dict)
    kind: Kind = "server"


Event = RunStarted | TestStarted | TestEnded | RunEnded
Listener = Callable[[Event], None]
