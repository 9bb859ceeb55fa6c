"""Each payload file keeps to its schema (contract section 4): one test for each file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apps_contract.files.outcome import Outcome
from apps_contract.files.output.text import write
from apps_contract.files.run import judge_files

if TYPE_CHECKING:
    from apps_contract.files.rules import Rules


def test_payload_file_keeps_to_its_schema(payload_file: str, rules: Rules) -> None:
    """Every payload of the file is judged, and nothing that fails is found."""
    tally, missing = judge_files([payload_file], rules, workers=1)
    outcome = Outcome(rules, tally, tuple(missing))
    if outcome.exit_code:
        pytest.fail(write(outcome), pytrace=False)
