"""Where apps are kept: SQLite, in a file (write-ahead log) or in memory."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apps_contract.contract import Edition

MEMORY = ":memory:"

App = dict[str, Any]

# Marks our files, so that another program's database is never written to: "APPS" in ASCII.
_APPLICATION_ID = 0x41505053

_TABLE = """
CREATE TABLE IF NOT EXISTS apps (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    project TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
);
"""
_INDEX = "CREATE INDEX IF NOT EXISTS apps_by_project ON apps (project, number);"


class StoreError(Exception):
    """The database cannot be used: one line, with the file's name and what to do."""


class Store:
    """The apps of all projects, in the order of their creation. Each call is one transaction.

    An acknowledged change of a file database survives the end of the process, however it ends. The file is held
    exclusively. Raises StoreError when it cannot be opened, is no apps database, or holds another edition's apps.
    """

    def __init__(self, edition: Edition, database: str = MEMORY) -> None:
        self._database = database
        try:
            # Calls come from one event loop, but that loop may run in another thread than the one that built the store.
            self._connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False, timeout=0.5)
        except sqlite3.Error as error:
            raise StoreError(f"{database}: cannot be opened as a database: {error}") from None
        try:
            self._prepare(edition)
        except sqlite3.Error as error:
            self._connection.close()
            raise StoreError(f"{database}: {_advice(error)}") from None
        except StoreError:
            self._connection.close()
            raise

    def apps(self, project: str) -> list[App]:
        """Return all apps of a project, oldest first."""
        rows = self._connection.execute("SELECT document FROM apps WHERE project = ? ORDER BY number", (project,))
        return [json.loads(document) for (document,) in rows]

    def get(self, project: str, app_id: str) -> App | None:
        """Return one app, or None when the project has none of that id."""
        query = "SELECT document FROM apps WHERE id = ? AND project = ?"
        row = self._connection.execute(query, (app_id, project)).fetchone()
        return None if row is None else json.loads(row[0])

    def insert(self, project: str, app: App) -> None:
        """Add a new app under its ``id``, which must be new."""
        command = "INSERT INTO apps (project, id, document) VALUES (?, ?, ?)"
        self._connection.execute(command, (project, app["id"], json.dumps(app)))

    def replace(self, project: str, app: App) -> bool:
        """Put the app in the place of the one with its ``id``; return whether there was one."""
        command = "UPDATE apps SET document = ? WHERE id = ? AND project = ?"
        return self._connection.execute(command, (json.dumps(app), app["id"], project)).rowcount > 0

    def delete(self, project: str, app_id: str) -> bool:
        """Remove one app; return whether there was one."""
        command = "DELETE FROM apps WHERE id = ? AND project = ?"
        return self._connection.execute(command, (app_id, project)).rowcount > 0

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        self._connection.close()

    def _prepare(self, edition: Edition) -> None:
        connection = self._connection
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if owner != _APPLICATION_ID and tables:
            raise StoreError(f"{self._database}: belongs to another program; choose another file")
        stored = str(connection.execute("PRAGMA user_version").fetchone()[0])
        if tables and stored != edition:
            raise StoreError(f"{self._database}: holds apps of edition {stored}; choose that edition or another file")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        # A change is in the log before it is answered: only a crash of the whole machine may lose it.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {edition}")
        connection.execute(_TABLE)
        connection.execute(_INDEX)


def _advice(error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text:
        return "is in use by another process; stop that one or choose another file"
    return f"cannot be used as a database: {text}"
