"""What a campaign has found: each finding once, by requirement, operator and place."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from apps_contract.run.findings import Finding, Fuzzed

if TYPE_CHECKING:
    from apps_contract.contract import Requirement
    from apps_contract.run.fuzz.attempts.attempt import Key
    from apps_contract.run.fuzz.discoveries.corpus import Discovery
    from apps_contract.run.fuzz.trials import Trial

_SHRUNK_OF_A_GROUP = 3
_MOST_NAMED = 20
_MOST_CLAIMS = 6
_STATES = ("confirmed", "flaky", "unconfirmed")


class Findings:
    """Thread-safe. Findings of one requirement and operator, at different places, are a group."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claims: Counter[Key] = Counter()
        self._made_small: defaultdict[tuple[str, str], set[Key]] = defaultdict(set)
        self._found: dict[Key, Discovery] = {}
        self._hanging: set[tuple[str, str]] = set()

    def note_hanging(self, trial: Trial) -> None:
        """Note that the target does not answer a trial in time: others of its kind would only take time."""
        with self._lock:
            self._hanging |= {trial.manner} - {("", "")}

    def hang_on(self, trial: Trial) -> bool:
        """Tell whether the target is known not to answer such a trial."""
        return trial.manner in self._hanging

    def claim(self, key: Key) -> tuple[bool, bool]:
        """Note that a breach was seen; tell whether it is new, and whether it is worth making small.

        Of many places where the same goes wrong in the same way, the first few are. What did not show again is new once
        more, a few times: another trial may show it better.
        """
        with self._lock:
            known = self._found.get(key)
            if self._claims[key] and (known is None or known.state != "flaky" or self._claims[key] >= _MOST_CLAIMS):
                return False, False
            self._claims[key] += 1
            made_small = self._made_small[key.group]
            if len(made_small) < _SHRUNK_OF_A_GROUP:
                made_small.add(key)
            return True, key in made_small

    def add(self, discovery: Discovery) -> bool:
        """Keep a finding in place of what was known of it before, unless that is better; tell whether it was kept."""
        key = discovery.key
        with self._lock:
            if discovery.state == "flaky":  # was not made small: another of the group may be
                self._made_small[key.group].discard(key)
            known = self._found.get(key)
            if known is not None and _rank(known) < _rank(discovery):
                return False
            self._found[key] = discovery
            return True

    @property
    def count(self) -> int:
        """How many groups there are: what a person counts."""
        return len({key.group for key in tuple(self._found)})

    def grouped(self, selected: tuple[Requirement, ...]) -> tuple[Finding, ...]:
        """Return one finding for each group, of the requirements selected, the most binding first."""
        order = {requirement.id: place for place, requirement in enumerate(selected)}
        with self._lock:
            found = [one for one in self._found.values() if one.key.requirement in order]
        groups: dict[tuple[str, str], list[Discovery]] = {}
        for one in found:
            groups.setdefault(one.key.group, []).append(one)
        confirmed = {one.key.requirement for one in found if one.state == "confirmed"}
        chosen = [
            _finding(group)
            for group in groups.values()
            # What did not show again is most often a trace of what did: told only where nothing better is known.
            if group[0].key.requirement not in confirmed or any(one.state == "confirmed" for one in group)
        ]
        chosen.sort(key=lambda one: (one.level.value == "SHOULD", order[one.breach.requirement]))
        return tuple(replace(one, id=f"f{number}") for number, one in enumerate(chosen, 1))


def _rank(one: Discovery) -> tuple[int, int]:
    """Return what sorts findings: one that was seen again comes first, then a small one."""
    return _STATES.index(one.state), sum(len(step.request.body or b"") for step in one.trace)


def _finding(group: list[Discovery]) -> Finding:
    """Return the group's simplest confirmed finding, which names the places of the others."""
    group.sort(key=_rank)
    first, *others = group
    also = [one.key.location for one in others if one.key.location][:_MOST_NAMED]
    if len(others) > len(also):
        also.append(f"{len(others) - len(also)} more")
    return Finding(
        first.breach,
        first.level,
        first.trace,
        f"fuzz::{first.trial.kind}",
        f"{first.key.operator} {first.key.location}".strip(),
        first.state == "flaky",
        tuple(also),
        fuzzed=Fuzzed(first.key.operator, first.trial.to_json()),
    )
