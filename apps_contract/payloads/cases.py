"""What is sent to make a server show whether it keeps a requirement: one body each, with what the body is about."""

from __future__ import annotations

import base64
import zlib
from dataclasses import asdict, dataclass
from typing import Any, Literal

from apps_contract.contract.levels import Level

JSON_MEDIA_TYPE = "application/json"

Verdict = Literal["json", "not-json", "not-object"]

# A megabyte of the same stands in files of findings in a few lines.
_LONGEST_PLAIN = 2048


@dataclass(frozen=True)
class Case:
    """A JSON body for a create or an update.

    ``path`` is where its point lies (``channel_credentials[0].static_bearer.token``; empty: the body itself) and
    ``location`` the same place in the schema, independent of the position in the array
    (``channel_credentials[SMS].static_bearer.token``). ``operator`` says what was done there. When the body has a
    defect, ``twin`` is the same body with only that mended, which a server must accept. ``channel`` and ``member``
    name the credentials form in focus (``LINE``, ``line_credentials``), or are empty.
    """

    label: str
    operation: str
    body: Any
    path: str = ""
    operator: str = ""
    requirement: str = ""
    level: Level | None = None
    twin: Any = None
    location: str = ""
    channel: str = ""
    member: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The (schema location, operator) pair by which coverage is counted."""
        return self.location, self.operator

    def to_json(self) -> dict[str, Any]:
        """Return the case as a JSON value that ``from_json`` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Case:
        """Read what ``to_json`` wrote; unknown members are left aside, TypeError is raised when one is missing."""
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        level = known.get("level")
        return cls(**{**known, "level": None if level is None else Level(level)})


@dataclass(frozen=True)
class RawCase:
    """A body given byte for byte. ``verdict`` is what a strict reader of RFC 8259 says of it."""

    label: str
    operator: str
    body: bytes
    content_type: str = JSON_MEDIA_TYPE
    verdict: Verdict = "json"

    def to_json(self) -> dict[str, Any]:
        """Return the case as a JSON value that ``from_json`` reads: the bytes in base64, many of them deflated."""
        members = asdict(self)
        if len(self.body) > _LONGEST_PLAIN:
            del members["body"]
            return {**members, "deflated": base64.b64encode(zlib.compress(self.body, 9)).decode("ascii")}
        return {**members, "body": base64.b64encode(self.body).decode("ascii")}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> RawCase:
        """Read what ``to_json`` wrote; unknown members are left aside, TypeError is raised when one is missing.

        Raises ValueError for bytes that are not as they should be.
        """
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        if "deflated" in data:
            try:
                known["body"] = zlib.decompress(base64.b64decode(data["deflated"], validate=True))
            except zlib.error as error:
                raise ValueError(str(error)) from None
        elif "body" in known:
            known["body"] = base64.b64decode(known["body"], validate=True)
        return cls(**known)
