"""Reads report files of earlier runs, and says in one line what is wrong with one that cannot be read."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from apps_contract._resources import folder
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from pathlib import Path

JSON_FILE = "report.json"
SCHEMA_FILE = "report.schema.json"
_SHOWN = 80
_MEND = "give the report.json of a run, or run apps-contract check again"


def read_report(path: Path) -> dict[str, Any]:
    """Return the report document in a file, or in the report folder ``path``; raise WrongUseError, with the mend."""
    file = path / JSON_FILE if path.is_dir() else path
    try:
        document = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise WrongUseError(f"cannot read {file}: {error.strerror}") from None
    except ValueError:
        raise WrongUseError(f"{file} is no JSON: {_MEND}") from None
    problem = next(_validator().iter_errors(document), None)
    if problem is not None:
        where = ".".join(str(step) for step in problem.instance_path)
        why = f"{where}: {problem.message[:_SHOWN]}".removeprefix(": ")
        raise WrongUseError(f"{file} is no report of this version of apps-contract ({why}): {_MEND}")
    assert isinstance(document, dict)
    return document


def last_report(report_dir: Path) -> dict[str, Any]:
    """Return the report of the last run into a folder; raise WrongUseError, with the mend, when there is none."""
    if not (report_dir / JSON_FILE).exists():
        raise WrongUseError(
            f"no report in {report_dir}: run apps-contract check first, or name its folder by --report-dir"
        )
    return read_report(report_dir)


def findings_named(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the findings with an id (``f1``), or those on a requirement; raise WrongUseError when there is none."""
    wanted = name.lower()
    found = [one for one in document["findings"] if wanted in (one["id"], one["requirement"].lower())]
    if found:
        return found
    known = ", ".join(f"{one['id']} ({one['requirement']})" for one in document["findings"])
    raise WrongUseError(f"the last report has no finding {name!r}: it has {known or 'none at all'}")


@cache
def _validator() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads((folder("schemas") / SCHEMA_FILE).read_text("utf-8")))
