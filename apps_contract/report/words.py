"""The words in which all reports tell an outcome and a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Outcome → its sign and its name, the worst first.
OUTCOMES = {
    "failed": ("✗", "failed"),
    "warned": ("!", "warned"),
    "passed": ("✓", "passed"),
    "not_tested": ("?", "not tested"),
    "not_applicable": ("–", "not applicable"),  # noqa: RUF001 - a dash is what is meant
}
LEVELS = ("MUST", "SHOULD", "MAY")


@dataclass(frozen=True)
class Verdict:
    """The verdict: its kind (an outcome's name), a headline and a sentence."""

    kind: str
    headline: str
    sentence: str


def verdict(document: dict[str, Any]) -> Verdict:
    """Say how a run ended."""
    summary, edition = document["summary"], document["contract"]["edition"]
    total = sum(summary.values())
    if document.get("ended_early"):
        return Verdict("not_tested", "Could not finish", _sentence(document["ended_early"]))
    if document["exit_code"] == 1:
        headline = "Does not conform" if summary["failed"] else "The baseline is out of date"
        return Verdict("failed", headline, _broken(document, total))
    if document["exit_code"] != 0:
        return Verdict("not_tested", "Could not test", "Nothing could be tested.")
    rest = f" {summary['not_tested']} could not be tested." if summary["not_tested"] else ""
    warned = f", {summary['warned']} with a warning" if summary["warned"] else ""
    kept = summary["passed"] + summary["warned"]
    return Verdict("passed", "Conforms", f"{kept} of {total} requirements of edition {edition} are kept{warned}.{rest}")


def failing_entries(document: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Return the entries of the baseline that fail the run, each with why."""
    said = {"stale": "no longer happens", "expired": "has expired"}
    baseline = document.get("baseline") or {}
    return [(entry, why) for kind, why in said.items() for entry in baseline.get(kind, ())]


def counted(number: int, word: str) -> str:
    """Return a number with its word, in the plural where it is not one."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _broken(document: dict[str, Any], total: int) -> str:
    failed, edition = document["summary"]["failed"], document["contract"]["edition"]
    stale = len(failing_entries(document))
    also = f" {stale} of the baseline's entries no longer {'holds' if stale == 1 else 'hold'}." if stale else ""
    if not failed and stale:
        return also.strip()
    return f"{failed} of {total} requirements of edition {edition} {'is' if failed == 1 else 'are'} broken.{also}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
