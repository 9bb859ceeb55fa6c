"""Each negative case has exactly one defect, where and what it says, and a twin without any."""

import json
from collections import Counter

import pytest

from apps_contract.contract import EDITIONS, Level, channels, credential_forms, requirements, validate
from apps_contract.payloads.cases import Case
from apps_contract.payloads.invalid import invalid_bodies, is_proven
from apps_contract.payloads.places import at, replaced
from apps_contract.payloads.selection import prioritised
from apps_contract.payloads.shapes import request_shape

OPERATIONS = ("create", "update")
each_body = pytest.mark.parametrize(("edition", "operation"), [(e, o) for e in EDITIONS for o in OPERATIONS])


@each_body
def test_the_validator_agrees_with_every_case(edition, operation):
    for case in invalid_bodies(edition, operation):
        assert is_proven(case, edition), case.label
        found = [
            (violation.path, violation.requirement, violation.level)
            for violation in validate(case.body, operation, edition)
        ]
        assert found == [(case.path, case.requirement, case.level)], case.label


@each_body
def test_no_two_cases_are_alike_and_twins_are_few(edition, operation):
    cases = invalid_bodies(edition, operation)
    assert len({json.dumps(case.body) for case in cases}) == len(cases)
    assert len({case.label for case in cases}) == len(cases)
    assert len({json.dumps(case.twin) for case in cases}) < 30


@each_body
def test_every_form_is_spoiled_in_every_way(edition, operation):
    cases = invalid_bodies(edition, operation)
    for form in credential_forms(edition):
        broken = {case.requirement for case in cases if (case.channel, case.member) == (form.channel, form.member)}
        assert broken >= {"SRV-INPUT-2", "SRV-INPUT-3", "SRV-INPUT-6"}, form
    spoiled = {case.channel for case in cases if case.requirement == "SRV-INPUT-4"}
    assert spoiled >= set(channels(edition))


@each_body
def test_every_required_member_is_left_out(edition, operation):
    missing = {case.location for case in invalid_bodies(edition, operation, "SRV-INPUT-2")}
    assert missing >= set(request_shape(operation, edition).required)
    assert "channel_credentials[SMS].static_bearer.token" in missing
    assert "channel_credentials[].channel" in missing
    assert "channel_credentials[MMS].mms_credentials.basic_auth.password" in missing


@each_body
def test_null_stands_only_where_it_cannot_pass_for_absent(edition, operation):
    nulls = {case.location for case in invalid_bodies(edition, operation) if case.operator == "type-null"}
    assert "channel_credentials[].channel" in nulls
    assert "channel_credentials[SMS].callback_secret" not in nulls
    assert ("display_name" in nulls) == ("display_name" in request_shape(operation, edition).required)
    assert ("channel_credentials[SMS].static_bearer" in nulls) == (edition == "2026")


@each_body
def test_nothing_is_generated_that_a_server_may_take(edition, operation):
    for case in invalid_bodies(edition, operation):
        value = None if case.operator in {"missing", "no-credentials", "no-alternative"} else json.dumps(case.body)
        assert value is None or ".0" not in value, case.label
        policy = case.body.get("retention_policy")
        assert not (isinstance(policy, dict) and policy.get("retention_type") == "PERSIST_RETENTION_POLICY")
        fallback = case.twin.get("delivery_report_based_fallback")
        assert fallback is None or fallback["enabled"] is True


def test_levels_follow_the_edition():
    def levels(edition, operator):
        return {case.level for case in invalid_bodies(edition, "create") if case.operator == operator}

    assert levels("2021", "no-credentials") == levels("2023", "no-credentials") == {Level.SHOULD}
    assert levels("2026", "no-credentials") == {Level.MUST}
    assert levels("2026", "foreign-credentials") == levels("2026", "both-alternatives") == {Level.SHOULD}
    assert levels("2026", "same-number") == levels("2026", "same-number-defaulted") == {Level.SHOULD}
    assert levels("2023", "same-number") == set()


@pytest.mark.parametrize(
    ("edition", "word"),
    [
        ("2026", "VIBER"),
        ("2026", "CHANNEL_UNSPECIFIED"),
        ("2023", "APPLEBC"),
        ("2021", "KAKAOTALK"),
        ("2021", "CHANNEL_UNSPECIFIED"),
    ],
)
def test_words_of_other_editions_are_tried(edition, word):
    tried = [
        at(case.body, ("channel_credentials", 0))
        for case in invalid_bodies(edition, "create", "SRV-INPUT-4")
        if case.channel
    ]
    assert [entry["channel"] for entry in tried].count(word) == 1


def test_mending_the_place_gives_the_twin():
    by_label = {case.label: case for case in invalid_bodies("2023", "create")}
    case = by_label["channel_credentials[WECHAT].wechat_credentials.aes_key: type-integer"]
    place = ("channel_credentials", 0, "wechat_credentials", "aes_key")
    assert replaced(case.body, place, at(case.twin, place)) == case.twin


def test_limits_are_tried_on_both_sides():
    by_label = {case.label: case for case in invalid_bodies("2026", "create", "SRV-INPUT-5")}
    for member, below, above in (
        ("retention_policy.ttl_days", 0, 3651),
        ("dispatch_retention_policy.ttl_days", -1, 8),
        ("message_retry_settings.retry_duration", 29, 3601),
        ("delivery_report_based_fallback.delivery_report_waiting_time", 9, 259201),
        ("channel_credentials[LINE].credential_ordinal_number", -1, 256),
    ):
        steps = tuple(member.replace("[LINE]", ".0").split("."))
        steps = tuple(int(step) if step.isdecimal() else step for step in steps)
        assert at(by_label[f"{member}: below"].body, steps) == below
        assert at(by_label[f"{member}: above"].body, steps) == above
    secret = by_label["channel_credentials[SMS].callback_secret: too-long-astral"].body
    assert len(secret["channel_credentials"][0]["callback_secret"]) == 257


@each_body
def test_a_prefix_of_the_selection_meets_everything_once(edition, operation):
    cases = invalid_bodies(edition, operation)
    picked = prioritised(cases, 170, seed=3)
    assert len(picked) <= 170
    assert {case.location for case in picked} == {case.location for case in cases}
    assert {case.operator for case in picked} == {case.operator for case in cases}

    def forms(some):
        return {(case.requirement, case.channel, case.member) for case in some}

    assert forms(picked) == forms(cases)


def test_the_selection_is_whole_distinct_and_turned_by_its_seed():
    cases = invalid_bodies("2023", "create")
    everything = prioritised(cases, len(cases), seed=1)
    assert Counter(case.label for case in everything) == Counter(case.label for case in cases)
    assert prioritised(cases, 50, seed=1) == everything[:50]
    assert [case.label for case in prioritised(cases, 50, seed=2)] != [case.label for case in everything[:50]]


def test_requirements_exist():
    known = {requirement.id for requirement in requirements("server")}
    assert {case.requirement for case in invalid_bodies("2026", "update")} <= known


def test_a_case_survives_json():
    for case in invalid_bodies("2026", "create"):
        assert Case.from_json(json.loads(json.dumps(case.to_json()))) == case


def test_other_operations_have_no_body():
    with pytest.raises(ValueError, match="no request body"):
        invalid_bodies("2023", "delete")
