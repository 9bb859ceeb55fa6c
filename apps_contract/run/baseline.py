"""A baseline: findings that are known, each with a reason, which do not fail a run while they last.

An entry that has expired, or that no longer happens, fails the run instead: a baseline tells the truth or is mended.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator

from apps_contract._resources import folder
from apps_contract.run.findings import Fuzzed
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from apps_contract.run.findings import Finding
    from apps_contract.run.outcomes import Outcome

SCHEMA_FILE = "baseline.schema.json"
ANY_TITLE = "*"

# What differs from run to run within a title: places in arrays, ids, random parts of names.
_VARYING = re.compile(
    r"(?<=\[)\d+(?=\])|\b[0-9A-HJKMNP-TV-Z]{26}\b|\b[0-9a-f]{8}(?:-?[0-9a-f]{4,}){1,4}\b|\b[0-9a-f]{8,}\b"
)
_JUDGED = {"passed", "failed", "warned"}


@dataclass(frozen=True)
class Known:
    """One known finding: ``title`` is its title, or ``*`` for any on the requirement at that level.

    A finding of a fuzz campaign is recognised by its operator instead: its title tells what happened to be drawn.
    """

    requirement: str
    level: str
    title: str
    reason: str
    expires: date | None = None
    fuzzed: Fuzzed | None = None

    def is_about(self, requirement: str, level: str, title: str, operator: str = "") -> bool:
        """Tell whether this entry is about a finding on ``requirement`` with that level, and title or operator."""
        if (self.requirement, self.level) != (requirement, level):
            return False
        if self.fuzzed:
            return self.fuzzed.operator == operator
        return self.title == ANY_TITLE or steady(self.title) == steady(title)

    def has_expired(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return self.expires is not None and self.expires < today

    def to_json(self) -> dict[str, Any]:
        """Return the entry as it stands in a baseline file."""
        return {
            "requirement": self.requirement,
            "level": self.level,
            "title": self.title,
            "reason": self.reason,
            "expires": self.expires.isoformat() if self.expires else None,
            **({"fuzz": vars(self.fuzzed)} if self.fuzzed else {}),
        }


@dataclass(frozen=True)
class Weighed:
    """What a baseline says about a run: known findings by id, and the entries that fail it."""

    known: Mapping[str, Known]
    stale: tuple[Known, ...] = ()
    expired: tuple[Known, ...] = ()

    @property
    def fails(self) -> bool:
        """Whether an entry fails the run."""
        return bool(self.stale or self.expired)


@dataclass(frozen=True)
class Baseline:
    """The known findings of one edition."""

    edition: str
    entries: tuple[Known, ...]

    def weigh(
        self,
        findings: Iterable[Finding],
        outcomes: Iterable[Outcome],
        today: date,
        passed_again: Collection[Known] | None = None,
    ) -> Weighed:
        """Find the known ones among a run's findings, and the entries that have expired or no longer happen.

        An entry whose requirement was not judged in this run is neither, nor is one of a fuzz campaign. A campaign
        sends what it draws, so it gives ``passed_again``: what was tried once more and did not happen, and only that
        may be said to happen no longer.
        """
        expired = tuple(entry for entry in self.entries if entry.has_expired(today))
        valid = [entry for entry in self.entries if entry not in expired]
        known = {finding.id: entry for finding in findings if (entry := _entry_about(valid, finding))}
        judged = {outcome.requirement.id for outcome in outcomes if outcome.outcome in _JUDGED}
        seen = set(known.values())
        tried = (
            [entry for entry in valid if entry.requirement in judged and not entry.fuzzed]
            if passed_again is None
            else [entry for entry in valid if entry in passed_again]
        )
        return Weighed(known, tuple(entry for entry in tried if entry not in seen), expired)

    def knows(self, finding: Finding, today: date) -> bool:
        """Tell whether a finding is in it, and not expired."""
        return _entry_about([entry for entry in self.entries if not entry.has_expired(today)], finding) is not None


def _entry_about(entries: Iterable[Known], finding: Finding) -> Known | None:
    operator = finding.fuzzed.operator if finding.fuzzed else ""
    about = (finding.breach.requirement, finding.level.value, finding.breach.title, operator)
    return next((entry for entry in entries if entry.is_about(*about)), None)


def steady(title: str) -> str:
    """Return a title without what differs from run to run."""
    return _VARYING.sub("#", title)


def fingerprint(finding: Finding) -> str:
    """Return what a finding is recognised by from run to run: the requirement, its level, its title or operator."""
    told = f"fuzz {finding.fuzzed.operator}" if finding.fuzzed else steady(finding.breach.title)
    parts = (finding.breach.requirement, finding.level.value, told)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def read_baseline(path: Path, edition: str) -> Baseline:
    """Read the baseline file of an edition; raise WrongUseError, with place and mend, for one that is not right."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise WrongUseError(
            f"cannot read the baseline {path}: {error.strerror}; apps-contract baseline update writes one"
        ) from None
    except ValueError as error:
        raise WrongUseError(f"the baseline {path} is no JSON: {error}") from None
    schema = json.loads((folder("schemas") / SCHEMA_FILE).read_text("utf-8"))
    checker = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)
    problem = next(iter(checker.iter_errors(document)), None)
    if problem:
        raise WrongUseError(f"the baseline {path} is not right at {problem.json_path}: {problem.message[:120]}")
    if document["edition"] != edition:
        raise WrongUseError(f"the baseline {path} is of edition {document['edition']}, and the run of {edition}")
    return Baseline(edition, tuple(_entry(entry) for entry in document["known"]))


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline file, whole or not at all; raise WrongUseError when it cannot be written."""
    document = {
        "$schema": SCHEMA_FILE,
        "edition": baseline.edition,
        "known": [entry.to_json() for entry in baseline.entries],
    }
    waiting = path.with_name(f".{path.name}.part")
    try:
        waiting.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8", "backslashreplace")
        waiting.replace(path)
    except OSError as error:
        raise WrongUseError(f"cannot write the baseline {path}: {error.strerror}") from None


def _entry(entry: dict[str, Any]) -> Known:
    expires = entry.get("expires")
    day = date.fromisoformat(expires) if expires else None
    fuzzed = Fuzzed(**entry["fuzz"]) if entry.get("fuzz") else None
    return Known(entry["requirement"], entry["level"], entry["title"], entry["reason"].strip(), day, fuzzed)
