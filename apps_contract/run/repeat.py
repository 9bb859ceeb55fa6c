"""Sends the steps of an earlier finding once more, with fresh apps and the run's own credentials."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from apps_contract.http.authentication import basic_header
from apps_contract.run.history import made_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.http.exchange import Exchange, Request
    from apps_contract.run.session import Session

_PROJECT = re.compile(r"^/v1/projects/([^/?]*)")
# How the redactor shows the known secrets of a run: own and, labelled, those of the second project.
_MASKED = re.compile(r"^(Basic|Bearer) \*\*\*( \(other\))?$")


def repeat_steps(session: Session, steps: Iterable[Exchange]) -> tuple[Exchange, ...]:
    """Send the recorded exchanges again, in order, and return the new ones.

    An app that a recorded create made is the one that its repetition makes; any other app that was there is replaced by
    a new one. Raises NotTestedError when one of them cannot be made.
    """
    api = session.api()
    new_ids: dict[str, str] = {}
    for step in steps:
        request, app_id = step.request, step.app_id
        if app_id and step.succeeded and app_id not in new_ids:
            new_ids[app_id] = str(api.given_app()["id"])
        for old, new in new_ids.items():
            target = request.target.replace(quote(old, safe=""), quote(new, safe=""))
            request = replace(request, target=target)
        api.exchange(_own(session, request), step.operation, new_ids.get(app_id or "", app_id))
        old_id, new_id = made_id(step), made_id(api.trace[-1])
        if old_id and new_id:
            new_ids[old_id] = new_id
    return tuple(api.trace)


def _own(session: Session, request: Request) -> Request:
    """Give a recorded request the run's own project and credentials."""
    own, other = session.key, session.other_key
    known = {quote(key.project_id, safe="") for key in (own, other) if key}
    found = _PROJECT.match(request.target)
    if found and found[1] not in known:
        rest = request.target[found.end() :]
        request = replace(request, target=f"/v1/projects/{quote(own.project_id, safe='')}{rest}")
    headers = tuple(
        (name, _credentials(session, value) if name.lower() == "authorization" else value)
        for name, value in request.headers
    )
    return replace(request, headers=headers)


def _credentials(session: Session, shown: str) -> str:
    masked = _MASKED.match(shown)
    if not masked:
        return shown  # made up for the test, and never masked
    key = session.other_key if masked[2] else session.key
    if key is None:
        return session.other_caller().authorization or ""  # says what is missing
    return session.bearer_header(key) if masked[1] == "Bearer" else basic_header(key)
