"""What the service answers: apps, lists, deletes and errors in the form of a dialect (contract 4, SRV-SHAPE)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apps_contract.service.message import Answer
from apps_contract.service.refusal import RefusalError, status_word
from apps_contract.service.shape import read_only_defaults, shape
from apps_contract.service.violations import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.contract import Edition, Violation
    from apps_contract.http.exchange import Headers
    from apps_contract.service.dialect import Dialect
    from apps_contract.service.message import Call
    from apps_contract.service.store import App

NULLABLE_2026 = ("message_retry_settings", "delivery_report_based_fallback")
_DELETED: dict[str, bytes] = {"null": b"null", "object": b"{}", "empty": b""}
_MOST_DETAILS = 10
_STATES = ("PENDING", "ACTIVE", "FAILING")


class Answers:
    """Renders answers. Each kind is a method of its own, so that a seeded fault can replace just that."""

    def __init__(self, edition: Edition, dialect: Dialect) -> None:
        self.edition = edition
        self.dialect = dialect
        self._order = tuple(shape("app", edition))
        self._queued = 0
        self._looks = 0

    def answer_app(self, app: App, call: Call) -> Answer:
        """Answer with one app."""
        return self.to_json(200, self.render_app(app, call))

    def answer_list(self, apps: list[App], call: Call) -> Answer:
        """Answer with all apps given."""
        payload: dict[str, Any] = {"apps": [self.render_app(app, call) for app in apps]}
        if not apps and self.dialect.empty_list == "absent":
            payload = {}
        if self.dialect.extra_members:
            payload["total_size"] = len(apps)
        return self.to_json(200, payload)

    def answer_delete(self, call: Call) -> Answer:  # noqa: ARG002 -- a fault may look at the call
        """Answer that the app is gone (SRV-SHAPE-2)."""
        body = _DELETED[self.dialect.delete_answer]
        return Answer(200, body, (("content-type", self.dialect.media_type),) if body else ())

    def render_app(self, app: App, call: Call) -> dict[str, Any]:  # noqa: ARG002 -- a fault may look at the call
        """Return an app as it is answered: read-only members added, in the order of the contract's table."""
        shown = {**app, **self.read_only_members()}
        if self.edition == "2026":
            self._show_seen_in_2026(shown, app)
        if self.dialect.extra_members:
            shown["created_at"] = "2026-01-01T00:00:00Z"
            shown["labels"] = {"tier": None, "tags": []}
            shown["channel_credentials"] = [{**entry, "channel_label": 7} for entry in shown["channel_credentials"]]
        first = {name: shown[name] for name in self._order if name in shown}
        return {**first, **shown}

    def read_only_members(self) -> dict[str, Any]:
        """Return ``rate_limits`` and ``queue_stats``, by the dialect: as they are, never, or other at each look."""
        if self.dialect.read_only == "absent":
            return {}
        members = dict(read_only_defaults(self.edition))
        if "queue_stats" in members:
            if self.dialect.read_only == "moving":
                self._queued += 1
            members["queue_stats"] = {"outbound_size": self._queued, **members["queue_stats"]}
        return members

    def _show_seen_in_2026(self, shown: dict[str, Any], app: App) -> None:
        """Add what was seen in answers of edition 2026: nulls, a waiting time of 0, undocumented members, states."""
        dialect = self.dialect
        if dialect.null_objects_2026:
            shown |= {name: app.get(name) for name in NULLABLE_2026}
        fallback = {"enabled": False, "delivery_report_waiting_time": 0} | (
            app.get("delivery_report_based_fallback") or {}
        )
        if dialect.zero_waiting_time_2026 and not fallback["enabled"]:
            shown["delivery_report_based_fallback"] = fallback
        if dialect.extra_members:
            shown |= {"persist_message_status": {"enabled": False}, "message_search": {"enabled": False}}
        if dialect.credential_state_2026 == "moving":
            self._looks += 1
            state = {"status": _STATES[self._looks % len(_STATES)], "description": "as the channel says"}
            shown["channel_credentials"] = [
                {**entry, "state": state, "channel_known_id": f"known-{index}"}
                for index, entry in enumerate(shown["channel_credentials"])
            ]

    def invalid_body(self, found: Sequence[Violation]) -> RefusalError:
        """Return the refusal of a body that breaks its schema: the first place in the message, some more in details."""
        details = [{"field": each.path, "description": sentence(each)} for each in found[:_MOST_DETAILS]]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return RefusalError(400, f"{found[0].path}: {sentence(found[0])}{more}", details=details)

    def render_error(self, refusal: RefusalError, call: Call) -> Answer:  # noqa: ARG002 -- a fault may look at the call
        """Answer with an error (SRV-SHAPE-3 to 5)."""
        dialect = self.dialect
        word = status_word(refusal.status, legacy=dialect.error_words == "legacy")
        error: dict[str, Any] = {"code": refusal.status, "message": refusal.message, "status": word}
        if dialect.error_details != "absent":
            error["details"] = list(refusal.details) if dialect.error_details == "listed" else []
        if dialect.extra_members:
            error["request_id"] = "00000000-0000-0000-0000-000000000000"
        payload = {"error": error} if dialect.error_envelope == "wrapped" else error
        return self.to_json(refusal.status, payload, refusal.headers)

    def to_json(self, status: int, payload: Any, headers: Headers = ()) -> Answer:
        """Answer with JSON, written as the dialect writes it; every text survives in each of its forms."""
        text = self.dialect.text
        indent = 2 if text == "indented" else None
        separators = None if text == "indented" else (",", ":")
        body = json.dumps(payload, ensure_ascii=text == "escaped", indent=indent, separators=separators).encode("utf-8")
        return Answer(status, body, (("content-type", self.dialect.media_type), *headers), payload)
