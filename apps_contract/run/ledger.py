"""The list, on disk, of every app that a run made: so that nothing is left behind, even by a run that was killed."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from apps_contract.run.settings import WrongUseError

try:
    import fcntl
except ImportError:  # no such locks on this system: two runs in one folder are then not told apart
    fcntl = None  # type: ignore[assignment]  # as the line above says

FILE_NAME = "ledger.jsonl"


class LedgerInUseError(WrongUseError):
    """Another run, which is still alive, writes the same ledger: what stands in it is no left-over."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another run is writing to {folder}: give this one a --report-dir of its own")


@dataclass(frozen=True)
class LedgerEntry:
    """One app: where it was made, and its id."""

    target: str
    project_id: str
    app_id: str


class Ledger:
    """Records apps as they are made and deleted; thread-safe.

    ``path`` None keeps the list in memory only. An existing file is read: what it still holds are left-overs of an
    earlier run (``left_overs``). Raises LedgerInUseError while another run holds it, and WrongUseError for a folder
    that cannot be used.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._alive: dict[tuple[str, str], LedgerEntry] = {}
        self._made: set[tuple[str, str]] = set()
        self._hold: IO[str] | None = None
        self.left_overs: tuple[LedgerEntry, ...] = ()
        if path:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._hold = _held(path.with_name(f".{path.name}.lock"))
                self.left_overs = _read(path)
                self._rewrite()
            except OSError as error:
                raise WrongUseError(f"--report-dir {path.parent} cannot be used: {error.strerror}") from None

    def created(self, entry: LedgerEntry) -> None:
        """Write down an app that the target said it made, before anybody uses it."""
        with self._lock:
            self._alive[entry.project_id, entry.app_id] = entry
            self._made.add((entry.project_id, entry.app_id))
            self._append("created", entry)

    def deleted(self, entry: LedgerEntry) -> None:
        """Write down that an app is gone."""
        with self._lock:
            if self._alive.pop((entry.project_id, entry.app_id), None) is None:
                self.left_overs = tuple(left for left in self.left_overs if left != entry)
            self._append("deleted", entry)

    def alive(self) -> tuple[LedgerEntry, ...]:
        """Return the apps that this run made and did not delete, oldest first."""
        with self._lock:
            return tuple(self._alive.values())

    def ever_made(self, project_id: str) -> frozenset[str]:
        """Return the ids of all apps that this run ever made in a project."""
        with self._lock:
            return frozenset(app_id for project, app_id in self._made if project == project_id)

    def has_made(self, project_id: str, app_id: str) -> bool:
        """Tell whether this run ever made an app."""
        with self._lock:
            return (project_id, app_id) in self._made

    def close(self) -> None:
        """Let others have the file, and remove it when nothing is left over; a second call does nothing."""
        if self._path is None or self._hold is None:
            return
        hold, self._hold = self._hold, None
        if not self._alive and not self.left_overs:
            self._path.unlink(missing_ok=True)
        with suppress(OSError):  # some systems remove no file that is open
            Path(hold.name).unlink(missing_ok=True)
        hold.close()

    def _append(self, event: str, entry: LedgerEntry) -> None:
        if self._path is None:
            return
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line(event, entry))

    def _rewrite(self) -> None:
        """Start the file anew with the left-overs alone."""
        assert self._path is not None
        self._path.write_text("".join(line("created", entry) for entry in self.left_overs), encoding="utf-8")


def _held(path: Path) -> IO[str]:
    """Open a file and hold it for this run alone; a run that is killed lets go of it."""
    file = path.open("a", encoding="utf-8")
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise LedgerInUseError(path.parent) from None
    return file


def line(event: str, entry: LedgerEntry) -> str:
    """Write that an app was "created" or "deleted", as one line of the file."""
    return json.dumps({"event": event, **vars(entry)}) + "\n"


def _read(path: Path) -> tuple[LedgerEntry, ...]:
    """Read which apps a ledger still holds; a last line cut off by a kill is passed over."""
    alive: dict[LedgerEntry, None] = {}
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ()
    for text in lines:
        try:
            record = json.loads(text)
            entry = LedgerEntry(record["target"], record["project_id"], record["app_id"])
        except (ValueError, KeyError, TypeError):
            continue
        if record.get("event") == "created":
            alive[entry] = None
        else:
            alive.pop(entry, None)
    return tuple(alive)
