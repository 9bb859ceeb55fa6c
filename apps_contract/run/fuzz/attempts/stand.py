"""What one worker keeps between its trials: an app to update, and which valid bodies were accepted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.checks.refusal import ABSENT_STATUSES
from apps_contract.payloads.valid import full_create, minimal_create
from apps_contract.run.api import json_object
from apps_contract.run.history import made_id

if TYPE_CHECKING:
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api

    Mask = tuple[str, ...] | None

NAME = "app of a fuzz campaign"
_MOST_REMEMBERED = 5_000


class Stand:
    """Belongs to one worker, ``number``: nobody else touches its app, or has one of the same name.

    ``accepted``, which bodies were, may be shared by several.
    """

    def __init__(self, accepted: dict[str, bool] | None = None, number: int = 1) -> None:
        self._name = f"{NAME} {number}"
        self._app: dict[str, Any] | None = None
        self._seen: Exchange | None = None
        self._given_up: set[str] = set()
        self._accepted: dict[str, bool] = {} if accepted is None else accepted
        self._is_plain = False

    def app(self, api: Api) -> dict[str, Any]:
        """Return the app as the last answer showed it, making it if need be; that answer comes into the trace."""
        if self._app is None:
            make = minimal_create if self._is_plain else full_create
            made = api.given_app(make(api.edition, self._name))
            # Got once: what a cache makes of it then shows on a fresh app too, such as a second try takes.
            self._app = api.app_in(api.get(made["id"]))
            self._seen = api.trace[-1]
        elif self._seen is not None:
            api.trace.append(self._seen)
        return self._app

    def vanished(self, api: Api, exchange: Exchange) -> Breach | None:
        """SRV-STATE-4: judge that the app is still there which an answer says is not; else nothing else can be said."""
        if exchange.status not in ABSENT_STATUSES or api.get(self.app_id).status not in ABSENT_STATUSES:
            return None
        title = "an app is gone that nobody deleted"
        return Breach("SRV-STATE-4", title, "the app as the last answer showed it", f"status {exchange.status}")

    def is_now(self, app: dict[str, Any], seen: Exchange) -> None:
        """Remember what an answer shows of the app."""
        self._app, self._seen = app, seen

    def forget(self, *, takes_plain: bool = False) -> None:
        """Take another app from now on, since this one is in a state that nobody knows: a full or a plain one."""
        self._given_up |= {self.app_id} - {""}
        self._app = None
        self._is_plain = takes_plain

    def given_up(self) -> set[str]:
        """Return the apps that were forgotten since the last call: they are nobody's any more."""
        given_up, self._given_up = self._given_up, set()
        return given_up

    def ask_again(self, operation: str, body: Any, mask: Mask = None) -> None:
        """Forget whether a valid body was accepted."""
        self._accepted.pop(_key(operation, body, mask), None)

    @property
    def app_id(self) -> str:
        """The id of the app; empty when there is none."""
        return str(self._app["id"]) if self._app else ""

    @property
    def last_seen(self) -> Exchange | None:
        """The exchange that last showed the app: it was judged already."""
        return self._seen

    def remember(self, operation: str, body: Any, mask: Mask = None, *, accepted: bool) -> None:
        """Note whether a valid body was accepted."""
        if len(self._accepted) >= _MOST_REMEMBERED:
            self._accepted.clear()
        self._accepted[_key(operation, body, mask)] = accepted

    def accepts(self, api: Api, operation: str, body: Any, mask: Mask = None) -> bool:
        """Tell whether the target accepts a valid body; asked once, with an app of its own."""
        key = _key(operation, body, mask)
        known = self._accepted.get(key)
        if known is None:
            asking = api.session.api()
            if operation == "create":
                exchange = asking.create(body)
                if made := made_id(exchange):
                    asking.delete(made)
            else:
                exchange = asking.update(str(self.app(asking)["id"]), body, mask)
                if exchange.succeeded:
                    self.note(exchange)
            known = exchange.succeeded
            self.remember(operation, body, mask, accepted=known)
        return known

    def note(self, exchange: Exchange) -> None:
        """Remember what an answer to an update shows of the app; take another app if that cannot be read."""
        app = json_object(exchange)
        if app is None or app.get("id") != self.app_id:
            self.forget()
        else:
            self.is_now(app, exchange)

    def forget_state(self, api: Api) -> None:
        """Look again at what the app is, after something changed it."""
        self.note(api.get(self.app_id))


def _key(operation: str, body: Any, mask: Mask) -> str:
    return f"{operation} {mask} {json.dumps(body, sort_keys=True)}"
