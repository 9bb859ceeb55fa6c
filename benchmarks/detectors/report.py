"""What a tool said about a server, in one form for all tools."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Ended = Literal["done", "timed out", "failed"]

# What differs from run to run without meaning anything: ids, numbers, ports.
_ACCIDENTAL = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")


@dataclass(frozen=True, order=True)
class Report:
    """One complaint: which ``check`` of the tool failed, at which ``place`` (an operation), and its ``message``."""

    check: str
    place: str
    message: str = ""

    @property
    def signature(self) -> tuple[str, str, str]:
        """What makes two complaints the same, whatever ids and numbers they mention."""
        return (self.check, self.place, _ACCIDENTAL.sub("#", self.message))


@dataclass(frozen=True)
class Run:
    """One run of one tool against one server.

    ``kind`` tells what was served: the "healthy" server, a seeded "fault" or a conforming "variant", by its ``name``.
    ``requests`` are counted by the server, so that they mean the same for every tool.
    """

    tool: str
    kind: Literal["healthy", "fault", "variant"]
    name: str
    edition: str
    requests: int
    seconds: float
    ended: Ended
    reports: tuple[Report, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the run as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Run:
        """Read what ``to_json`` wrote."""
        return cls(**value | {"reports": tuple(Report(**each) for each in value["reports"])})


def unseen(reports: Iterable[Report], baseline: Iterable[Report]) -> tuple[Report, ...]:
    """Return the reports that the healthy server, the ``baseline``, did not draw too: one of each signature."""
    known = {report.signature for report in baseline}
    return tuple({report.signature: report for report in reports if report.signature not in known}.values())
