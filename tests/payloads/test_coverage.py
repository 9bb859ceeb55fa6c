"""Coverage counts what cases are about, and sees it in bodies that nobody labelled."""

import json

import pytest

from apps_contract.contract import EDITIONS
from apps_contract.payloads.coverage import Coverage, known_cases
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.payloads.pairs import pairs_of
from apps_contract.payloads.strategies import create_request, sample
from apps_contract.payloads.tolerated import tolerated_bodies
from apps_contract.payloads.valid import full_create, minimal_create

each_body = pytest.mark.parametrize(("edition", "operation"), [(e, o) for e in EDITIONS for o in ("create", "update")])


@each_body
def test_a_body_alone_shows_the_pair_of_its_case(edition, operation):
    for case in (*invalid_bodies(edition, operation), *tolerated_bodies(edition, operation)):
        assert case.pair in pairs_of(json.loads(json.dumps(case.body)), operation, edition), case.label


@each_body
def test_valid_bodies_show_no_pair_of_a_defect(edition, operation):
    of_defects = {case.pair for case in invalid_bodies(edition, operation)}
    for case in known_cases(edition, operation):
        if case.requirement == "SRV-INPUT-12" and case.twin is None:
            assert not pairs_of(case.body, operation, edition) & of_defects, case.label


@each_body
def test_sending_every_case_covers_the_table(edition, operation):
    coverage = Coverage(edition, operation)
    assert set(coverage.missing()) == coverage.pairs
    first = [coverage.sent(case) for case in known_cases(edition, operation)]
    assert sum(first) == len(coverage.pairs)
    assert coverage.missing() == ()
    assert coverage.covered == coverage.pairs
    assert not any(coverage.sent(case) for case in known_cases(edition, operation))


def test_foreign_bodies_are_observed():
    coverage = Coverage("2023", "create")
    body = full_create("2023", "n" * 256)
    body["retention_policy"]["ttl_days"] = 3651
    assert coverage.observe(body) > 0
    assert ("retention_policy.ttl_days", "above") in coverage.covered
    assert ("display_name", "longest") in coverage.covered
    assert coverage.observe(body) == 0
    assert coverage.observe([body]) == coverage.observe("text") == coverage.observe(None) == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"channel_credentials": [{}, {"channel": 7}, {"channel": "sms"}, {"channel": "LINE"}, [], None]},
        {"channel_credentials": {}, "display_name": [], "retention_policy": {"ttl_days": "1", "x": {}}, "y": 1},
        {"channel_credentials": [{"channel": "LINE", "credential_ordinal_number": {}}] * 3},
        {"retention_policy": {"ttl_days": 1e300, "retention_type": ""}, "rate_limits": {"inbound": 10**400}},
    ],
)
@pytest.mark.parametrize("edition", EDITIONS)
def test_any_json_can_be_looked_at(edition, body):
    assert pairs_of(body, "create", edition)


def test_drawn_bodies_can_be_looked_at():
    coverage = Coverage("2026", "create")
    for body in sample(create_request(edition="2026"), 200, seed=1):
        coverage.observe(body)
    assert coverage.covered


def test_cases_not_sent_yet_come_first():
    cases = known_cases("2021", "create")
    coverage = Coverage("2021", "create")
    for case in cases[:100]:
        coverage.sent(case)
    ordered = coverage.unsent_first(cases)
    assert sorted(case.label for case in ordered) == sorted(case.label for case in cases)
    left = len(coverage.missing())
    assert {case.pair for case in ordered[:left]} == set(coverage.missing())


def test_parts_of_a_campaign_are_added_up():
    cases = known_cases("2023", "update")
    one, other = Coverage("2023", "update"), Coverage("2023", "update")
    for case in cases[::2]:
        one.sent(case)
    for case in cases[1::2]:
        other.sent(case)
    whole = Coverage.from_json(json.loads(json.dumps(one.to_json())))
    assert whole.counts == one.counts
    whole.merge(other)
    assert whole.missing() == ()
    with pytest.raises(ValueError, match="cannot add create of 2023 to update of 2023"):
        whole.merge(Coverage("2023", "create"))


def test_pairs_name_the_channel_but_not_the_position():
    body = minimal_create("2023", "n")
    body["channel_credentials"].append({"channel": "SMS", "static_bearer": {"claimed_identity": 7}})
    assert {
        ("channel_credentials[SMS].static_bearer.claimed_identity", "type-integer"),
        ("channel_credentials[SMS].static_bearer.token", "missing"),
    } <= pairs_of(body, "create", "2023")
