"""What the recorded traffic says of each app in the end: the last answer about it that nothing may have overtaken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.http.exchange import NotJsonError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.http.exchange import Exchange

App = dict[str, Any]

_CHANGES = frozenset({"App_UpdateApp", "App_DeleteApp"})
_FIRST_SERVER_ERROR = 500


def last_answers(traffic: Iterable[Exchange]) -> dict[str, App]:
    """Return each app that was created and never deleted, by its id, as the last create or update answered it.

    An app whose end nobody can know is left out: one that was changed by two requests at a time, by one that got no
    answer or a server error, or that was ever answered without an App.
    """
    left: dict[str, App] = {}
    unsure: set[str] = set()
    until: dict[str, float] = {}
    for exchange in sorted(traffic, key=lambda one: one.started):
        if exchange.operation == "App_CreateApp" and exchange.succeeded:
            app = _app(exchange)
            if app is not None:
                unsure |= {str(app["id"])} & left.keys()  # an id given twice: SRV-STATE-1's finding
                left[str(app["id"])] = app
        elif exchange.operation in _CHANGES and exchange.app_id:
            app_id = exchange.app_id
            if exchange.started < until.get(app_id, 0.0):
                unsure.add(app_id)
            until[app_id] = max(until.get(app_id, 0.0), exchange.started + exchange.duration_s)
            if exchange.succeeded and exchange.operation == "App_UpdateApp":
                app = _app(exchange)
                left.update({app_id: app} if app is not None else {})
                unsure |= {app_id} if app is None else set()
            elif exchange.succeeded or (exchange.status or _FIRST_SERVER_ERROR) >= _FIRST_SERVER_ERROR:
                unsure.add(app_id)
    return {app_id: app for app_id, app in left.items() if app_id not in unsure}


def _app(exchange: Exchange) -> App | None:
    """Return the App of an answer, None when it holds none."""
    try:
        body = exchange.response.json if exchange.response else None
    except NotJsonError:
        return None
    return body if isinstance(body, dict) and isinstance(body.get("id"), str) else None
