"""The outcome of judging files, and the exit code that it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps_contract.files.finding import Severity

if TYPE_CHECKING:
    from apps_contract.files.rules import Rules
    from apps_contract.files.tally import Tally

_CONFORMS, _VIOLATION, _WRONG_USE, _COULD_NOT_TEST = range(4)


@dataclass(frozen=True)
class Outcome:
    """What came of it all; ``missing`` says which names led to no file, ``started`` counts seconds since 1970."""

    rules: Rules
    tally: Tally
    missing: tuple[str, ...] = ()
    is_coloured: bool = False
    started: float = 0.0
    duration_s: float = 0.0

    @property
    def exit_code(self) -> int:
        """Violation before wrong use before could not test; nothing judged is never a pass (design section 2.2)."""
        if self.tally.severities[Severity.ERROR] > 0:
            return _VIOLATION
        if self.missing:
            return _WRONG_USE
        if self.tally.unreadable or self.tally.undecided or not self.tally.payloads:
            return _COULD_NOT_TEST
        return _CONFORMS

    @property
    def troubles(self) -> list[str]:
        """One line for each file that could not be judged, or not wholly."""
        tally = self.tally
        lines = [*self.missing, *(f"{file}: {reason}" for file, reason in tally.unreadable.items())]
        return [*lines, *(f"{file}: {reason}" for file, reason in tally.undecided.items())]
