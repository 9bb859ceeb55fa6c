"""Bundled schemas: one document each, the caller's own, equal in meaning to the files."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from apps_contract.contract import EDITIONS, UnknownSchemaError, schema, schema_file, schema_names


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_bundle_needs_no_other_document(edition):
    for name in schema_names(edition):
        document = schema(name, edition)
        text = json.dumps(document)
        assert text.count('"$ref"') == text.count('"$ref": "#/definitions/')
        assert text.count('"$id"') == 1
        for example in document["examples"]:
            Draft7Validator(document).validate(example)
            Draft202012Validator({**document, "$schema": Draft202012Validator.META_SCHEMA["$id"]}).validate(example)


def test_references_to_single_members_are_written_out():
    properties = schema("retention_policy_request", "2023")["properties"]
    assert (properties["ttl_days"]["minimum"], properties["ttl_days"]["maximum"]) == (1, 3650)
    assert schema("create", "2023")["properties"]["display_name"]["type"] == "string"


def test_a_caller_may_change_what_it_got():
    schema("create", "2023")["definitions"].clear()
    assert schema("create", "2023")["definitions"]


def test_names_belong_to_editions():
    assert {"app", "create", "update", "list", "error", "token", "credential_request"} <= set(schema_names("2021"))
    assert "smart_conversation" not in schema_names("2021")
    assert "callback_settings" not in schema_names("2023")
    assert "callback_settings_request" in schema_names("2026")
    assert schema_file("line_credentials", "2026").parent.name == "2026"
    assert schema_file("static_token", "2026").parent.name == "shared"
    with pytest.raises(UnknownSchemaError):
        schema_file("callback_settings", "2023")


@pytest.mark.parametrize(("edition", "default"), [("2023", "CONVERSATION"), ("2026", "DISPATCH")])
def test_defaults_are_the_contracts(edition, default):
    def defaults(name):
        members = schema(name, edition)["properties"]
        return {member: body["default"] for member, body in members.items() if "default" in body}

    assert schema("processing_mode", edition)["default"] == default
    assert schema("conversation_metadata_report_view", edition)["default"] == "NONE"
    assert defaults("retention_policy_request") == {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 180}
    assert defaults("dispatch_retention_policy_request") == {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 0}
    assert defaults("rate_limits") == {"inbound": 25, "outbound": 25, "webhooks": 25}
    assert defaults("queue_stats") == {"outbound_limit": 500000}
    if edition == "2026":
        assert defaults("message_retry_settings_request") == {"retry_duration": 3600}
        assert defaults("delivery_report_based_fallback_request") == {"enabled": False}
        assert schema("credential_ordinal_number", edition)["default"] == 0
