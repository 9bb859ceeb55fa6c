"""Findings on disk, one JSON file each, written whole or not at all, for the next campaign."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from apps_contract.http.curl import curl_lines
from apps_contract.run.fuzz.trials import trial_from_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apps_contract.checks.breach import Breach
    from apps_contract.contract import Edition, Level
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.baseline import Known
    from apps_contract.run.fuzz.attempts.attempt import Key
    from apps_contract.run.fuzz.trials import Trial

FORMAT = 1
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Discovery:
    """One finding of a campaign, its secrets masked.

    ``state`` is "unconfirmed" (seen once, so far), "confirmed" (seen again) or "flaky" (not seen again).
    """

    key: Key
    breach: Breach
    level: Level
    trial: Trial
    trace: tuple[Exchange, ...]
    edition: Edition
    state: str = "unconfirmed"


@dataclass(frozen=True)
class Kept:
    """A finding of an earlier campaign: its file and its trial; ``known`` when it is an entry of the baseline."""

    path: Path
    edition: Edition
    trial: Trial
    requirement: str
    known: Known | None = None


@dataclass
class Corpus:
    """A folder of findings. ``unreadable`` names files in it that are none."""

    folder: Path
    base_url: str = ""
    unreadable: list[str] = field(default_factory=list)

    def keep(self, found: Discovery) -> Path:
        """Write a finding, in place of what was known of it before; return its file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / file_name(found)
        waiting = path.with_name(f".{path.name}.part")
        text = json.dumps(self._document(found), ensure_ascii=True, indent=2) + "\n"
        waiting.write_text(text, encoding="utf-8")
        waiting.replace(path)
        return path

    def __iter__(self) -> Iterator[Kept]:
        """Read all findings, in the order of their names."""
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else ():
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
                yield Kept(path, data["edition"], trial_from_json(data["trial"]), data["requirement"])
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                self.unreadable.append(path.name)

    def _document(self, found: Discovery) -> dict[str, Any]:
        breach = found.breach
        return {
            "format": FORMAT,
            "edition": found.edition,
            "requirement": breach.requirement,
            "level": found.level.value,
            "operator": found.key.operator,
            "location": found.key.location,
            "state": found.state,
            "title": breach.title,
            "expected": breach.expected,
            "actual": breach.actual,
            "path": breach.path,
            "curl": curl_lines(found.trace, self.base_url, shows_made_up_credentials=True),
            "trial": found.trial.to_json(),
        }


def file_name(found: Discovery) -> str:
    """Return the name of a finding's file: readable, and the same whenever the same is found."""
    words = f"{found.key.requirement}-{found.key.operator}-{found.key.location}"
    digest = hashlib.sha256(f"{found.edition} {found.key}".encode("utf-8", "backslashreplace")).hexdigest()[:8]
    return f"{_UNSAFE.sub('-', words)[:_LONGEST_NAME].strip('-')}-{found.edition}-{digest}.json"
