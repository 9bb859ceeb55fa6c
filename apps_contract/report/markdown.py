"""``summary.md``: a run on less than a page, for a pull-request comment or a job summary."""

from __future__ import annotations

import re
from typing import Any

from apps_contract.report.links import published_link
from apps_contract.report.words import LEVELS, OUTCOMES, counted, verdict

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")
_MOST_FINDINGS = 30
_MOST_CHARACTERS = 160
_SIGNS = {"failed": "❌", "warned": "⚠️", "passed": "✅", "not_tested": "❔", "not_applicable": "⚪"}


def summary(document: dict[str, Any]) -> str:
    """Return the report document of a run as Markdown: verdict, counts, the first thirty findings."""
    said = verdict(document)
    lines = [
        f"## {_SIGNS[said.kind]} {said.headline}: {_plain(document['target'])}",
        "",
        f"{_plain(said.sentence)} {_effort(document)}",
        "",
        *_counts(document),
        *_findings(document),
        *_untested(document),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _effort(document: dict[str, Any]) -> str:
    requests = counted(document["requests"], "request")
    return f"{requests} in {document['duration_s']:.1f} s, seed {document['seed']}."


def _counts(document: dict[str, Any]) -> list[str]:
    names = [name for name in OUTCOMES if document["summary"][name]]
    lines = ["| | " + " | ".join(OUTCOMES[name][1] for name in names) + " |", "| --- |" + " ---: |" * len(names)]
    for level in LEVELS:
        outcomes = [one["outcome"] for one in document["requirements"] if one["level"] == level]
        if outcomes:
            lines.append(f"| {level} | " + " | ".join(str(outcomes.count(name) or "·") for name in names) + " |")
    return [*lines, ""]


def _findings(document: dict[str, Any]) -> list[str]:
    findings = document["findings"]
    if not findings:
        return []
    lines = [
        f"### {counted(len(findings), 'finding').capitalize()}",
        "",
        "| | requirement | what | expected | actual |",
        "| --- | --- | --- | --- | --- |",
    ]
    for finding in findings[:_MOST_FINDINGS]:
        cells = [finding["title"], finding["expected"], finding["actual"]]
        shown = " | ".join(_plain(_short(cell)) for cell in cells)
        named = _linked(finding["requirement"], document)
        lines.append(f"| {finding['id']} | {named} ({finding['level']}) | {shown} |")
    if len(findings) > _MOST_FINDINGS:
        lines.append(f"\n… and {len(findings) - _MOST_FINDINGS:,} more in report.html.")
    return [
        *lines,
        "",
        "Repeat one with `apps-contract replay ID`; `apps-contract explain REQUIREMENT` says what it means.",
        "",
    ]


def _untested(document: dict[str, Any]) -> list[str]:
    untested = [one for one in document["requirements"] if one["outcome"] == "not_tested"]
    if not untested:
        return []
    lines = [
        f"- {_linked(one['id'], document)} {_plain(one['title'])}: {_plain(_short(one['reason'] or ''))}"
        for one in untested
    ]
    return [
        f"<details><summary>{counted(len(untested), 'requirement')} not tested</summary>",
        "",
        *lines,
        "",
        "</details>",
    ]


def _linked(requirement: str, document: dict[str, Any]) -> str:
    link = published_link(requirement, document)
    return f"[{requirement}](<{link}>)" if link else requirement


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
