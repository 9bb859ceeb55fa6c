"""The JSON samples of the published reference keep to their schemas in the edition that it documents."""

from __future__ import annotations

import json

import pytest

from apps_contract._resources import folder
from apps_contract.contract import OPERATIONS, is_valid, operation, validate

FOLDER = folder("schemas") / "examples"
INDEX = json.loads((FOLDER / "index.json").read_text("utf-8"))


@pytest.mark.parametrize("sample", INDEX["samples"], ids=lambda sample: sample["file"])
def test_a_sample_keeps_to_its_schema(sample):
    body = json.loads((FOLDER / sample["file"]).read_text("utf-8"))
    described = operation(sample["operation"])
    expected = described.request_schema if sample["direction"] == "request" else described.response_schema
    assert sample["schema"] == expected
    if expected is None:
        assert body is None
    else:
        assert validate(body, expected, INDEX["edition"]) == []
        assert is_valid(body, expected, INDEX["edition"])


def test_the_index_lists_every_file_and_every_body():
    files = {path.name for path in FOLDER.glob("*.json")} - {"index.json"}
    assert files == {sample["file"] for sample in INDEX["samples"]}
    answered = {sample["operation"] for sample in INDEX["samples"] if sample["direction"] == "response"}
    assert answered == {known.name for known in OPERATIONS}
