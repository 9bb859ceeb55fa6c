"""The baseline of a campaign: its entries are tried first, so that one which no longer happens is seen to be gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apps_contract.run.baseline import read_baseline
from apps_contract.run.findings import Finding, Fuzzed
from apps_contract.run.fuzz.discoveries.corpus import Kept
from apps_contract.run.fuzz.trials import trial_from_json
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from apps_contract.contract import Requirement
    from apps_contract.run.baseline import Baseline, Known
    from apps_contract.run.fuzz.discoveries.corpus import Discovery
    from apps_contract.run.fuzz.trials import Trial
    from apps_contract.run.settings import Settings


class KnownFindings:
    """What a campaign knows beforehand; nothing without a baseline. Raises WrongUseError for one that is not right.

    ``passed_again`` collects the entries that were tried once more and did not happen: only they are out of date. An
    entry of another kind of run has no trial, and a campaign that happens not to send its case says nothing about it.
    """

    def __init__(self, settings: Settings, selected: Iterable[Requirement]) -> None:
        path, edition = settings.baseline, settings.edition
        self.baseline: Baseline | None = read_baseline(path, edition) if path else None
        self.passed_again: list[Known] = []
        self._today = datetime.now(UTC).date()
        wanted = {requirement.id for requirement in selected}
        self.kept: tuple[Kept, ...] = ()
        if self.baseline is not None and path is not None:
            self.kept = tuple(
                Kept(path, edition, _trial(entry, path), entry.requirement, entry)
                for entry in self.baseline.entries
                if entry.fuzzed and entry.requirement in wanted and not entry.has_expired(self._today)
            )

    def knows(self, discovery: Discovery) -> bool:
        """Tell whether a finding is in the baseline."""
        if self.baseline is None:
            return False
        fuzzed = Fuzzed(discovery.key.operator, {})
        return self.baseline.knows(Finding(discovery.breach, discovery.level, (), "", fuzzed=fuzzed), self._today)


def _trial(entry: Known, path: Path) -> Trial:
    assert entry.fuzzed
    try:
        return trial_from_json(entry.fuzzed.trial)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise WrongUseError(
            f"the baseline {path} has a trial that cannot be read, at {entry.requirement} {entry.title!r}:"
            " write it anew by apps-contract baseline update"
        ) from None
