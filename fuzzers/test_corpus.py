"""Findings that were kept: each is tried again, so that none comes back unnoticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract._resources import folder
from apps_contract.run.fuzz.discoveries.corpus import Corpus

if TYPE_CHECKING:
    from apps_contract.run.fuzz.subject import Subject


def test_kept_findings_are_gone(subject: Subject) -> None:
    """The requirements in the names of the files in ``corpus/``."""
    broken: list[str] = []
    for kept in Corpus(folder("fuzzers") / "corpus"):
        if kept.edition != subject.edition:
            continue
        try:
            subject.check(kept.trial)
        except AssertionError as error:
            broken.append(f"{kept.path.name}: {error}")
    assert not broken, "\n\n".join(broken)
