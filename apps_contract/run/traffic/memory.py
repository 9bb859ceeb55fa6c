"""What a traffic run remembers of earlier calls: bounded, since a proxy may stay up for weeks."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from apps_contract.checks.breach import Breach
from apps_contract.checks.client.normal import sendable
from apps_contract.contract import read_only_members
from apps_contract.http.exchange import NotJsonError

if TYPE_CHECKING:
    from apps_contract.checks.client.record import Recorded
    from apps_contract.contract import Edition

_MOST: Final = 20_000
_OK: Final = 200
_UNAUTHORIZED: Final = 401
# The same call in a row, each answered 401, each within this time after the last answer.
MOST_IN_A_ROW: Final = 20
_IN_A_ROW_S: Final = 1.0


class Memory:
    """Tells what an exchange proves together with those before it. ``note`` each exchange after it was judged."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._odd: OrderedDict[tuple[str, str], bool] = OrderedDict()
        self._created: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._deleted: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._last: tuple[str, str, str | None] | None = None
        self._last_answered = 0.0
        self._row = 0

    def may_be_sent_back(self, seen: Recorded) -> bool:
        """Tell whether what is unknown in an update may have come from an answer: not, if none held such things."""
        return self._odd.get((_project(seen), seen.exchange.app_id or ""), True)

    def used_before(self, seen: Recorded) -> Breach | None:
        """SRV-STATE-1: create gives an id that it gave before."""
        new = _created_id(seen)
        if new is None or (_project(seen), new) not in self._created:
            return None
        return Breach("SRV-STATE-1", "create gave an id that was used before", "a new id", new, "body.id")

    def still_there(self, seen: Recorded) -> Breach | None:
        """SRV-STATE-9: a call that was sent after a delete had been answered is answered with success."""
        key = (_project(seen), seen.exchange.app_id or "")
        deleted = self._deleted.get(key)
        if deleted is None or seen.exchange.status != _OK or seen.arrived <= deleted:
            return None
        title = f"{seen.operation} of a deleted app succeeds"
        return Breach("SRV-STATE-9", title, "status 404 or 403", f"status {seen.exchange.status}")

    def loops_on_401(self, seen: Recorded) -> Breach | None:
        """CLI-ANS-7: the same call again and again without a pause, each answered 401."""
        row = self._row_with(seen)
        if row <= MOST_IN_A_ROW:
            return None
        title = "a lasting 401 leads to an unbounded number of requests"
        return Breach("CLI-ANS-7", title, "at most 5 calls", f"more than {MOST_IN_A_ROW} in a row, without a pause")

    def note(self, seen: Recorded) -> None:
        """Remember an exchange."""
        if seen.endpoint != "api":
            return
        self._row = self._row_with(seen)
        request = seen.exchange.request
        self._last = (request.method, request.target, request.header("authorization"))
        self._last_answered = seen.answered
        if seen.exchange.status != _OK or seen.exchange.response is None:
            return
        project = _project(seen)
        if seen.operation == "delete":
            _put(self._deleted, (project, seen.exchange.app_id or ""), seen.answered)
            return
        for app in _apps(_json(seen)):
            if isinstance(app.get("id"), str):
                key = (project, app["id"])
                _put(self._odd, key, self._odd.get(key, False) or _is_odd(app, self._edition))
        if (new := _created_id(seen)) is not None:
            _put(self._created, (project, new), seen.answered)
            self._deleted.pop((project, new), None)

    def _row_with(self, seen: Recorded) -> int:
        request = seen.exchange.request
        same = self._last == (request.method, request.target, request.header("authorization"))
        follows = 0 <= seen.arrived - self._last_answered <= _IN_A_ROW_S
        if seen.exchange.status != _UNAUTHORIZED:
            return 0
        return self._row + 1 if same and follows else 1


def _is_odd(app: dict[str, Any], edition: Edition) -> bool:
    """Tell whether an answer holds what no request may: members unknown to the edition, nulls and the like."""
    own = {name: value for name, value in app.items() if name not in read_only_members("app", edition)}
    if isinstance(entries := own.get("channel_credentials"), list):
        gone = read_only_members("channel_credential", edition)
        own["channel_credentials"] = [
            {name: value for name, value in entry.items() if name not in gone} if isinstance(entry, dict) else entry
            for entry in entries
        ]
    return sendable(app, edition) != own


def _put(kept: OrderedDict[tuple[str, str], Any], key: tuple[str, str], value: Any) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > _MOST:
        kept.popitem(last=False)


def _project(seen: Recorded) -> str:
    parts = seen.exchange.request.target.partition("?")[0].split("/")
    return parts[3] if len(parts) > 3 else ""  # noqa: PLR2004 -- /v1/projects/ID


def _created_id(seen: Recorded) -> str | None:
    if seen.operation != "create" or seen.exchange.status != _OK:
        return None
    body = _json(seen)
    return body["id"] if isinstance(body, dict) and isinstance(body.get("id"), str) and body["id"] else None


def _json(seen: Recorded) -> Any:
    try:
        return seen.exchange.response.json if seen.exchange.response else None
    except NotJsonError:
        return None


def _apps(body: Any) -> list[dict[str, Any]]:
    apps = body.get("apps") if isinstance(body, dict) and "apps" in body else [body]
    return [app for app in apps if isinstance(app, dict)] if isinstance(apps, list) else []
