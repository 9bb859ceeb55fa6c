"""A finding as the page shows it: both sides of the difference, and each step with its curl line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps_contract.report.page.difference import Sides, sides
from apps_contract.report.page.json_text import Line, body_lines, location

# What all bodies, and all curl lines, of a page may take together, and what one may take at least and at most.
_ALL_BODIES = 500_000
_ALL_LINES = 300_000
_LEAST_BODY, _MOST_BODY = 400, 6_000
_LEAST_LINE = 200
_FEW_FINDINGS = 6
_MOST_SEARCHED = 400


@dataclass(frozen=True)
class Message:
    """A request or an answer: its first line, headers (with the one that the finding is about), body."""

    start: str
    headers: tuple[tuple[str, str, bool], ...]
    body: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True)
class Step:
    """One exchange; ``curl`` is empty where the line is too long for a page with so many findings."""

    number: int
    method: str
    target: str
    status: str
    family: str
    duration: str
    request: Message
    response: Message
    curl: str


@dataclass(frozen=True)
class FindingView:
    """One finding."""

    data: dict[str, Any]
    sides: Sides
    steps: tuple[Step, ...]
    operation: str
    searched: str
    opens: bool


@dataclass(frozen=True)
class _Room:
    """How much of each body and of each curl line there is room for."""

    body: int
    line: int


def finding_views(document: dict[str, Any]) -> dict[str, FindingView]:
    """Return the findings of a document by id. Long bodies are cut the more, the more there are."""
    findings = document["findings"]
    exchanges = sum(len(finding["exchanges"]) for finding in findings)
    body = max(_LEAST_BODY, min(_MOST_BODY, _ALL_BODIES // max(1, 2 * exchanges)))
    lengths = sorted(len(line) for finding in findings for line in finding["curl"])
    room = _Room(body, _longest_that_fits(lengths))
    names = {one["id"]: one["name"] for one in document.get("operations", ())}
    are_few = len(findings) <= _FEW_FINDINGS
    return {
        finding["id"]: _finding(finding, room, names, opens=are_few or place == 0)
        for place, finding in enumerate(findings)
    }


def _longest_that_fits(lengths: list[int]) -> int:
    """Return how long a line may be so that all those kept, shortest first, fit into the page."""
    total = 0
    for length in lengths:
        total += length
        if total > _ALL_LINES:
            return max(_LEAST_LINE, length - 1)
    return lengths[-1] if lengths else 0


def _finding(finding: dict[str, Any], room: _Room, names: dict[str, str], *, opens: bool) -> FindingView:
    words = [
        finding.get(name) or "" for name in ("id", "requirement", "title", "path", "case", "test", "expected", "actual")
    ]
    lines = zip(finding["exchanges"], finding["curl"], strict=True)
    steps = tuple(_step(number, exchange, line, finding, room) for number, (exchange, line) in enumerate(lines, 1))
    searched = " ".join(words).lower()[:_MOST_SEARCHED]
    difference = sides(finding["expected"], finding["actual"])
    return FindingView(finding, difference, steps, names.get(finding.get("operation") or "", ""), searched, opens)


def _step(number: int, exchange: dict[str, Any], line: str, finding: dict[str, Any], room: _Room) -> Step:
    request, response, failure = exchange["request"], exchange["response"], exchange["failure"]
    status = f"{response['status']} {response['reason']}".strip() if response else f"no answer: {failure['kind']}"
    return Step(
        number,
        request["method"],
        request["target"],
        status,
        f"{response['status'] // 100}xx" if response else "none",
        f"{exchange['duration_s'] * 1000:.1f} ms",
        _message(f"{request['method']} {request['target']}", request, request["raw"] or request["body"], finding, room),
        _message(status, response, response["body"], finding, room, or_nearest=exchange is finding["exchanges"][-1])
        if response
        else Message(status, (), (), failure["message"]),
        line if len(line) <= room.line else "",
    )


def _message(
    start: str,
    message: dict[str, Any],
    body: dict[str, Any] | None,
    finding: dict[str, Any],
    room: _Room,
    *,
    or_nearest: bool = False,
) -> Message:
    path = finding.get("path") or ""
    named = path.removeprefix("header.").lower() if path.startswith("header.") else None
    headers = tuple((name, value, name.lower() == named) for name, value in message["headers"])
    if not body:
        return Message(start, headers, ())
    size = f"{body['size']:,} bytes, cut" if "size" in body else ""
    if "text" not in body:
        note = f"not UTF-8, shown in base64; {size}".removesuffix("; ")
        return Message(start, headers, (Line(body["base64"][: room.body]),), note)
    lines = body_lines(body["text"], location(path), room.body, or_nearest=or_nearest)
    return Message(start, headers, lines, size)
