"""Reads report files of earlier runs, and says in one line what is wrong with one that cannot be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from pathlib import Path

JSON_FILE = "report.json"
_NEEDED = {
    "tool": dict,
    "contract": dict,
    "target": str,
    "started": str,
    "duration_s": (int, float),
    "requests": int,
    "seed": int,
    "exit_code": int,
    "summary": dict,
    "requirements": list,
    "findings": list,
}


def read_report(path: Path) -> dict[str, Any]:
    """Return the report document in a file, or in the report folder ``path``; raise WrongUseError for anything else."""
    file = path / JSON_FILE if path.is_dir() else path
    try:
        document = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise WrongUseError(f"cannot read {file}: {error.strerror}") from None
    except ValueError:
        raise WrongUseError(f"{file} is no JSON: give the report.json of a run, or its folder") from None
    missing = [
        name for name, kind in _NEEDED.items() if not isinstance(document, dict) or not _has(document, name, kind)
    ]
    if missing:
        raise WrongUseError(f"{file} is no report of apps-contract: it has no {', '.join(missing)}")
    return dict(document)


def _has(document: dict[str, Any], name: str, kind: Any) -> bool:
    return isinstance(document.get(name), kind)
