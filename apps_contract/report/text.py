"""A finding and a verdict as plain text: for failed tests, for JUnit, for summaries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apps_contract.report.links import published
from apps_contract.run.outcomes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.run.events import RunEnded

BODY_SHOWN = 300
_MOST_NAMED = 6
# Control characters but for tab and line feed, and the marks that change the direction of text.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_MOST_LEFT_OVERS = 10


def finding_text(finding: dict[str, Any], *, replay: str = "", docs_url: str | None = None) -> str:
    """Write a finding of the report document: what is wrong first, then each step, then what to do next."""
    name = f"[{finding['id']}] " if finding["id"] else ""
    lines = [f"{name}{finding['requirement']} {finding['level']}: {finding['title']}"]
    if finding["flaky"]:
        lines[0] += "  (flaky: a second try did not show it)"
    fields = [("rule", finding["rule"]), ("expected", finding["expected"]), ("actual", finding["actual"])]
    fields += [("at", finding["path"])] if finding["path"] else []
    fields += [("known", finding["known"]["reason"])] if finding.get("known") else []
    fields += [("also", also_text(finding["also"]))] if finding["also"] else []
    for exchange, line in zip(finding["exchanges"], finding["curl"], strict=True):
        fields += [("step", line), ("", answer_line(exchange))]
    fields += [("explain", explanation(finding["requirement"], docs_url)), ("replay", replay or finding["replay"])]
    return visible("\n".join([*lines, *(f"  {field:<9} {value}" for field, value in fields)]))


def explanation(requirement: str, docs_url: str | None) -> str:
    """Say what to run to understand a requirement, and, where it is published, what to open."""
    return f"apps-contract explain {requirement}" + (f"   {published(requirement, docs_url)}" if docs_url else "")


def visible(text: str) -> str:
    """Return a text with every character that would steer a terminal, or turn its lines, written as an escape."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def also_text(also: list[str]) -> str:
    """Name the first of the other cases that broke the same rule, and count the rest."""
    more = len(also) - _MOST_NAMED
    return "; ".join(also[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def answer_line(exchange: dict[str, Any]) -> str:
    """Write what came back in one line."""
    if exchange["failure"]:
        return f"→ no answer: {exchange['failure']['message']}"
    response = exchange["response"]
    body = response["body"] or {}
    text = " ".join(body.get("text", "(bytes)").split()) if body else ""
    shown = text if len(text) <= BODY_SHOWN else f"{text[:BODY_SHOWN]}…"
    return f"→ {response['status']} {shown}".rstrip()


def verdict(ended: RunEnded) -> str:
    """Say in one line how a run ended."""
    edition = ended.settings.edition
    if ended.ended_early:
        return visible(f"Could not finish: {ended.ended_early}")
    if ended.exit_code is ExitCode.VIOLATION:
        broken = _count(ended, "failed")
        if not broken:
            return f"Conforms to edition {edition}, but the baseline is not up to date: apps-contract baseline update"
        return f"Does not conform to edition {edition}: {_requirements(broken)} broken"
    if ended.exit_code is ExitCode.COULD_NOT_TEST:
        return "Nothing could be tested"
    untested = _count(ended, "not_tested")
    rest = f", as far as tested: {_requirements(untested)} could not be" if untested else ""
    return f"Conforms to edition {edition}{rest}"


def baseline_lines(ended: RunEnded) -> Iterator[str]:
    """Write the entries of the baseline that fail the run in a line each."""
    weighed = ended.baseline
    for word, entries in (("no longer happens", weighed.stale), ("has expired", weighed.expired)) if weighed else ():
        for entry in entries:
            yield f"baseline: {entry.requirement} {entry.title}: {word}"


def summary_lines(ended: RunEnded) -> Iterator[str]:
    """Write the findings in a line each, what could not be tested, the counts and the verdict."""
    for finding in ended.findings:
        breach = finding.breach
        yield visible(f"{finding.id:<4} {breach.requirement:<13} {finding.level:<7} {breach.title}")
    for outcome in ended.outcomes:
        if outcome.outcome == "not_tested":
            yield visible(f"?    {outcome.requirement.id:<13} {outcome.level:<7} not tested: {outcome.reason}")
    yield from left_over_lines(ended)
    yield from baseline_lines(ended)
    names = ("passed", "failed", "warned", "not_tested", "not_applicable")
    yield ", ".join(f"{_count(ended, name)} {name.replace('_', ' ')}" for name in names)
    yield verdict(ended)
    yield run_line(ended)


def run_line(ended: RunEnded) -> str:
    """Write what the run cost, and where its report lies."""
    pace = ended.pace
    waited = f" · {pace.limited} answers 429, {pace.waited_s:g} s waited" if pace and pace.limited else ""
    where = f" · {ended.settings.report_dir}/report.html" if ended.settings.report_dir else ""
    return f"{ended.requests:,} requests in {ended.duration_s:.1f} s · seed {ended.settings.seed}{waited}{where}"


def left_over_lines(ended: RunEnded) -> Iterator[str]:
    """Name the apps that the run made and could not delete."""
    for entry in ended.left_overs[:_MOST_LEFT_OVERS]:
        yield visible(f"left behind: app {entry.app_id} of project {entry.project_id}")
    more = len(ended.left_overs) - _MOST_LEFT_OVERS
    if more > 0:
        yield f"left behind: {more} more apps"
    if ended.left_overs and ended.settings.report_dir:
        yield f"the next run with --report-dir {ended.settings.report_dir} will delete them"


def _count(ended: RunEnded, outcome: str) -> int:
    return sum(one.outcome == outcome for one in ended.outcomes)


def _requirements(count: int) -> str:
    return f"{count} requirement{'' if count == 1 else 's'}"
