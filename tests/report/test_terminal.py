"""What a person sees: readable, in order, and nothing that a hostile answer could do to a terminal."""

import io

import pytest
from rich.console import Console

from apps_contract.http.transport import AsgiTransport
from apps_contract.report.terminal import Terminal
from apps_contract.report.text import summary_lines, visible
from apps_contract.run.runner import run_suite
from apps_contract.run.settings import Settings
from apps_contract.run.target import Target
from apps_contract.service.app import DEMO_KEYS, create_app


class Hostile:
    """Answers a delete with what clears a screen, and names itself by what turns a line around."""

    def __init__(self):
        self.app = create_app()

    async def __call__(self, scope, receive, send):
        async def altered(message):
            if scope["type"] == "http" and scope["method"] == "DELETE" and message["type"] == "http.response.body":
                message = {**message, "body": "\x1b[2J\x9b31m\u202eevil\x07\r".encode()}
            elif scope["type"] == "http" and scope["method"] == "DELETE":
                kept = [(name, value) for name, value in message["headers"] if name != b"content-length"]
                message = {**message, "headers": kept}
            await send(message)

        await self.app(scope, receive, altered)


@pytest.fixture(scope="module")
def seen():
    """A run of two requirements as the terminal shows it, and how it ended."""
    settings = Settings(key=DEMO_KEYS[0], mode="full", requirements=("SRV-SHAPE-2", "SRV-AUTH-2"), report_dir=None)
    written = io.StringIO()
    with (
        AsgiTransport(Hostile()) as transport,
        Terminal(settings, Console(file=written, width=100, soft_wrap=True, highlight=False)) as terminal,
    ):
        target = Target("a target", "http://127.0.0.1:8700", transport, DEMO_KEYS[0], settings=settings)
        ended = run_suite(settings, [terminal], target=target)
    return written.getvalue(), ended


def test_verdicts_findings_and_summary_in_order(seen):
    out, _ = seen
    parts = [
        "apps-contract ",
        "edition 2023",
        "a target",
        "✗ SRV-SHAPE-2",
        "f1",
        "? SRV-AUTH-2",
        "needs a second project",
        "f1  SRV-SHAPE-2  MUST  a delete answered with a body",
        "rule      MUST: delete answers 200",
        "expected  an empty body",
        "actual",
        "step      ",
        "→ 200 ",
        "explain   apps-contract explain SRV-SHAPE-2",
        "replay    apps-contract replay f1",
        "passed",
        "not applicable",
        "Does not conform to edition 2023: 1 requirement broken",
        "requests in",
        "seed 1",
    ]
    position = 0
    for part in parts:
        position = out.index(part, position)


def test_nothing_steers_the_terminal(seen):
    out, ended = seen
    for text in (out, "\n".join(summary_lines(ended))):
        assert not [character for character in text if character != "\n" and not character.isprintable()]
    assert "\\u001b[2J" in out


def test_steering_characters_become_escapes():
    assert visible("a\tb\nc é 語 😀") == "a\tb\nc é 語 😀"
    assert visible("\x1b\x7f\x9b\u202e\ufeff\r") == "\\u001b\\u007f\\u009b\\u202e\\ufeff\\u000d"
