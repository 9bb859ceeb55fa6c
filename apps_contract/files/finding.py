"""What is wrong in a file, where, and how binding that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps_contract.contract import Edition, Level


class Severity(StrEnum):
    """ERROR fails the command; a WARNING is of a level that was not asked for; a NOTE is advice and fails nothing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One fault at one place of a file; secrets are masked already.

    ``line`` and ``column`` count from 1, and are None where the format does not tell. ``path`` leads to the member and
    is empty for the whole payload. ``rule`` is the broken keyword or rule, ``kind`` what findings alike have in common.
    ``expected`` and ``found`` are short texts, empty where the message says it all.
    """

    file: str
    line: int | None
    column: int | None
    path: str
    message: str
    rule: str
    severity: Severity
    kind: str
    requirement: str | None = None
    level: Level | None = None
    schema: str | None = None
    edition: Edition | None = None
    found: str = ""
    expected: str = ""

    @property
    def place(self) -> str:
        """File, line and column, as editors and terminals make links of."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        about = f" ({self.requirement})" if self.requirement else ""
        return f"{self.place}: {self.severity}: {f'{self.path}: ' if self.path else ''}{self.message}{about}"
