"""Deletes what a run made, newest first, and says what it had to leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.http.authentication import basic_header
from apps_contract.run.api import Api, Caller
from apps_contract.run.errors import NoVerdictError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.run.ledger import LedgerEntry
    from apps_contract.run.session import Session

_GONE = (200, 404, 403, 410)


def clean(session: Session) -> tuple[LedgerEntry, ...]:
    """Delete every app that the run made and did not delete; return those that are still there."""
    return _delete(session, reversed(session.ledger.alive()))


def clean_left_overs(session: Session) -> tuple[LedgerEntry, ...]:
    """Delete what an earlier run, killed before its end, left on the same target; return what it was."""
    found = tuple(entry for entry in session.ledger.left_overs if entry.target == session.target)
    _delete(session, found)
    return found


def _delete(session: Session, entries: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    keys = {key.project_id: key for key in (session.key, session.other_key) if key}

    def delete(entry: LedgerEntry) -> LedgerEntry | None:
        key = keys.get(entry.project_id)
        if key is None:
            return entry
        api = Api(session, Caller(entry.project_id, basic_header(key)))
        try:
            status = api.call("delete", entry.app_id).status
        except NoVerdictError:
            return entry
        if status not in _GONE:
            return entry
        session.note_deleted(entry.project_id, entry.app_id)
        return None

    return tuple(entry for entry in session.together(delete, entries) if entry)
