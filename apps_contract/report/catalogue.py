"""The catalogue of requirements for people: levels by edition, and how to test and to waive each, in words.

The page beside a report, the pages of the documentation and ``apps-contract explain`` all say it in these.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from apps_contract.contract import EDITIONS, requirements
from apps_contract.contract.library import document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apps_contract.contract import Clause, Edition, Requirement

# The Web Fuzzing Commons fault codes that the catalogue uses.
FAULT_CODES = {
    100: "server error",
    101: "an answer breaks its schema",
    102: "invalid input accepted",
    103: "delete does not work",
    104: "a failed create has effects",
    203: "mass assignment",
    204: "existence leak",
    206: "wrong authorization",
    207: "anonymous access",
    209: "stack trace shown",
}


@dataclass(frozen=True)
class Group:
    """A group of requirements, in the contract's order."""

    id: str
    name: str
    side: str
    rules: tuple[Requirement, ...]


def groups() -> tuple[Group, ...]:
    """Return all requirements by group."""
    found: dict[str, list[Requirement]] = {}
    for rule in requirements():
        found.setdefault(rule.group, []).append(rule)
    names = document("requirements.json")["groups"]
    return tuple(Group(group, names[group], rules[0].side, tuple(rules)) for group, rules in found.items())


def clause_levels(clause: Clause, edition: Edition | None = None) -> str:
    """Say how binding a clause is: in one edition, or, where editions differ, in each that has it."""
    if edition is not None and (level := clause.level(edition)):
        return level.value
    return _by_edition({one: level.value for one in EDITIONS if (level := clause.level(one))})


def rule_levels(rule: Requirement) -> str:
    """Say how binding a requirement is; by edition where these differ."""
    return _by_edition({edition: rule.level(edition).value for edition in EDITIONS})


def strengths(rule: Requirement) -> tuple[str, ...]:
    """Return the levels that a requirement has in any edition, each once, in the order of editions."""
    return tuple(dict.fromkeys(rule.level(edition).value for edition in EDITIONS))


def only_command(rule: Requirement) -> str:
    """Return the command that tests nothing but a requirement."""
    command = "check" if rule.side == "server" else "judge --adapter 'COMMAND'"
    return f"apps-contract {command} --requirement {rule.id}"


def waivers(rule: Requirement) -> tuple[str, ...]:
    """Say how a run can pass though a requirement is broken; commands stand in backticks."""
    softer = [edition for edition in EDITIONS if rule.level(edition) == "SHOULD"]
    where = "" if len(softer) == len(EDITIONS) else f"in edition {' and '.join(softer)} "
    warned = f"{where}it is a warning, and fails a run only under `--level should`"
    if strengths(rule) == ("MAY",):
        return ("it fails no run: it is measured and told",)
    update = "apps-contract baseline update baseline.json --reason 'issue 17'"
    known = f"keep what is known, with a reason: `{update}`, and give the file to runs by `--baseline baseline.json`"
    left_out = f"leave it out: name what you do want by `--requirement`, which may be repeated (all: `{rule.group}`)"
    return (*([warned] if softer else []), known, left_out)


def _by_edition(levels: Mapping[Edition, str]) -> str:
    if len(set(levels.values())) == 1 and len(levels) == len(EDITIONS):
        return next(iter(levels.values()))
    runs = [(level, tuple(editions)) for level, editions in groupby(levels, levels.__getitem__)]
    return ", ".join(f"{level} in {' and '.join(editions)}" for level, editions in runs)
