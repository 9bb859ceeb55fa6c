"""What an editor gets: schemas without references to elsewhere that take the member by which a payload names them."""

from __future__ import annotations

import json

import pytest
from file_payloads import APP, CREATE, create
from jsonschema import Draft7Validator

from apps_contract.contract import EDITIONS
from apps_contract.files.editor import NAMES


@pytest.mark.parametrize("edition", EDITIONS)
def test_schemas_for_editors_are_written_and_known_by_the_payload(validate, write, tmp_path, edition):
    said = validate("--editor-schemas", ".vscode/apps", "--edition", edition)
    assert said.code == 0
    assert said.lines == [f".vscode/apps/{edition}/{name}.json" for name in NAMES]
    for name, payload in (("create", CREATE), ("app", APP), ("list", {"apps": [APP]}), ("update", CREATE)):
        schema = json.loads((tmp_path / f".vscode/apps/{edition}/{name}.json").read_text(encoding="utf-8"))
        Draft7Validator.check_schema(schema)
        named = {"$schema": f"../.vscode/apps/{edition}/{name}.json", **payload}
        assert Draft7Validator(schema).is_valid(named)
        assert all(reference.startswith("#/definitions/") for reference in _references(schema))
        said = validate(write("payload.json", named))
        assert (said.code, f"{name} of edition {edition} ($schema)" in said.out) == (0, True)
    assert not Draft7Validator(schema).is_valid({"$schema": "x", **create(display_name=7)})


def test_no_file_and_no_folder_is_wrong_use(validate, write):
    assert validate().code == 2
    write("taken", "x")
    assert validate("--editor-schemas", "taken/apps").code == 2


def _references(node):
    if isinstance(node, dict):
        yield from [node["$ref"]] if "$ref" in node else []
        for item in node.values():
            yield from _references(item)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)
