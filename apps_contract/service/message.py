"""What the service is called with and what it answers, free of any web framework."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from apps_contract.contract import Operation
    from apps_contract.http.exchange import Headers

JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Call:
    """One request.

    ``path`` and ``query`` are as sent, percent-encoded; header names are in lower case. ``body`` is None when it is
    longer than the limit. ``operation`` and the ids are set once the path is understood.
    """

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes | None = b""
    operation: Operation | None = None
    project_id: str = ""
    app_id: str = ""

    @property
    def name(self) -> str:
        """The name of the operation; empty before the path is understood."""
        return self.operation.name if self.operation else ""

    def header(self, name: str) -> str | None:
        """Return the first value of a header (name in lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)

    def header_values(self, name: str) -> list[str]:
        """Return all values of a header (name in lower case), in the order sent."""
        return [value for key, value in self.headers if key == name]

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """The query as decoded names and values, in the order sent."""
        return parse_qsl(self.query, keep_blank_values=True, errors="replace")


@dataclass(frozen=True)
class Answer:
    """One answer with its whole body. ``payload`` is what the body was made from, for those who want to change it."""

    status: int
    body: bytes = b""
    headers: Headers = ()
    payload: Any = field(default=None, compare=False)

    @staticmethod
    def of_json(status: int, payload: Any, *, media_type: str = JSON_TYPE, headers: Headers = ()) -> Answer:
        """Return an answer whose body is ``payload`` as JSON; NUL and all other text survives escaped or raw."""
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        return Answer(status, body, (("content-type", media_type), *headers), payload)
