"""The catalogue of requirements (contract sections 6 and 7), read from ``schemas/requirements.json``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from apps_contract.contract.editions import EDITIONS, Edition
from apps_contract.contract.levels import Level
from apps_contract.contract.library import document, nearest, unknown_name_message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Side = Literal["server", "client"]


class UnknownRequirementError(LookupError):
    """No requirement has that id or begins with that prefix; the message names the nearest one."""


@dataclass(frozen=True)
class Clause:
    """One sentence of a requirement with its level in each edition that it applies to."""

    text: str
    levels: Mapping[Edition, Level] = field(hash=False)

    def level(self, edition: Edition) -> Level | None:
        """Return the level in an edition, or None where the clause does not apply."""
        return self.levels.get(edition)


@dataclass(frozen=True)
class Requirement:
    """One numbered item of the contract.

    ``text`` is the contract's own wording, ``clauses`` its parts by level, ``usual_cause`` and ``example`` one sentence
    each for a person. ``fault_code`` is the Web Fuzzing Commons code where one fits. ``tests`` names what covers it,
    or ``excluded`` says why nothing does.
    """

    id: str
    side: Side
    group: str
    number: int
    title: str
    text: str
    clauses: tuple[Clause, ...]
    source: str
    usual_cause: str
    example: str
    fault_code: int | None = None
    tests: tuple[str, ...] = ()
    excluded: str | None = None

    def level(self, edition: Edition) -> Level:
        """Return the strongest level of its clauses in an edition."""
        levels = {clause.level(edition) for clause in self.clauses}
        return next(level for level in Level if level in levels)


@cache
def _catalogue() -> dict[str, Requirement]:
    return {entry["id"]: _requirement(entry) for entry in document("requirements.json")["requirements"]}


def _requirement(entry: dict[str, Any]) -> Requirement:
    plain = {key: value for key, value in entry.items() if key not in {"clauses", "tests"}}
    clauses = tuple(Clause(clause["text"], _levels(clause["level"])) for clause in entry["clauses"])
    return Requirement(**plain, clauses=clauses, tests=tuple(entry.get("tests", ())))


def _levels(level: str | dict[Edition, str]) -> dict[Edition, Level]:
    if isinstance(level, str):
        return dict.fromkeys(EDITIONS, Level(level))
    return {edition: Level(value) for edition, value in level.items()}


def requirements(side: Side | None = None) -> tuple[Requirement, ...]:
    """Return all requirements, or those of one side, in the contract's order."""
    return tuple(item for item in _catalogue().values() if side in {None, item.side})


def requirement(requirement_id: str) -> Requirement:
    """Return the requirement with that id, in any case; raise UnknownRequirementError."""
    try:
        return _catalogue()[requirement_id.upper()]
    except KeyError:
        raise UnknownRequirementError(unknown_name_message("requirement", requirement_id, _catalogue())) from None


def select(prefixes: Iterable[str]) -> tuple[Requirement, ...]:
    """Return the requirements meant by ids or prefixes of whole parts (``SRV-STATE-6``, ``SRV-STATE``, ``SRV``).

    They come once each, in the contract's order; no prefix at all means every requirement. Raises
    UnknownRequirementError for a prefix that selects nothing.
    """
    wanted = [prefix.upper().rstrip("-") for prefix in prefixes]
    for prefix in wanted:
        if not any(_has_prefix(item, prefix) for item in requirements()):
            groups = dict.fromkeys(item.group for item in requirements())
            known = [*groups, *_catalogue()] if nearest(prefix, _catalogue()) else groups
            raise UnknownRequirementError(unknown_name_message("requirement", prefix, known))
    return tuple(item for item in requirements() if not wanted or any(_has_prefix(item, prefix) for prefix in wanted))


def _has_prefix(item: Requirement, prefix: str) -> bool:
    return f"{item.id}-".startswith(f"{prefix}-")
