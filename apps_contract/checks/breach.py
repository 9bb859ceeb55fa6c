"""What an oracle says when a requirement is broken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps_contract.contract import requirement

if TYPE_CHECKING:
    from apps_contract.contract import Edition, Level

_SHOWN_CHARACTERS = 400


@dataclass(frozen=True)
class Breach:
    """One requirement seen broken: what was expected, what was seen, and where (``path``, empty for a whole answer).

    ``level`` is given where a clause binds less than its requirement as a whole, and is None otherwise.
    """

    requirement: str
    title: str
    expected: str
    actual: str
    path: str = ""
    level: Level | None = None

    def level_in(self, edition: Edition) -> Level:
        """How binding the broken clause is in ``edition``."""
        return self.level or requirement(self.requirement).level(edition)


def shown(value: Any) -> str:
    """Write a JSON value for a person: compact, and cut where it would fill the screen."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}… ({len(text)} characters)"
