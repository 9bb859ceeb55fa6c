"""The reference client itself: the five operations, as contract section 7 wants a client to be.

Each rule is a small method, so that a seeded faulty client replaces just one.
"""

from __future__ import annotations

import base64
import json
import random
import threading
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from apps_contract.clients.reference.errors import HttpError, LostError, RefusedError, TimedOutError, UnreadableError
from apps_contract.clients.reference.exchange import Answer, Exchanger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.clients.protocol import Configuration

App = dict[str, Any]

_READ_ONLY = ("id", "rate_limits", "queue_stats")
_READ_ONLY_IN_ENTRY = ("state", "channel_known_id")
_UNDOCUMENTED = ("persist_message_status", "message_search")
_FIRST_ERROR = 400
_OK = 200
_UNAUTHORIZED = 401


class AppsClient:
    """Calls the Apps endpoints of one project. Thread-safe. Every method raises AppsError."""

    retried = frozenset({429, 500, 501, 503})
    most_tries = 4
    first_pause_s = 0.1
    longest_retry_after_s = 5.0
    renewals = 1

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.exchanger = Exchanger()
        self._token = ""
        self._token_expires = 0.0
        self._token_lock = threading.Lock()

    # The operations

    def list(self) -> App:
        """Return ``{"apps": […]}``."""
        found = self.read_object(self.call("GET", self.path()))
        apps = found.get("apps")
        if apps is not None and not isinstance(apps, list):
            raise UnreadableError("the answer holds no list of apps")
        return {**found, "apps": apps or []}

    def create(self, body: App) -> App:
        """Create an app and return it."""
        return self.read_app(self.call("POST", self.path(), self.writable(body)))

    def get(self, app_id: str) -> App:
        """Return an app."""
        return self.read_app(self.call("GET", self.path(app_id)))

    def update(self, app_id: str, body: App, mask: Sequence[str] | None = None) -> App:
        """Change an app and return it; ``mask`` names the members to change."""
        return self.read_app(self.call("PATCH", self.path(app_id) + self.query(mask), self.writable(body)))

    def delete(self, app_id: str) -> None:
        """Delete an app."""
        self.call("DELETE", self.path(app_id))

    def close(self) -> None:
        """Close all connections."""
        self.exchanger.close()

    # What goes out

    def path(self, app_id: str | None = None) -> str:
        """Return the path of an app, or of the project's apps; raise RefusedError for an id that no path can hold."""
        parts = [self.segment(self.configuration.key.project_id), "apps"]
        if app_id is not None:
            parts.append(self.segment(app_id))
        return "/v1/projects/" + "/".join(parts)

    def segment(self, value: str) -> str:
        """Return an id as one segment of a path. Dots alone would be taken for the path's own."""
        if value in {"", ".", ".."}:
            raise RefusedError(f"{value!r} cannot be an id: it would change the path")
        return quote(value, safe="")

    def query(self, mask: Sequence[str] | None) -> str:
        """Return an update mask as the edition writes it."""
        if mask is None:
            return ""
        if self.configuration.edition == "2021":
            return "?" + "&".join(f"update_mask.paths={quote(name, safe='')}" for name in mask)
        return "?update_mask=" + ",".join(quote(name, safe="") for name in mask)

    def writable(self, body: App) -> App:
        """Return a body without what only the server makes, so that an app from ``get`` can be sent back."""
        kept = {
            name: body[name] for name in body if name not in (*_READ_ONLY, *_UNDOCUMENTED) and body[name] is not None
        }
        entries = kept.get("channel_credentials")
        if isinstance(entries, list):
            kept["channel_credentials"] = [self.writable_entry(entry) for entry in entries]
        return kept

    def writable_entry(self, entry: App) -> App:
        """Return an entry without its read-only members."""
        return {name: entry[name] for name in entry if name not in _READ_ONLY_IN_ENTRY and entry[name] is not None}

    def encoded(self, body: App) -> bytes:
        """Return a body as it goes out."""
        return json.dumps(body, ensure_ascii=False).encode("utf-8")

    def headers(self, data: bytes | None) -> dict[str, str]:
        """Return the headers of a call besides Authorization."""
        headers = {"Accept": "application/json", "User-Agent": "apps-reference-client"}
        if data is not None:
            headers["Content-Type"] = "application/json"
        return headers

    # One call: tries, pauses, a new token

    def call(self, method: str, target: str, body: App | None = None) -> Answer:
        """Return the answer of success; raise AppsError."""
        deadline = time.monotonic() + self.configuration.timeout
        data = None if body is None else self.encoded(body)
        tries, renewals, lost = 0, 0, 0
        while True:
            authorization = self.authorization(deadline)
            try:
                answer = self.sent(method, target, data, authorization, deadline)
            except LostError:
                lost += 1
                if not self.may_send_lost_again(method, lost):
                    raise
                continue
            if answer.status == _UNAUTHORIZED and self.may_renew(renewals):
                renewals += 1
                self.forget(authorization)
                continue
            tries += 1
            if not self.is_retried(answer.status, method) or tries >= self.most_tries:
                return self.checked(answer)
            pause = self.pause(tries, answer)
            if pause is None or time.monotonic() + pause >= deadline:
                return self.checked(answer)
            time.sleep(pause)

    def sent(self, method: str, target: str, data: bytes | None, authorization: str, deadline: float) -> Answer:
        """Send one request and return its answer."""
        headers = {**self.headers(data), "Authorization": authorization}
        url = self.configuration.base_url + target
        return self.exchanger.send(method, url, headers=headers, body=data, deadline=deadline)

    def is_retried(self, status: int, method: str) -> bool:  # noqa: ARG002 -- a faulty client looks at the method
        """Tell whether an answered status passes by itself."""
        return status in self.retried

    def may_send_lost_again(self, method: str, lost: int) -> bool:
        """Tell whether a call without a whole answer is sent once more: only where that changes nothing."""
        return method == "GET" and lost <= 1

    def may_renew(self, renewals: int) -> bool:
        """Tell whether a 401 leads to a new token."""
        return self.configuration.auth == "oauth2" and renewals < self.renewals

    def pause(self, tries: int, answer: Answer) -> float | None:
        """Return the seconds before the next try, or None where the server asks for more patience than we have."""
        asked = self.retry_after(answer)
        if asked is not None:
            return asked if asked <= self.longest_retry_after_s else None
        ceiling: float = self.first_pause_s * 2.0 ** (tries - 1)
        return ceiling / 2 + random.uniform(0, ceiling / 2)  # noqa: S311 -- spreads clients, keeps no secret

    def retry_after(self, answer: Answer) -> float | None:
        """Return the seconds that a Retry-After asks for; None without one that can be read."""
        value = answer.headers.get("Retry-After", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        try:
            date = float(parsedate_to_datetime(value).timestamp())
        except (ValueError, TypeError):
            return None
        return max(0.0, date - time.time())

    # Authorization

    def authorization(self, deadline: float) -> str:
        """Return the Authorization header of a call."""
        key = self.configuration.key
        if self.configuration.auth == "basic":
            return "Basic " + base64.b64encode(f"{key.key_id}:{key.key_secret}".encode()).decode("ascii")
        return f"Bearer {self.token(deadline)}"

    def token(self, deadline: float) -> str:
        """Return the token in use, or a new one; parallel calls wait for the same."""
        if not self._token_lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise TimedOutError("no token within the overall time-out")
        try:
            if not self._token or time.monotonic() >= self._token_expires:
                self._token, lifetime = self.new_token(deadline)
                self._token_expires = time.monotonic() + lifetime
            return self._token
        finally:
            self._token_lock.release()

    def forget(self, authorization: str) -> None:
        """Use no longer a token that was refused, unless it was replaced meanwhile."""
        with self._token_lock:
            if authorization == f"Bearer {self._token}":
                self._token = ""

    def new_token(self, deadline: float) -> tuple[str, float]:
        """Ask for a token; return it and its lifetime in seconds."""
        key = self.configuration.key
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        answer = self.exchanger.send(
            "POST",
            self.configuration.token_url,
            headers=headers,
            body=b"grant_type=client_credentials",
            deadline=deadline,
            auth=(key.key_id, key.key_secret),
        )
        if answer.status != _OK:
            raise HttpError(answer.status, "no token was given")
        found = answer.json()
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise UnreadableError("the token endpoint's answer holds no token")
        lifetime = found.get("expires_in")
        return token, float(lifetime) if isinstance(lifetime, int | float) else 60.0

    # What comes back

    def checked(self, answer: Answer) -> Answer:
        """Return an answer of success; raise HttpError for every other."""
        if answer.status == _OK:
            return answer
        raise HttpError(answer.status, self.message(answer))

    def message(self, answer: Answer) -> str:
        """Return the server's own message, from either envelope."""
        try:
            found = answer.json()
        except UnreadableError:
            return "no message" if answer.status >= _FIRST_ERROR else "not a success"
        if isinstance(found, dict) and isinstance(found.get("error"), dict):
            found = found["error"]
        message = found.get("message") if isinstance(found, dict) else None
        return message if isinstance(message, str) else "no message"

    def read_object(self, answer: Answer) -> App:
        """Return the object that an answer holds."""
        found = answer.json()
        if not isinstance(found, dict):
            raise UnreadableError("the answer is no JSON object")
        return found

    def read_app(self, answer: Answer) -> App:
        """Return the App that an answer holds; members that we do not know stay."""
        return self.read_object(answer)
