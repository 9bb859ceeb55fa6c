"""Measures what was sent: a table of (schema location, operator) pairs, and which of them have come up."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.payloads.boundaries import valid_boundaries
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.payloads.pairs import pairs_of
from apps_contract.payloads.tolerated import tolerated_bodies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.contract import Edition
    from apps_contract.payloads.cases import Case
    from apps_contract.payloads.pairs import Pair


@cache
def known_cases(edition: Edition, operation: str) -> tuple[Case, ...]:
    """Return all cases of a create or an update: those to be refused, those to be taken, those where both is legal."""
    return (
        *invalid_bodies(edition, operation),
        *valid_boundaries(edition, operation),
        *tolerated_bodies(edition, operation),
    )


@cache
def known_pairs(edition: Edition, operation: str) -> frozenset[Pair]:
    """Return the whole table: every pair that some known case is about."""
    return frozenset(case.pair for case in known_cases(edition, operation))


class Coverage:
    """Which pairs of one operation's table were sent, and how often. Pairs that are not in the table are left aside."""

    def __init__(self, edition: Edition, operation: str) -> None:
        self.edition: Edition = edition
        self.operation = operation
        self.counts: dict[Pair, int] = {}

    @property
    def pairs(self) -> frozenset[Pair]:
        """The whole table."""
        return known_pairs(self.edition, self.operation)

    @property
    def covered(self) -> frozenset[Pair]:
        """The pairs that were sent."""
        return frozenset(self.counts)

    def missing(self) -> tuple[Pair, ...]:
        """Return the pairs that were not sent yet, sorted."""
        return tuple(sorted(self.pairs - self.counts.keys()))

    def sent(self, case: Case) -> bool:
        """Count the pair that a case is about; tell whether it is a new one."""
        return self._count({case.pair}) > 0

    def observe(self, body: Any) -> int:
        """Count every pair that a body shows, whoever made it; return how many of them are new."""
        return self._count(pairs_of(body, self.operation, self.edition))

    def merge(self, other: Coverage) -> None:
        """Add what another part of the same campaign sent. Raises ValueError if it is about something else."""
        if (self.edition, self.operation) != (other.edition, other.operation):
            raise ValueError(f"cannot add {other.operation} of {other.edition} to {self.operation} of {self.edition}")
        for pair, count in other.counts.items():
            self.counts[pair] = self.counts.get(pair, 0) + count

    def unsent_first(self, cases: Iterable[Case]) -> list[Case]:
        """Return the cases in their order, but those with a pair not sent yet (once for each) before all others."""
        waiting = set(self.missing())
        first: list[Case] = []
        rest: list[Case] = []
        for case in cases:
            if case.pair in waiting:
                waiting.discard(case.pair)
                first.append(case)
            else:
                rest.append(case)
        return first + rest

    def to_json(self) -> dict[str, Any]:
        """Return the state as a JSON value that ``from_json`` reads."""
        sent = [[location, operator, count] for (location, operator), count in sorted(self.counts.items())]
        return {"edition": self.edition, "operation": self.operation, "table": len(self.pairs), "sent": sent}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Coverage:
        """Read what ``to_json`` wrote; raises KeyError or ValueError when that is not what it is."""
        coverage = cls(data["edition"], data["operation"])
        coverage.counts = {(location, operator): count for location, operator, count in data["sent"]}
        return coverage

    def _count(self, pairs: Iterable[Pair]) -> int:
        new = 0
        for pair in pairs:
            if pair in self.pairs:
                new += pair not in self.counts
                self.counts[pair] = self.counts.get(pair, 0) + 1
        return new
