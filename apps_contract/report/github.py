"""Findings as workflow commands of GitHub: each becomes an annotation of the job."""

from __future__ import annotations

from typing import Any

from apps_contract.report.text import explanation
from apps_contract.report.words import failing_entries, verdict

_COMMANDS = {"MUST": "error", "SHOULD": "warning", "MAY": "notice"}


def github_annotations(document: dict[str, Any]) -> str:
    """Return the report document of a run as lines for the log of a job; the last one is the verdict."""
    lines = [_line(finding, document.get("docs_url")) for finding in document["findings"]]
    said = verdict(document)
    lines += [_entry(entry, why) for entry, why in failing_entries(document)]
    kind = "notice" if said.kind == "passed" else "error"
    return "\n".join([*lines, f"::{kind} title={_property(said.headline)}::{_data(said.sentence)}"]) + "\n"


def _line(finding: dict[str, Any], docs_url: str | None) -> str:
    known = finding.get("known")
    command = "notice" if known else _COMMANDS[finding["level"]]
    title = f"{finding['requirement']} {finding['level']}: {finding['title']}{' (known)' if known else ''}"
    at = f"\nAt: {finding['path']}" if finding["path"] else ""
    text = f"Expected: {finding['expected']}\nActual: {finding['actual']}{at}\nRepeat: {finding['replay']}"
    text += f"\nWhat it means: {explanation(finding['requirement'], docs_url)}"
    return f"::{command} title={_property(title)}::{_data(text)}"


def _entry(entry: dict[str, Any], why: str) -> str:
    title = f"{entry['requirement']}: an entry of the baseline {why}"
    return f"::error title={_property(title)}::{_data(entry['title'])}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
