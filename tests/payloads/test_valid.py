"""Valid bodies are valid, reach every form and every boundary, and no two of their secrets are equal."""

import json

import pytest

from apps_contract.contract import EDITIONS, credential_forms, validate
from apps_contract.payloads import boundaries
from apps_contract.payloads.boundaries import LARGEST_BODY, valid_boundaries
from apps_contract.payloads.places import places
from apps_contract.payloads.shapes import request_shape
from apps_contract.payloads.valid import (
    create_for,
    credentials_entry,
    full_create,
    full_update,
    minimal_create,
    settings,
)

each_edition = pytest.mark.parametrize("edition", EDITIONS)
each_body = pytest.mark.parametrize(("edition", "operation"), [(e, o) for e in EDITIONS for o in ("create", "update")])


@each_edition
def test_builders_keep_to_the_schema(edition):
    bodies = [minimal_create(edition, "n"), full_create(edition, "n")]
    bodies += [
        create_for(edition, form, "n", optional=optional)
        for form in credential_forms(edition)
        for optional in (True, False)
    ]
    for body in bodies:
        assert validate(body, "create", edition) == []
    assert validate(full_update(edition, "n"), "update", edition) == []


@each_edition
def test_a_full_body_holds_every_form_and_every_optional_member(edition):
    body = full_create(edition, "n")
    assert set(body) == set(request_shape("create", edition).members)
    held = [
        (entry["channel"], form.member)
        for entry, form in zip(body["channel_credentials"], credential_forms(edition), strict=True)
    ]
    assert held == [(form.channel, form.member) for form in credential_forms(edition)]


@each_edition
def test_no_two_secrets_are_equal_or_short(edition):
    bodies = [full_create(edition, "n"), full_update(edition, "n")]
    secrets = [
        place.value
        for body in bodies
        for place in places(body, "create", edition)
        if place.shape.kind == "string" and not place.shape.enum and place.location != "display_name"
    ]
    assert len(set(secrets)) == len(secrets)
    assert all(len(secret) >= 12 for secret in secrets)


@each_edition
def test_values_differ_from_the_defaults_where_they_can(edition):
    body = full_create(edition, "n")
    for place in places(body, "create", edition):
        if (
            place.steps[0] in settings(edition, "create")
            and place.shape.default is not None
            and len(place.shape.enum) != 1
        ):
            assert place.value != place.shape.default, place.location


def test_thailand_can_be_chosen():
    form = next(form for form in credential_forms("2026") if form.member == "line_enterprise_credentials")
    entry = credentials_entry("2026", form, alternative=1)
    assert set(entry["line_enterprise_credentials"]) == {"line_thailand", "is_default"}


@each_body
def test_boundaries_are_valid_and_distinct(edition, operation):
    cases = valid_boundaries(edition, operation)
    assert len({json.dumps(case.body) for case in cases}) == len(cases)
    for case in cases:
        assert validate(case.body, operation, edition) == [], case.label
        assert case.requirement == "SRV-INPUT-12"


@each_body
def test_both_ends_of_every_range_are_there(edition, operation):
    cases = valid_boundaries(edition, operation)
    values = {}
    for case in cases:
        for place in places(case.body, operation, edition):
            values.setdefault(place.location, set()).add(json.dumps(place.value))
    for location, (low, high) in {
        "retention_policy.ttl_days": (1, 3650),
        "dispatch_retention_policy.ttl_days": (0, 7),
        "message_retry_settings.retry_duration": (30, 3600),
        "delivery_report_based_fallback.delivery_report_waiting_time": (10, 259200),
        "channel_credentials[LINE].credential_ordinal_number": (0, 255),
    }.items():
        if location in values:
            assert {str(low), str(high)} <= values[location], location
    assert {'"MESSAGE_EXPIRE_POLICY"', '"CONVERSATION_EXPIRE_POLICY"', '"PERSIST_RETENTION_POLICY"'} <= values[
        "retention_policy.retention_type"
    ]
    lengths = {len(json.loads(secret)) for secret in values["channel_credentials[SMS].callback_secret"]}
    assert 256 in lengths
    assert {1, 256} <= {len(json.loads(name)) for name in values["display_name"]}


@each_body
def test_every_optional_member_is_there_and_absent(edition, operation):
    bodies = [case.body for case in valid_boundaries(edition, operation)]
    for name in request_shape(operation, edition).optional:
        assert any(name in body for body in bodies), name
        assert any(name not in body for body in bodies), name


@each_body
def test_nothing_goes_over_what_a_server_must_take(edition, operation):
    sizes = [len(json.dumps(case.body)) for case in valid_boundaries(edition, operation)]
    assert LARGEST_BODY - 100 < max(sizes) < LARGEST_BODY
    for case in valid_boundaries(edition, operation):
        channels = [entry["channel"] for entry in case.body.get("channel_credentials", [])]
        assert len(set(channels)) == len([channel for channel in channels if channel != "LINE"]) + ("LINE" in channels)
        assert '""' not in json.dumps(case.body), case.label


def test_boundaries_are_always_the_same():
    first = valid_boundaries("2026", "create")
    boundaries.valid_boundaries.cache_clear()
    assert valid_boundaries("2026", "create") == first
