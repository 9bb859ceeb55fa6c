"""What the user asked for: how files are judged."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from apps_contract.contract import DEFAULT_EDITION, Edition, Level
from apps_contract.files.finding import Severity
from apps_contract.files.schema_choice import Choice, declared, guessed

if TYPE_CHECKING:
    from apps_contract.contract import Violation

MEBIBYTE: Final = 1 << 20
_UNKNOWN = {"additionalProperties", "readOnly"}


@dataclass(frozen=True)
class Rules:
    """How to judge: ``schema`` (None: each payload's own), ``strict`` (unknown members fail), ``level`` (what fails).

    ``patterns`` are pairs of a file-name pattern and a schema name, relative to ``base``; the first that fits counts.
    ``largest`` is the size in bytes beyond which one document is refused, ``every`` asks for each finding in full.
    """

    edition: Edition = DEFAULT_EDITION
    schema: str | None = None
    strict: bool = False
    level: Level = Level.MUST
    patterns: tuple[tuple[str, str], ...] = ()
    base: str = ""
    largest: int = 64 * MEBIBYTE
    every: bool = False

    def fixed_choice(self, file: str) -> Choice | None:
        """Return the schema that the option or the configuration tells for a file, if any."""
        if self.schema:
            return Choice(self.schema, self.edition, "option")
        if not self.patterns:
            return None
        path = Path(file).absolute()
        base = Path(self.base)
        relative = path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()
        for pattern, name in self.patterns:
            if fnmatchcase(relative, pattern) or ("/" not in pattern and fnmatchcase(path.name, pattern)):
                return Choice(name, self.edition, "configuration")
        return None

    def choice(self, payload: Any, fixed: Choice | None) -> Choice:
        """Return the schema of one payload: the option's, its own ``$schema``, the configuration's, or a guess.

        Raises UnknownSchemaChoiceError.
        """
        if fixed and fixed.how == "option":
            return fixed
        return declared(payload, self.edition) or fixed or guessed(payload, self.edition)

    def severity(self, violation: Violation) -> Severity:
        """Return how bad a violation is under these rules."""
        if self.strict and violation.rule in _UNKNOWN:
            return Severity.ERROR
        if violation.level is Level.MUST or (violation.level is Level.SHOULD and self.level is Level.SHOULD):
            return Severity.ERROR
        return Severity.NOTE if violation.level is None else Severity.WARNING
