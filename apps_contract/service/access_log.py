"""The access log: one line per request, as JSON or as key=value pairs. It holds no query, header or body."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

LogFormat = Literal["text", "json"]

_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class AccessEntry:
    """One request and its answer. ``path`` is percent-encoded, ``project`` the one that the path names."""

    method: str
    path: str
    status: int
    duration_ms: float
    project: str


def access_log(write: Callable[[str], Any], log_format: LogFormat) -> Callable[[AccessEntry], None]:
    """Return what writes entries in the format given, each as one line with the time of writing."""
    line = _json_line if log_format == "json" else _text_line

    def log(entry: AccessEntry) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        fields = {"time": now, "method": entry.method, "path": entry.path, "status": entry.status}
        write(line(fields | {"ms": round(entry.duration_ms, 2), "project": entry.project}) + "\n")

    return log


def _json_line(fields: dict[str, Any]) -> str:
    return json.dumps(fields)


def _text_line(fields: dict[str, Any]) -> str:
    return " ".join(f"{name}={_quoted(str(value))}" for name, value in fields.items())


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) and '"' not in value else json.dumps(value)
