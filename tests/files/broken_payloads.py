"""Broken payloads and the messages they get: the table of ``docs/validate.md``.

``python tests/files/broken_payloads.py`` writes it anew; a test compares.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from apps_contract.contract import Level
from apps_contract.files.rules import Rules
from apps_contract.files.run import judge_files

PAGE = Path(__file__).resolve().parents[2] / "docs" / "validate.md"
BEGIN, END = "<!-- broken:begin -->\n", "<!-- broken:end -->\n"

# What is wrong, the file's name, the edition, further rules, the text.
BROKEN = [
    (case["what"], case["file"], case["edition"], case["rules"], "\n".join(case["lines"]))
    for case in json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
]


def messages(name, edition, rules, text):
    """Return what the command says about a text, without the line that sums up."""
    rules = rules | {"level": Level(rules.get("level", "MUST"))}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_text(text, encoding="utf-8")
        before = Path.cwd()
        os.chdir(folder)
        try:
            tally, _ = judge_files([name], Rules(edition=edition, every=True, **rules), workers=1)
        finally:
            os.chdir(before)
    return [str(finding) for finding in tally.findings]


def section():
    """Return the part of the page."""
    parts = []
    for number, (what, name, edition, rules, text) in enumerate(BROKEN, 1):
        options = [f"edition {edition}"]
        options += [f"`--schema {rules['schema']}`"] if "schema" in rules else []
        options += ["`--strict`"] if rules.get("strict") else []
        options += ["`--level should`"] if "level" in rules else []
        shown = text if len(text) < 300 else f"{text[:140]}…{text[-8:]}"
        suffix = name.rpartition(".")[2]
        fence = suffix if suffix in {"yaml", "toml"} else "json"
        said = "\n".join(messages(name, edition, rules, text))
        head = f"**{number}. {what[0].upper()}{what[1:]}** ({', '.join(options)})"
        parts.append(f"{head}\n\n```{fence}\n{shown}\n```\n```\n{said}\n```\n")
    return "\n".join(parts)


def page_with(section_text):
    """Return the page with another such part."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + section_text + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page_with(section()), encoding="utf-8")
    print(json.dumps({"payloads": len(BROKEN)}))  # noqa: T201 -- a script
