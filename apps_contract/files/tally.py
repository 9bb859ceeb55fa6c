"""Counts what was judged, and keeps the first finding of each kind, so that memory stays flat however much is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from apps_contract.files.finding import Finding, Severity

if TYPE_CHECKING:
    from apps_contract.files.schema_choice import Choice

# Findings of more kinds than these are counted, but not kept.
MOST_KINDS: Final = 500


@dataclass
class FileCount:
    """How one file fared; ``first`` is the first finding that counts as an error, else the first of any."""

    payloads: int = 0
    lines: int = 0
    errors: int = 0
    warnings: int = 0
    first: str = ""

    def add(self, other: FileCount) -> None:
        """Count another part of the same file."""
        if other.first and (not self.first or (other.errors and not self.errors)):
            self.first = other.first
        self.payloads += other.payloads
        self.lines += other.lines
        self.errors += other.errors
        self.warnings += other.warnings


@dataclass
class Kind:
    """Findings alike: the first of them, and how many there are."""

    first: Finding
    count: int = 1


@dataclass
class Tally:
    """What came of judging some files, or a part of one.

    ``unreadable`` and ``undecided`` pair a file with the reason why it, or its first such payload, could not be judged.
    ``passed_over`` counts files of a folder that are of no schema. ``unexplained`` counts payloads that are invalid,
    but of which only that is known, since too many before were.
    """

    every: bool = False
    files: dict[str, FileCount] = field(default_factory=dict)
    choices: Counter[Choice] = field(default_factory=Counter)
    kinds: dict[str, Kind] = field(default_factory=dict)
    listed: list[Finding] = field(default_factory=list)
    severities: Counter[Severity] = field(default_factory=Counter)
    invalid: int = 0
    with_findings: int = 0
    unexplained: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    undecided: dict[str, str] = field(default_factory=dict)
    undecided_payloads: int = 0
    passed_over: int = 0

    @property
    def payloads(self) -> int:
        """How many payloads were judged."""
        return sum(count.payloads for count in self.files.values())

    @property
    def findings(self) -> list[Finding]:
        """What is kept: each finding if every one was asked for, else the first of each kind."""
        return self.listed if self.every else [kind.first for kind in self.kinds.values()]

    def count_of(self, finding: Finding) -> int:
        """How many findings a kept one stands for."""
        return 1 if self.every else self.kinds[finding.kind].count

    def file(self, name: str) -> FileCount:
        """Return the counts of a file, which it then has."""
        return self.files.setdefault(name, FileCount())

    def add_valid(self, name: str, choice: Choice, payloads: int = 1) -> None:
        """Count payloads without any finding."""
        self.file(name).payloads += payloads
        self.choices[choice] += payloads

    def add_judged(self, name: str, choice: Choice | None, findings: list[Finding]) -> None:
        """Count one payload and its findings."""
        count = self.file(name)
        count.payloads += 1
        if choice:
            self.choices[choice] += 1
        self.with_findings += bool(findings)
        self.invalid += any(finding.severity is Severity.ERROR for finding in findings)
        for finding in findings:
            self._add(finding, count)

    def add_unexplained(self, name: str, choice: Choice) -> None:
        """Count a payload that is known to be invalid, but not why."""
        self.file(name).add(FileCount(payloads=1))
        self.choices[choice] += 1
        self.unexplained += 1
        self.with_findings += 1

    def add_undecided(self, name: str, reason: str) -> None:
        """Count a payload of which nothing tells the schema."""
        self.file(name)
        self.undecided.setdefault(name, reason)
        self.undecided_payloads += 1

    def pass_over_undecided(self) -> None:
        """Take what could not be decided for something that need not be judged."""
        self.passed_over += len(self.undecided)
        self.undecided = {}
        self.undecided_payloads = 0

    def _add(self, finding: Finding, count: FileCount) -> None:
        self.severities[finding.severity] += 1
        is_error = finding.severity is Severity.ERROR
        count.add(FileCount(errors=is_error, warnings=not is_error, first=str(finding)))
        if self.every:
            self.listed.append(finding)
        elif finding.kind in self.kinds:
            self.kinds[finding.kind].count += 1
        elif len(self.kinds) < MOST_KINDS:
            self.kinds[finding.kind] = Kind(finding)

    def merge(self, other: Tally) -> None:
        """Add what came of the part that follows; its lines are counted on from those before it in the same file."""
        before = {name: self.files[name].lines for name in other.files if name in self.files}
        self.listed += [_moved(finding, before) for finding in other.listed]
        for key, kind in other.kinds.items():
            if key in self.kinds:
                self.kinds[key].count += kind.count
            elif len(self.kinds) < MOST_KINDS:
                self.kinds[key] = Kind(_moved(kind.first, before), kind.count)
        for name, count in other.files.items():
            self.file(name).add(count)
        self.choices += other.choices
        self.severities += other.severities
        self.invalid += other.invalid
        self.with_findings += other.with_findings
        self.unexplained += other.unexplained
        self.undecided_payloads += other.undecided_payloads
        self.passed_over += other.passed_over
        self.unreadable.update(other.unreadable)
        for name, reason in other.undecided.items():
            self.undecided.setdefault(name, reason)


def _moved(finding: Finding, before: dict[str, int]) -> Finding:
    lines = before.get(finding.file, 0)
    return replace(finding, line=finding.line + lines) if lines and finding.line is not None else finding
