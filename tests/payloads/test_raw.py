"""Each raw body is what its verdict says, and differs from a valid one by nothing else."""

import json

import pytest

from apps_contract.contract import EDITIONS, is_valid
from apps_contract.http.exchange import NotJsonError, parse_json
from apps_contract.payloads.cases import RawCase
from apps_contract.payloads.raw import DEPTH, PLAIN_BODY, hostile, not_json, not_objects, odd_spellings

TOO_MUCH_FOR_PYTHON = ("deep-nesting", "huge-number")  # JSON all the same


def verdict(body: bytes) -> str:
    try:
        return "json" if isinstance(parse_json(body), dict) else "not-object"
    except NotJsonError:
        return "not-json"


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("schema", ["create", "update"])
def test_the_plain_body_is_valid_everywhere(edition, schema):
    assert is_valid(PLAIN_BODY, schema, edition)


def test_no_strict_parser_reads_what_is_not_json():
    for case in not_json():
        assert case.verdict == verdict(case.body) == "not-json", case.label


def test_not_json_is_made_of_the_body_given():
    own = {"display_name": "my own", "channel_credentials": PLAIN_BODY["channel_credentials"]}
    cut = next(case for case in not_json(own) if case.label == "cut: before the last brace")
    assert parse_json(cut.body + b"}") == own


def test_json_that_is_no_object():
    for case in not_objects():
        assert case.verdict == verdict(case.body) == "not-object", case.label


def test_odd_spellings_mean_the_same_value():
    body = {**PLAIN_BODY, "display_name": 'quote " backslash \\ slash / euro € emoji \U0001f600'}
    for case in odd_spellings(body):
        assert case.verdict == "json"
        assert parse_json(case.body) == body, case.label
    assert all(is_valid(json.loads(case.body), "create", "2023") for case in odd_spellings(PLAIN_BODY))


def test_hostile_bodies_have_the_verdict_of_the_standard():
    for case in hostile():
        if case.operator not in TOO_MUCH_FOR_PYTHON:
            assert case.verdict == verdict(case.body), case.label


def test_hostile_bodies_are_as_deep_and_long_as_announced():
    bodies = {case.label: case.body for case in hostile()}
    assert bodies["deep-nesting: arrays alone"] == b"[" * DEPTH + b"]" * DEPTH
    assert max(len(body) for body in bodies.values()) > 1_000_000


def test_labels_and_requests_are_distinct():
    cases = [*not_json(), *not_objects(), *hostile(), *odd_spellings(PLAIN_BODY)]
    assert len({case.label for case in cases}) == len(cases)
    assert len({(case.body, case.content_type) for case in cases}) == len(cases)


def test_a_raw_case_survives_json():
    for case in (*not_json(), *hostile()):
        assert RawCase.from_json(json.loads(json.dumps(case.to_json()))) == case
