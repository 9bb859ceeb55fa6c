"""Reads back the ``report.json`` of an earlier run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jsonschema.validators import validator_for

from apps_contract._resources import folder
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from pathlib import Path


def saved_report(report_dir: Path) -> dict[str, Any]:
    """Return the last report of a folder; raise WrongUseError, with the mend, when there is none that can be read."""
    path = report_dir / "report.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WrongUseError(
            f"no report in {report_dir}: run apps-contract check first, or name its folder by --report-dir"
        ) from None
    except (OSError, ValueError) as error:
        raise WrongUseError(f"{path} cannot be read ({error}): run apps-contract check again") from None
    schema = json.loads((folder("schemas") / "report.schema.json").read_text(encoding="utf-8"))
    problem = next(iter(validator_for(schema)(schema).iter_errors(document)), None)
    if problem is not None:
        why = f"{problem.json_path}: {problem.message[:80]}"
        raise WrongUseError(f"{path} is no report of this version ({why}): run apps-contract check again")
    assert isinstance(document, dict)
    return document


def findings_named(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the findings with an id (``f1``), or those on a requirement; raise WrongUseError when there is none."""
    wanted = name.lower()
    found = [one for one in document["findings"] if wanted in (one["id"], one["requirement"].lower())]
    if found:
        return found
    known = ", ".join(f"{one['id']} ({one['requirement']})" for one in document["findings"])
    raise WrongUseError(f"the last report has no finding {name!r}: it has {known or 'none at all'}")
