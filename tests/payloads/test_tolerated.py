"""Tolerated bodies have one oddity, which no requirement forbids a server to take or to refuse."""

import json

import pytest

from apps_contract.contract import EDITIONS, Level, is_valid, validate
from apps_contract.payloads.tolerated import tolerated_bodies

each_body = pytest.mark.parametrize(("edition", "operation"), [(e, o) for e in EDITIONS for o in ("create", "update")])


@each_body
def test_the_validator_finds_nothing_that_must_be_refused(edition, operation):
    for case in tolerated_bodies(edition, operation):
        assert case.level is Level.MAY
        assert is_valid(case.twin, operation, edition), case.label
        assert case.body != case.twin or case.operator == "zero-fraction"
        assert [
            violation for violation in validate(case.body, operation, edition) if violation.level is not Level.MAY
        ] == []


@each_body
def test_no_two_are_alike(edition, operation):
    cases = tolerated_bodies(edition, operation)
    assert len({case.label for case in cases}) == len({json.dumps(case.body) for case in cases}) == len(cases)


@pytest.mark.parametrize(
    ("edition", "locations"),
    [
        ("2021", {"id", "rate_limits"}),
        ("2023", {"id", "rate_limits", "queue_stats"}),
        ("2026", {"id", "rate_limits", "queue_stats", "channel_credentials[LINE].state"}),
    ],
)
def test_every_read_only_member_is_forged(edition, locations):
    forged = {case.location for case in tolerated_bodies(edition, "update", "SRV-STATE-11")}
    assert locations <= forged
    assert any("channel_known_id" in location for location in forged) == (edition == "2026")


@each_body
def test_unknown_members_come_at_every_depth(edition, operation):
    places = {case.path for case in tolerated_bodies(edition, operation, "SRV-INPUT-7")}
    assert {
        "no_such_member",
        "channel_credentials[0].no_such_member",
        "channel_credentials[0].static_bearer.no_such_member",
        "channel_credentials[0].mms_credentials.basic_auth.no_such_member",
        "retention_policy.no_such_member",
    } <= places
