"""What a campaign remembers of its traffic and its apps: counts and the latest, whatever its length."""

from __future__ import annotations

from collections import Counter, deque
from typing import IO, TYPE_CHECKING, Any

from apps_contract.http.exchange import Exchange, NotJsonError, parse_json
from apps_contract.run.events import Sent
from apps_contract.run.ledger import Ledger, LedgerEntry, line
from apps_contract.run.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LATEST_EXCHANGES = 64
_LATEST_SENT = 20_000
_LATEST_IDS = 100_000
_LATEST_LOST = 1_000
# A shorter name may be that of somebody's own app.
_SHORTEST_OWN_NAME = 12
_FIRST_SERVER_ERROR = 500
_LINES_BEFORE_REWRITING = 20_000


class Tally(list[Exchange]):
    """Stands in for the list of all exchanges of a run: counts each, and keeps the latest only."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: Counter[str] = Counter()
        self.sent: deque[Sent] = deque(maxlen=_LATEST_SENT)

    def append(self, exchange: Exchange) -> None:
        """Count an exchange; called one at a time."""
        status = exchange.status
        self.statuses["no answer" if status is None else f"{status // 100}xx"] += 1
        self.sent.append(Sent(exchange.operation, status, exchange.duration_s))
        super().append(exchange)
        if len(self) > 2 * _LATEST_EXCHANGES:
            del self[:_LATEST_EXCHANGES]


class CampaignLedger(Ledger):
    """A ledger that stays small, in memory and on disk, however many apps come and go; its file is kept open."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path)
        self._gone: deque[tuple[str, str]] = deque()
        self._lines = 0
        self._file: IO[bytes] | None = None

    def close(self) -> None:
        """Let others have the file, and remove it when nothing is left over."""
        with self._lock:
            self._let_go()
        super().close()

    def deleted(self, entry: LedgerEntry) -> None:
        """Write down that an app is gone, and forget it after a while."""
        super().deleted(entry)
        with self._lock:
            self._gone.append((entry.project_id, entry.app_id))
            if len(self._gone) > _LATEST_EXCHANGES:
                self._made.discard(self._gone.popleft())
            self._lines += 2
            if self._path and self._lines > _LINES_BEFORE_REWRITING:
                self._lines = 0
                self._compact(self._path)

    def _append(self, event: str, entry: LedgerEntry) -> None:
        if self._path is None:
            return
        if self._file is None:
            self._file = self._path.open("ab", buffering=0)  # unbuffered: a killed campaign has written all
        self._file.write(line(event, entry).encode())

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _compact(self, path: Path) -> None:
        """Write the file anew, whole or not at all, with what is still there."""
        alive = (*self.left_overs, *self._alive.values())
        lines = "".join(line("created", entry) for entry in alive)
        waiting = path.with_name(f".{path.name}.part")
        waiting.write_text(lines, encoding="utf-8")
        self._let_go()
        waiting.replace(path)


class CampaignSession(Session):
    """A session that remembers the latest ids only: an id used again much later is not noticed."""

    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        self._latest: deque[tuple[str, str]] = deque()
        self._lost_names: deque[str] = deque(maxlen=_LATEST_LOST)

    def note_created(self, project_id: str, app_id: str, exchange: Exchange) -> None:
        """Write an app into the ledger, before anybody uses it."""
        super().note_created(project_id, app_id, exchange)
        with self._lock:
            self._latest.append((project_id, app_id))
            if len(self._latest) > _LATEST_IDS:
                self._known_ids.discard(self._latest.popleft())

    def note_lost(self, exchanges: Iterable[Exchange]) -> None:
        """Remember the names of apps that a create may have made without telling their ids."""
        for exchange in exchanges:
            if exchange.operation == "App_CreateApp" and (exchange.status or 599) >= _FIRST_SERVER_ERROR:
                name = _display_name(exchange)
                if len(name) >= _SHORTEST_OWN_NAME:
                    self._lost_names.append(name)

    def is_own_name(self, display_name: object) -> bool:
        """Tell whether this campaign gave a display name that nobody else has."""
        return display_name in self._lost_names or super().is_own_name(display_name)


def _display_name(exchange: Exchange) -> str:
    try:
        name = parse_json(exchange.request.body or b"").get("display_name")
    except (NotJsonError, AttributeError):
        return ""
    return name if isinstance(name, str) else ""
