"""The OpenAPI document of each edition: accepted by a validator of that format, and saying what the contract says."""

from __future__ import annotations

import pytest
from contract_bodies import app, create, entry
from contract_mutations import mutated
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from apps_contract.contract import EDITIONS, OPERATIONS, is_valid, operation, validate
from apps_contract.contract.openapi import openapi_document


@pytest.fixture(params=EDITIONS)
def edition(request):
    return request.param


@pytest.fixture
def document(edition):
    return openapi_document(edition)


def described(document, name):
    known = operation(name)
    return document["paths"][known.path][known.method.lower()]


def body_schema(document, content):
    return {**content["application/json"]["schema"], "components": document["components"]}


def test_a_validator_of_the_format_accepts_it(document):
    OpenAPIV31SpecValidator(document).validate()


def test_it_has_the_five_operations_and_their_statuses(document):
    found = {
        (path, method.upper()): item["operationId"]
        for path, methods in document["paths"].items()
        for method, item in methods.items()
        if method != "parameters"
    }
    assert found == {(known.path, known.method): known.id for known in OPERATIONS}
    for known in OPERATIONS:
        statuses = set(described(document, known.name)["responses"])
        assert statuses == {"200", "400", "401", "403", "404", "429", "500", "501"}


def test_it_names_both_ways_to_authenticate(document):
    schemes = document["components"]["securitySchemes"]
    assert schemes["basic"]["scheme"] == "basic"
    assert schemes["oauth2"]["flows"]["clientCredentials"]["tokenUrl"].endswith("/oauth2/token")
    assert document["security"] == [{"basic": []}, {"oauth2": []}]


def test_update_takes_the_mask_of_its_edition(document, edition):
    [mask] = described(document, "update")["parameters"]
    assert mask["name"] == operation("update").mask_parameter(edition)
    assert mask["explode"] is (edition == "2021")
    assert not mask.get("required")


def test_a_created_app_links_to_what_can_be_done_with_it(document):
    links = described(document, "create")["responses"]["200"]["links"]
    assert {link["operationId"] for link in links.values()} == {"App_GetApp", "App_UpdateApp", "App_DeleteApp"}
    assert all(link["parameters"]["app_id"] == "$response.body#/id" for link in links.values())


def test_its_requests_are_judged_as_the_contract_judges_them(document, edition):
    judges = {
        name: Draft202012Validator(body_schema(document, described(document, name)["requestBody"]["content"]))
        for name in ("create", "update")
    }
    bodies = [(name, body) for name, body in mutated(edition, 200, seed=2) if name in judges]
    for name, body in [("create", create()), ("create", create(id="x")), ("update", {"display_name": "x"}), *bodies]:
        advised_only = {violation.rule for violation in validate(body, name, edition)} <= {
            "line_ordinals_unique",
            "one_default_line",
            "ordinal_only_for_line",
        }
        assert judges[name].is_valid(body) is advised_only, (name, body)


def test_its_answers_are_judged_as_the_contract_judges_them(document, edition):
    content = described(document, "get")["responses"]["200"]["content"]
    judge = Draft202012Validator(body_schema(document, content))
    for body in (app(), app(colour=1), app(id=""), app(channel_credentials=[entry(callback_secret=1)]), {}, None):
        assert judge.is_valid(body) is is_valid(body, "app", edition)
    nothing = Draft202012Validator(
        described(document, "delete")["responses"]["200"]["content"]["application/json"]["schema"]
    )
    assert [nothing.is_valid(body) for body in (None, {}, app(), [], "")] == [True, True, False, False, False]


def test_its_examples_keep_to_their_schemas(document):
    contents = [item["content"] for item in document["components"]["responses"].values()]
    for known in OPERATIONS:
        item = described(document, known.name)
        contents.append(item["responses"]["200"]["content"])
        contents += [item["requestBody"]["content"]] if "requestBody" in item else []
    for content in contents:
        judge = Draft202012Validator(body_schema(document, content))
        for example in content["application/json"].get("examples", {}).values():
            judge.validate(example["value"])


def test_mock_servers_find_the_examples_of_a_body_beside_it_only(document):
    for name in ("App", "AppCreateRequest", "AppUpdateRequest", "ListAppsResponse", "Error"):
        assert "examples" not in document["components"]["schemas"][name]


def test_error_examples_say_their_own_status(document):
    for status, answer in document["components"]["responses"].items():
        examples = answer["content"]["application/json"]["examples"]
        assert examples["flat"]["value"]["code"] == int(status)
        assert examples["wrapped"]["value"] == {"error": examples["flat"]["value"]}
