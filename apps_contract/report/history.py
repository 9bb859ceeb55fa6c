"""A history of runs in one SQLite file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY, started TEXT NOT NULL, target TEXT NOT NULL, edition TEXT NOT NULL, exit_code INTEGER NOT NULL,
  requests INTEGER NOT NULL, duration_s REAL NOT NULL, tool_version TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS outcomes (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, requirement TEXT NOT NULL, title TEXT NOT NULL,
  level TEXT NOT NULL, outcome TEXT NOT NULL, findings INTEGER NOT NULL, place INTEGER NOT NULL,
  PRIMARY KEY (run, requirement)
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True)
class PastRun:
    """One run of the history; ``outcomes`` is requirement id → outcome."""

    started: str
    target: str
    edition: str
    exit_code: int
    requests: int
    duration_s: float
    outcomes: dict[str, str]
    titles: dict[str, str]


def remember(file: Path, documents: Sequence[dict[str, Any]]) -> list[PastRun]:
    """Add runs to the history, each once, and return all runs in it, oldest first.

    Raises WrongUseError when ``file`` cannot be written, or is no history.
    """
    try:
        with closing(sqlite3.connect(file)) as database, database:
            database.executescript(_TABLES)
            for document in documents:
                _add(database, document)
            return _runs(database)
    except sqlite3.Error as error:
        raise WrongUseError(f"{file} cannot be used as a history: {error}") from None


def _add(database: sqlite3.Connection, document: dict[str, Any]) -> None:
    run = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    row = (
        *(run, document["started"], document["target"], document["contract"]["edition"], document["exit_code"]),
        *(document["requests"], document["duration_s"], document["tool"]["version"]),
    )
    added = database.execute("INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    if added.rowcount:
        database.executemany(
            "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (run, one["id"], one["title"], one["level"], one["outcome"], len(one["findings"]), place)
                for place, one in enumerate(document["requirements"])
            ],
        )


def _runs(database: sqlite3.Connection) -> list[PastRun]:
    outcomes: dict[str, dict[str, str]] = {}
    titles: dict[str, dict[str, str]] = {}
    in_order = "SELECT run, requirement, title, outcome FROM outcomes ORDER BY place"
    for run, requirement, title, outcome in database.execute(in_order):
        outcomes.setdefault(run, {})[requirement] = outcome
        titles.setdefault(run, {})[requirement] = title
    rows = database.execute(
        "SELECT id, started, target, edition, exit_code, requests, duration_s FROM runs ORDER BY started, rowid"
    )
    return [_past_run(row, outcomes.get(row[0], {}), titles.get(row[0], {})) for row in rows]


def _past_run(row: tuple[Any, ...], outcomes: dict[str, str], titles: dict[str, str]) -> PastRun:
    _, started, target, edition, exit_code, requests, duration_s = row
    return PastRun(started, target, edition, exit_code, requests, duration_s, outcomes, titles)
