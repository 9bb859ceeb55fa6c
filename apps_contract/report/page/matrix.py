"""Several runs side by side: implementations by requirements."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps_contract.report.words import verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.report.words import Verdict

_MOST_SAID = 3


@dataclass(frozen=True)
class Column:
    """One run."""

    name: str
    document: dict[str, Any]
    verdict: Verdict


@dataclass(frozen=True)
class Mark:
    """What one run says about one requirement; ``outcome`` is empty when it was not asked."""

    outcome: str
    said: str


@dataclass(frozen=True)
class Row:
    """One requirement in all runs; ``differs`` tells that they do not agree."""

    id: str
    title: str
    level: str
    marks: tuple[Mark, ...]
    differs: bool


@dataclass(frozen=True)
class Matrix:
    """The runs and, by group, the requirements."""

    columns: tuple[Column, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]

    @property
    def remarks(self) -> tuple[Row, ...]:
        """The requirements that some run has something to say about beside its verdict."""
        return tuple(row for _, rows in self.groups for row in rows if any(mark.said for mark in row.marks))


def matrix(documents: Sequence[dict[str, Any]]) -> Matrix:
    """Return the runs side by side, in their order."""
    targets = Counter(document["target"] for document in documents)
    editions = {document["contract"]["edition"] for document in documents}
    columns = tuple(Column(_name(document, targets, editions), document, verdict(document)) for document in documents)
    first: dict[str, dict[str, Any]] = {}
    for document in documents:
        for one in document["requirements"]:
            first.setdefault(one["id"], one)
    groups: dict[str, list[Row]] = {}
    names = {group: name for document in documents for group, name in document.get("groups", {}).items()}
    for requirement, one in first.items():
        group = one.get("group") or requirement.rpartition("-")[0]
        groups.setdefault(names.get(group, group), []).append(_row(one, documents))
    return Matrix(columns, tuple((name, tuple(rows)) for name, rows in groups.items()))


def _name(document: dict[str, Any], targets: Counter[str], editions: set[str]) -> str:
    edition = f" ({document['contract']['edition']})" if len(editions) > 1 else ""
    moment = f", {document['started'][:16].replace('T', ' ')}" if targets[document["target"]] > 1 else ""
    return f"{document['target']}{edition}{moment}"


def _row(requirement: dict[str, Any], documents: Sequence[dict[str, Any]]) -> Row:
    marks = tuple(_mark(requirement["id"], document) for document in documents)
    differs = len({mark.outcome for mark in marks}) > 1
    return Row(requirement["id"], requirement["title"], requirement["level"], marks, differs)


def _mark(requirement: str, document: dict[str, Any]) -> Mark:
    found = next((one for one in document["requirements"] if one["id"] == requirement), None)
    if found is None:
        return Mark("", "not asked")
    titles = list(dict.fromkeys(one["title"] for one in document["findings"] if one["requirement"] == requirement))
    more = [f"and {len(titles) - _MOST_SAID} more"] if len(titles) > _MOST_SAID else []
    reason = found["reason"] if found["outcome"] != "passed" else ""
    return Mark(found["outcome"], "; ".join([*titles[:_MOST_SAID], *more]) or reason or "")
