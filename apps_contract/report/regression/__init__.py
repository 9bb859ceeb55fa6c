"""A finding as a plain pytest file, which needs nothing of this package: a person keeps it as a regression test."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from apps_contract.contract import operation
from apps_contract.http.json_view import exchange_from_json
from apps_contract.report.regression.expectations import NotExportableError, expectation_lines
from apps_contract.report.regression.helpers import file_head
from apps_contract.report.regression.load import load_lines
from apps_contract.report.regression.steps import Steps
from apps_contract.service.app import DEMO_KEYS

if TYPE_CHECKING:
    from apps_contract.http.exchange import Exchange

__all__ = ["NotExportableError", "regression_test"]

_WORD = re.compile(r"[a-z0-9]+")
_LONGEST_NAME = 70
_NEEDS = (
    "Needs pytest and requests, and in the environment: APPS_TARGET (the base URL), APPS_PROJECT, APPS_KEY_ID and"
    " APPS_KEY_SECRET."
)
_LOAD = {"send", "threads", "agrees"}


def regression_test(finding: dict[str, Any], document: dict[str, Any]) -> str:
    """Return the test file of a finding on a server; ``document`` is its report. Raises NotExportableError."""
    edition = document["contract"]["edition"]
    if not finding["requirement"].startswith("SRV-"):
        raise NotExportableError(finding, "it is about a client, and a test of a client needs the client")
    bodies = [part for one in finding["exchanges"] for part in (one["request"]["body"], one["request"]["raw"])]
    if any(part and "size" in part for part in bodies):
        raise NotExportableError(finding, "one of its requests is longer than a report keeps")
    lines, uses = load_lines(finding, edition), _LOAD
    if not lines:
        key_id = document["options"].get("key_id") or DEMO_KEYS[0].key_id
        steps = Steps(_projects(document), document["base_url"], edition, key_id)
        exchanges = tuple(exchange_from_json(one) for one in finding["exchanges"])
        if not exchanges:
            raise NotExportableError(finding, "it has no steps")
        # An id that no step of the suite made is one that never was; a campaign forgets what it made long ago.
        steps.add_all(exchanges, may_lack_creates=finding["test"].startswith("fuzz::"))
        expected = expectation_lines(finding, steps)
        place = f" at {finding['path']}" if finding["path"] else ""
        about = f"# {finding['requirement']}: expected {_short(finding['expected'])}{place}."
        lines = [*_with_gaps(steps, "\n".join(expected)), "", about, *expected]
        uses = steps.uses
    body = textwrap.indent("\n".join(lines), "    ", lambda line: bool(line.strip()))
    text = "\n".join(
        [*file_head(_docstring(finding, edition), uses, body), "", "", f"def {_name(finding)}():", body, ""]
    )
    return text.encode("utf-8", "backslashreplace").decode()


def _projects(document: dict[str, Any]) -> tuple[str, str]:
    options = document["options"]
    own, other = (key.project_id for key in DEMO_KEYS)
    if "project" not in options:
        return own, other  # the embedded reference server
    return options["project"], options.get("other_project", "")


def _with_gaps(steps: Steps, expected: str) -> list[str]:
    """Return the lines of the steps, each with a word on how the step was answered when it was found.

    An id that nothing uses is not asked for: a fault may well lie in the answer that lacks it.
    """
    told = {one.name: _answered(one.exchange) for one in steps.sent}
    lines = []
    for line in steps.lines:
        name = line.partition(" = ")[0]
        used = "\n".join([*(one for one in steps.lines if one != line), expected])
        if name in steps.app_ids.values() and not re.search(rf"\b{name}\b", used):
            continue
        lines += [f"# {told[name]}"] if name in told else []
        lines.append(line)
    return lines


def _answered(exchange: Exchange) -> str:
    what = operation(exchange.operation).name.capitalize() if exchange.operation else "A request"
    return f"{what}: it was answered with {exchange.status}." if exchange.response else f"{what}: it got no answer."


def _docstring(finding: dict[str, Any], edition: str) -> str:
    head = f"{finding['requirement']} ({finding['level']}, edition {edition}): {finding['title']}."
    paragraphs = [
        _clean(head),
        _clean(finding["rule"]),
        _NEEDS,
    ]
    return "\n\n".join(textwrap.fill(paragraph, 100) for paragraph in paragraphs)


def _clean(text: str) -> str:
    printable = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
    return printable.replace("\\", "\\\\").replace('"""', "'''")


def _short(text: str) -> str:
    line = _clean(" ".join(text.split()))
    return line if len(line) <= 80 else f"{line[:80]}…"  # noqa: PLR2004 - what fits beside the rest


def _name(finding: dict[str, Any]) -> str:
    name = "test_"
    for word in _WORD.findall(finding["title"].lower()):
        if len(name) + len(word) > _LONGEST_NAME:
            break
        name += f"{word}_"
    return name.rstrip("_") if len(name) > len("test_") else "test_" + finding["requirement"].lower().replace("-", "_")
