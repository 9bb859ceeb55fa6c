"""What a run has to report: one finding for each rule seen broken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from apps_contract.checks.breach import Breach
    from apps_contract.contract import Level
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.baseline import Known

# In place of a test, where nothing was tried and traffic was looked at.
TRAFFIC: Final = "traffic"


@dataclass(frozen=True)
class Fuzzed:
    """What a finding of a fuzz campaign is recognised by, its ``operator``, and its ``trial``, as plain data."""

    operator: str
    trial: dict[str, Any] = field(hash=False, compare=False)


@dataclass(frozen=True)
class Finding:
    """A confirmed breach with the exchanges that show it (secrets masked).

    ``test`` is the pytest node id that found it and ``case`` the label of its case (empty for a test without cases);
    ``flaky`` says that a second try did not show it again; ``also`` names further cases that broke the same rule;
    ``known`` is the entry of the baseline that it is in. ``fuzzed`` is None but for a fuzz campaign's findings;
    ``seen_in`` names the test, and in ``case`` its case, that sent what a test over all traffic of a client found.
    """

    breach: Breach
    level: Level
    exchanges: tuple[Exchange, ...]
    test: str
    case: str = ""
    flaky: bool = False
    also: tuple[str, ...] = ()
    id: str = ""
    known: Known | None = None
    fuzzed: Fuzzed | None = None
    seen_in: str = ""


@dataclass(frozen=True)
class Result:
    """How one test of the suite ended, for one requirement.

    ``cases`` counts what was tried, ``operations`` the requests by operation id. ``not_tested`` and ``not_applicable``
    are reasons, empty when all could be tried.
    """

    requirement: str
    test: str
    cases: int
    findings: tuple[Finding, ...] = ()
    not_tested: str = ""
    not_applicable: str = ""
    note: str = ""
    duration_s: float = 0.0
    operations: dict[str, int] = field(default_factory=dict)
