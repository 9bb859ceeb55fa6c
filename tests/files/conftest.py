"""Runs the command, and makes the helpers beside the tests importable: importlib mode adds no folder to the path."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from apps_contract.cli import main

sys.path.insert(0, str(Path(__file__).parent))


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self):
        return self.out.splitlines()


@pytest.fixture
def validate(capsys, monkeypatch, tmp_path):
    """Run the command in an empty folder and return what it said."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["validate", *map(str, arguments)])
        captured = capsys.readouterr()
        return Said(ended.value.code, captured.out, captured.err)

    return run


@pytest.fixture
def write(tmp_path):
    """Write a file below the current folder: text, bytes, or a JSON value."""

    def put(name, content):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return name

    return put
