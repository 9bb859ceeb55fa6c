"""The files under ``schemas/`` as any tool in any language reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7, DRAFT202012

from apps_contract._resources import folder
from apps_contract.contract import EDITIONS, schema, schema_names

ROOT = folder("schemas")
FILES = sorted(path for name in (*EDITIONS, "shared") for path in (ROOT / name).glob("*.json"))
DOCUMENTS = {path.relative_to(ROOT).as_posix(): json.loads(path.read_text("utf-8")) for path in FILES}
BASE = "https://apps-contract.invalid/schemas/"

# Keywords that mean the same in draft-07 and in 2020-12.
SHARED_KEYWORDS = {
    *("$schema", "$id", "$ref", "title", "description", "default", "examples", "readOnly", "type", "enum", "const"),
    *("minimum", "maximum", "minLength", "maxLength", "properties", "required", "additionalProperties"),
    *("propertyNames", "items", "allOf", "anyOf", "oneOf", "if", "then", "else"),
}


def subschemas(node):
    """Yield every schema in a schema, itself included."""
    yield node
    if not isinstance(node, dict):
        return
    for keyword in ("additionalProperties", "propertyNames", "items", "if", "then", "else"):
        if keyword in node:
            yield from subschemas(node[keyword])
    for keyword in ("allOf", "anyOf", "oneOf"):
        for item in node.get(keyword, []):
            yield from subschemas(item)
    for item in node.get("properties", {}).values():
        yield from subschemas(item)


def registry(dialect):
    return Registry().with_resources((body["$id"], dialect.create_resource(body)) for body in DOCUMENTS.values())


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_file_describes_itself(path):
    body = DOCUMENTS[path]
    assert body["$id"] == BASE + path
    assert body["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert body["title"]
    assert body["description"].endswith(".")
    assert body["examples"]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_file_is_a_schema_of_both_drafts_with_shared_keywords_only(path):
    body = DOCUMENTS[path]
    Draft7Validator.check_schema(body)
    Draft202012Validator.check_schema({**body, "$schema": Draft202012Validator.META_SCHEMA["$id"]})
    used = {keyword for node in subschemas(body) if isinstance(node, dict) for keyword in node}
    assert used <= SHARED_KEYWORDS


@pytest.mark.parametrize("path", DOCUMENTS)
def test_references_are_relative_stand_alone_and_lead_somewhere(path):
    for node in subschemas(DOCUMENTS[path]):
        if not isinstance(node, dict) or "$ref" not in node:
            continue
        assert set(node) == {"$ref"}, "draft-07 ignores the siblings of a reference"
        file, _, pointer = node["$ref"].partition("#")
        assert "://" not in file
        target = json.loads((ROOT / Path(path).parent / file).resolve().read_text("utf-8"))
        for step in pointer.split("/")[1:]:
            target = target[step]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_examples_keep_to_their_schema_in_both_drafts(path):
    body = DOCUMENTS[path]
    newer = {key: value for key, value in body.items() if key != "$schema"}
    for validator in (
        Draft7Validator(body, registry=registry(DRAFT7)),
        Draft202012Validator(newer, registry=registry(DRAFT202012)),
    ):
        for example in body["examples"]:
            validator.validate(example)


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.endswith("_request.json")])
def test_the_request_form_of_an_object_differs_in_tolerance_only(path):
    request = DOCUMENTS[path]
    response = DOCUMENTS.get(path.replace("_request.json", ".json"))
    if response is None:
        assert path.endswith("credential_request.json")
        return
    assert request["title"] == f"{response['title']}Request"
    assert request.get("required") == response.get("required")
    assert list(request["properties"]) == list(response["properties"])


@pytest.mark.parametrize("edition", EDITIONS)
def test_requests_are_closed_and_answers_open_at_every_level(edition):
    def objects(name):
        document = schema(name, edition)
        for body in (document, *document.get("definitions", {}).values()):
            if "properties" in body:
                yield body

    for name in ("create", "update"):
        assert all(body["additionalProperties"] is False for body in objects(name))
    for name in ("app", "list", "error", "token"):
        assert not any("additionalProperties" in body for body in objects(name))


@pytest.mark.parametrize("edition", EDITIONS)
def test_titles_name_one_schema_each(edition):
    titles = [schema(name, edition)["title"] for name in schema_names(edition)]
    assert len(titles) == len(set(titles))


def test_every_file_belongs_to_an_edition():
    known = {name for edition in EDITIONS for name in schema_names(edition)}
    assert {path.stem for path in FILES} == known


def test_shared_files_are_shared():
    own = {edition: {path.stem for path in (ROOT / edition).glob("*.json")} for edition in EDITIONS}
    for path in (ROOT / "shared").glob("*.json"):
        assert not any(path.stem in stems for stems in own.values())


@pytest.mark.parametrize("name", ["operations", "requirements"])
def test_the_other_files_keep_to_their_published_schema(name):
    published = json.loads((ROOT / f"{name}.schema.json").read_text("utf-8"))
    Draft7Validator.check_schema(published)
    Draft202012Validator.check_schema({**published, "$schema": Draft202012Validator.META_SCHEMA["$id"]})
    assert published["$id"] == f"{BASE}{name}.schema.json"
    for value in (json.loads((ROOT / f"{name}.json").read_text("utf-8")), *published["examples"]):
        Draft7Validator(published).validate(value)
