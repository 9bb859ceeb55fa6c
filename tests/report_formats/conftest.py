import copy
import json
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"


@pytest.fixture(scope="session")
def sample_folder() -> Path:
    return SAMPLE


@pytest.fixture
def document() -> dict[str, Any]:
    """The golden sample: a run against a server with several bugs."""
    return json.loads((SAMPLE / "report.json").read_text())


@pytest.fixture
def clean_document(document: dict[str, Any]) -> dict[str, Any]:
    """The same run, as if nothing had been found."""
    document = copy.deepcopy(document)
    for requirement in document["requirements"]:
        requirement.update(outcome="passed", findings=[], reason=None)
    total = len(document["requirements"])
    summary = {"passed": total, "failed": 0, "warned": 0, "not_tested": 0, "not_applicable": 0}
    return {**document, "findings": [], "summary": summary, "exit_code": 0}
