"""A report document as the page shows it: verdict, matrix, groups, findings; what a document lacks is left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps_contract.report.page.findings import FindingView, finding_views
from apps_contract.report.words import LEVELS, OUTCOMES, Verdict, verdict

# What documents of an older version may lack.
_ABSENT: dict[str, Any] = {
    "left_overs": [],
    "operations": [],
    "latency": None,
    "groups": {},
    "baseline": None,
    "coverage": [],
    "docs_url": None,
}
_WORST_FIRST = tuple(OUTCOMES)


@dataclass(frozen=True)
class Cell:
    """What a group of requirements says about one operation; ``outcome`` is empty where nothing was sent."""

    operation: str
    outcome: str = ""
    requests: int = 0
    findings: int = 0

    @property
    def said(self) -> str:
        """The cell in words."""
        if not self.outcome:
            return "nothing of it concerns this operation"
        found = f"{self.findings} {'finding' if self.findings == 1 else 'findings'}, " if self.findings else ""
        return f"{OUTCOMES[self.outcome][1]}: {found}{self.requests:,} requests"


@dataclass(frozen=True)
class RequirementView:
    """One requirement with its findings."""

    data: dict[str, Any]
    findings: tuple[FindingView, ...]
    operations: tuple[str, ...]

    @property
    def levels(self) -> tuple[str, ...]:
        """Its own level, and those of its findings."""
        return tuple(dict.fromkeys([self.data["level"], *(finding.data["level"] for finding in self.findings)]))


@dataclass(frozen=True)
class GroupView:
    """One group of requirements, with its row of the matrix."""

    id: str
    name: str
    requirements: tuple[RequirementView, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PageView:
    """All that the page shows."""

    document: dict[str, Any]
    verdict: Verdict
    facts: tuple[tuple[str, str], ...]
    operations: tuple[str, ...]
    groups: tuple[GroupView, ...]
    counts: dict[str, int]
    level_counts: tuple[tuple[str, dict[str, int]], ...]

    @property
    def has_matrix(self) -> bool:
        """Whether it is known which operations the requirements were tested by."""
        return any(cell.outcome for group in self.groups for cell in group.cells)


def page_view(document: dict[str, Any]) -> PageView:
    """Return what the page of a run shows."""
    document = {**_ABSENT, **document}
    findings = finding_views(document)
    names = {one["id"]: one["name"] for one in document.get("operations", ())}
    groups: dict[str, list[RequirementView]] = {}
    for data in document["requirements"]:
        sent = tuple(names[one] for one in data.get("operations", ()) if one in names)
        view = RequirementView(data, tuple(findings[one] for one in data["findings"]), sent)
        groups.setdefault(data.get("group") or data["id"].rpartition("-")[0], []).append(view)
    return PageView(
        document,
        verdict(document),
        _facts(document),
        tuple(names.values()),
        tuple(_group(document, name, tuple(views), names) for name, views in groups.items()),
        {name: document["summary"][name] for name in OUTCOMES},
        tuple(
            (level, _outcomes_of(document, level)) for level in LEVELS if any(_outcomes_of(document, level).values())
        ),
    )


def _facts(document: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    latency = (document.get("latency") or {}).get("quantiles_ms")
    limited = document.get("rate_limited") or {}
    facts = {
        "Fails the run": document.get("level", "MUST"),
        "Mode": document.get("mode") if document["contract"].get("side", "server") == "server" else None,
        "Started": _moment(document["started"]),
        "Duration": f"{document['duration_s']:.1f} s",
        "Requests": f"{document['requests']:,}",
        "Latency": f"{latency['p50']:.1f} ms median, {latency['p99']:.0f} ms p99" if latency else None,
        "Rate limited": f"{limited['answers']} answers 429, {limited['waited_s']:g} s waited"
        if limited.get("answers")
        else None,
        "Seed": str(document["seed"]),
        "Exit code": str(document["exit_code"]),
    }
    return tuple((name, value) for name, value in facts.items() if value)


def _group(
    document: dict[str, Any], group: str, views: tuple[RequirementView, ...], names: dict[str, str]
) -> GroupView:
    name = document.get("groups", {}).get(group, group)
    return GroupView(group, name, views, tuple(_cell(views, one, name) for one, name in names.items()))


def _cell(views: tuple[RequirementView, ...], operation_id: str, name: str) -> Cell:
    outcomes: list[str] = []
    requests = findings = 0
    for view in views:
        sent = view.data.get("operations", {}).get(operation_id, 0)
        requests = max(requests, sent)
        blamed = [finding for finding in view.findings if finding.data.get("operation") == operation_id]
        findings += len(blamed)
        if blamed:
            outcomes.append(view.data["outcome"])
        elif sent:
            outcomes.append("passed" if view.data["outcome"] in {"failed", "warned"} else view.data["outcome"])
    worst = next((one for one in _WORST_FIRST if one in outcomes), "")
    worst = "passed" if worst == "not_tested" and "passed" in outcomes else worst
    return Cell(name, worst, requests, findings)


def _outcomes_of(document: dict[str, Any], level: str) -> dict[str, int]:
    outcomes = [one["outcome"] for one in document["requirements"] if one["level"] == level]
    return {name: outcomes.count(name) for name in OUTCOMES}


def _moment(started: str) -> str:
    return datetime.fromisoformat(started).strftime("%d %B %Y, %H:%M:%S UTC").lstrip("0")
