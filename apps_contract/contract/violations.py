"""What is wrong with a payload, one violation per place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apps_contract.contract.levels import Level

Location = tuple[str | int, ...]

_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class Violation:
    """One rule that a payload breaks.

    ``location`` leads to the member, missing ones included; ``path`` is the same for a person. ``rule`` is the schema
    keyword, or the name of a semantic rule. ``requirement`` is the id of what is broken, None for advice that the
    contract does not state. ``level`` says how binding it is that a server refuses such a request, or does not send
    such an answer.
    """

    location: Location
    message: str
    rule: str
    found: Any = field(default=None, hash=False)
    expected: Any = field(default=None, hash=False)
    requirement: str | None = None
    level: Level | None = None

    @property
    def path(self) -> str:
        """The location as text, such as ``channel_credentials[0].static_bearer.token``; empty for the whole payload."""
        return path_text(self.location)

    @property
    def is_advice(self) -> bool:
        """Whether the contract does not state the rule, so that nobody is judged by it."""
        return self.requirement is None

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.location else self.message


def path_text(location: Location) -> str:
    """Write a location as a path; a name that is no plain word stands in brackets and quotes."""
    text = ""
    for step in location:
        if isinstance(step, str) and _PLAIN_NAME.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{step}]" if isinstance(step, int) else f"[{step!r}]"
    return text
