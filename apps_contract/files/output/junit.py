"""The outcome as JUnit XML: one test case for each file."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.files.outcome import Outcome

# XML 1.0 has no way to write these characters at all.
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(outcome: Outcome) -> str:
    """Return the XML; a file with errors fails, one that could not be judged is an error."""
    return "\n".join(_lines(outcome)) + "\n"


def _lines(outcome: Outcome) -> Iterator[str]:
    tally = outcome.tally
    troubles = {**tally.unreadable, **tally.undecided, **{text: text for text in outcome.missing}}
    names = [*tally.files, *(name for name in troubles if name not in tally.files)]
    failures = sum(count.errors > 0 for count in tally.files.values())
    counts = f'tests="{len(names)}" failures="{failures}" errors="{len(troubles)}" time="{outcome.duration_s:.3f}"'
    started = datetime.fromtimestamp(outcome.started, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    title = _quoted(f"Payload files, edition {outcome.rules.edition}")
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites name="apps-contract validate" {counts}>'
    yield f'  <testsuite name={title} hostname="localhost" timestamp="{started}" {counts}>'
    for name in names:
        count = tally.files.get(name)
        head = f'    <testcase classname="apps-contract.validate" name={_quoted(name)} time="0"'
        if name in troubles:
            yield f"{head}><error message={_quoted(troubles[name])}/></testcase>"
        elif count and count.errors:
            more = count.errors + count.warnings - 1
            text = f"{count.first}{f' … and {more} more' if more else ''}"
            yield f'{head}><failure type="MUST" message={_quoted(text)}/></testcase>'
        elif count and count.warnings:
            yield f"{head}><system-out>{_escaped(count.first)}</system-out></testcase>"
        else:
            yield f"{head}/>"
    yield "  </testsuite>"
    yield "</testsuites>"


def _quoted(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("\ufffd", text))


def _escaped(text: str) -> str:
    clean = _NOT_IN_XML.sub("\ufffd", text)
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
