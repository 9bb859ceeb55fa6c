"""What docs/validate.md shows is what happens."""

from __future__ import annotations

import json
import re
import tomllib

import broken_payloads
import pytest

PAGE = broken_payloads.PAGE.read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_the_broken_payloads_get_the_messages_that_are_shown():
    assert len(broken_payloads.BROKEN) >= 30
    assert broken_payloads.page_with(broken_payloads.section()) == PAGE, "run python tests/files/broken_payloads.py"


@pytest.mark.parametrize("case", broken_payloads.BROKEN, ids=lambda case: case[0])
def test_each_is_broken_and_shows_no_secret(case):
    _, name, edition, rules, text = case
    said = broken_payloads.messages(name, edition, rules, text)
    assert said
    assert "very-secret" not in "".join(said)


@pytest.mark.parametrize("code", PYTHON)
def test_the_python_examples_run(code):
    names = {}
    exec(compile(code, "docs/validate.md", "exec"), names)  # noqa: S102 -- our own page
    for name, function in list(names.items()):
        if name.startswith("test_"):
            function()


def test_the_configuration_example_is_accepted(validate, write):
    example, *_ = re.findall(r"^```toml\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert tomllib.loads(example)
    write("pyproject.toml", example)
    write("fixtures/create-a.json", {"display_name": "x", "channel_credentials": []})
    assert "create of edition 2026 (configuration)" in validate("fixtures").out
    assert json.dumps("fixtures/create-*.json") in PAGE
