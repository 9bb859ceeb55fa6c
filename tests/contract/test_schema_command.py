"""``apps-contract schema``: what it prints and how it ends."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from openapi_spec_validator import OpenAPIV31SpecValidator

from apps_contract.cli.schema import schema
from apps_contract.contract import EDITIONS, schema_file, schema_names


def run(*arguments, exit_code=0, **options):
    result = CliRunner().invoke(schema, arguments, **options)
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.mark.parametrize("edition", EDITIONS)
def test_list_names_every_schema_of_an_edition(edition):
    lines = run("list", "--edition", edition).splitlines()
    assert [line.split()[0] for line in lines] == list(schema_names(edition))
    listed = json.loads(run("list", "--edition", edition, "--format", "json"))
    assert [row["name"] for row in listed["schemas"]] == list(schema_names(edition))
    assert listed["edition"] == edition


def test_show_prints_the_file_as_it_is():
    assert run("show", "create") == schema_file("create", "2023").read_text("utf-8")


def test_the_edition_may_come_from_the_environment():
    assert "kakaotalkchat_credentials" in run("list", env={"APPS_EDITION": "2026"})


def test_bundle_prints_one_document(tmp_path):
    document = json.loads(run("bundle", "create", "--edition", "2026"))
    assert document["title"] == "AppCreateRequest"
    assert "allOf" in document["definitions"]["credential_request"]
    target = tmp_path / "create.json"
    assert run("bundle", "create", "--one-of", "--output", str(target)) == ""
    assert "oneOf" in json.loads(target.read_text("utf-8"))["definitions"]["credential_request"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_openapi_prints_a_valid_document(edition):
    OpenAPIV31SpecValidator(json.loads(run("openapi", "--edition", edition))).validate()


def test_diff_says_what_changed_and_whom_it_breaks():
    text = run("diff", "2023", "2026")
    assert "  channel_credentials[].channel: value removed VIBER\n      breaks clients: old clients may send it" in text
    assert (
        text.splitlines()[-1] == "33 changes from 2023 to 2026; they break clients: 1, servers: 12, both: 2, none: 18"
    )
    found = json.loads(run("diff", "2023", "2026", "--format", "json"))
    assert (found["old"], found["new"], len(found["changes"])) == ("2023", "2026", 33)
    assert found["changes"][0] == {
        "direction": "request",
        "schemas": ["create", "update"],
        "path": "channel_credentials[].channel",
        "kind": "value removed",
        "old": "VIBER",
        "new": None,
        "breaks": "clients",
        "reason": "old clients may send it, and a new server refuses it",
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "creat"], "Error: unknown schema of edition 2023 'creat'; did you mean 'create'?\n"),
        (
            ["bundle", "create", "-o", "/no/such/folder/x"],
            "Error: cannot write /no/such/folder/x: No such file or directory\n",
        ),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(arguments, message):
    assert run(*arguments, exit_code=2) == message


@pytest.mark.parametrize("arguments", [["diff", "2023", "2024"], ["list", "--edition", "1999"], ["nonsense"], ["show"]])
def test_other_wrong_use_ends_with_exit_code_2_too(arguments):
    assert "Error: " in run(*arguments, exit_code=2)
