"""Deletes what a run made, newest first, and says what it had to leave behind."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from apps_contract.http.authentication import basic_header
from apps_contract.run.api import Api, Caller
from apps_contract.run.errors import NoVerdictError
from apps_contract.run.ledger import LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.run.session import Session

# An odd success status is a finding, yet the app is gone.
_GONE = (*range(200, 300), 404, 403, 410)


def clean(session: Session) -> tuple[LedgerEntry, ...]:
    """Delete every app that the run made and did not delete; return those that are still there."""
    for project_id in session.unsure_of:
        _find_unnoticed(session, project_id)
    return _delete(session, reversed(session.ledger.alive()))


def clean_left_overs(session: Session) -> tuple[LedgerEntry, ...]:
    """Delete what an earlier run, killed before its end, left on the same target; return what it was."""
    found = tuple(entry for entry in session.ledger.left_overs if entry.target == session.target)
    _delete(session, found)
    return found


def _find_unnoticed(session: Session, project_id: str) -> None:
    """Note apps whose create was never answered in full; they are known by names that only this run gives."""
    api = _api(session, project_id)
    if api is None:
        return
    with suppress(NoVerdictError):
        for app in api.apps_in(api.list()):
            app_id = app.get("id")
            if session.is_own_name(app.get("display_name")) and isinstance(app_id, str):
                session.ledger.created(LedgerEntry(session.target, project_id, app_id))


def _api(session: Session, project_id: str) -> Api | None:
    for key in (session.key, session.other_key):
        if key and key.project_id == project_id:
            return Api(session, Caller(project_id, basic_header(key)))
    return None


def _delete(session: Session, entries: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    def delete(entry: LedgerEntry) -> LedgerEntry | None:
        api = _api(session, entry.project_id)
        if api is None:
            return entry
        try:
            status = api.call("delete", entry.app_id).status
        except NoVerdictError:
            return entry
        if status not in _GONE:
            return entry
        session.note_deleted(entry.project_id, entry.app_id)
        return None

    left = [entry for entry in session.together(delete, entries) if entry]
    return tuple(entry for entry in session.together(delete, left) if entry)  # a single lost answer leaves nothing
