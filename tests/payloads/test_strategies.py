"""Drawn bodies are valid, different, reach everything, and are the same for the same seed wherever they are drawn."""

import json
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import islice

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from apps_contract.contract import EDITIONS, credential_forms, is_valid, validate
from apps_contract.payloads.coverage import known_pairs
from apps_contract.payloads.from_schema import NotFlatError, flat_object
from apps_contract.payloads.places import places
from apps_contract.payloads.shapes import request_shape
from apps_contract.payloads.strategies import app_text, create_request, invalid_case, sample, update_request
from apps_contract.payloads.stream import invalid_cases, valid_bodies
from apps_contract.payloads.texts import LONGEST_NAME

each_edition = pytest.mark.parametrize("edition", EDITIONS)
REQUESTS = {"create": create_request, "update": update_request}
each_body = pytest.mark.parametrize(("edition", "operation"), [(e, o) for e in EDITIONS for o in REQUESTS])


WAYS = ("strategy", "stream")
each_way = pytest.mark.parametrize(
    ("way", "edition", "operation"), [(w, e, o) for w in WAYS for e in EDITIONS for o in REQUESTS]
)


@cache
def drawn(edition, operation, way="strategy"):
    if way == "stream":
        return list(islice(valid_bodies(edition, operation, seed=7), 600))
    return sample(REQUESTS[operation](edition=edition), 600, seed=7)


@each_way
def test_drawn_bodies_are_valid_and_distinct(way, edition, operation):
    bodies = drawn(edition, operation, way)
    assert len(bodies) == 600
    assert len({json.dumps(body) for body in bodies}) > (599 if way == "strategy" else 400)
    assert all(is_valid(body, operation, edition) for body in bodies)
    assert max(len(json.dumps(body)) for body in bodies) < 64 * 1024


@each_way
def test_every_form_comes_with_and_without_each_optional_member(way, edition, operation):
    reached = {place.location for body in drawn(edition, operation, way) for place in places(body, operation, edition)}
    for form in credential_forms(edition):
        assert f"channel_credentials[{form.channel}].{form.member}" in reached
        assert f"channel_credentials[{form.channel}].callback_secret" in reached
    for name in request_shape(operation, edition).optional:
        assert any(name in body for body in drawn(edition, operation, way))
        assert any(name not in body for body in drawn(edition, operation, way))


@each_way
def test_edges_come_up(way, edition, operation):
    values = {}
    for body in drawn(edition, operation, way):
        for place in places(body, operation, edition):
            values.setdefault(place.location, []).append(place.value)
    days = values["retention_policy.ttl_days"]
    assert {1, 3650} <= set(days)
    assert any(1 < number < 3650 for number in days)
    assert any(len(name) == LONGEST_NAME for name in values["display_name"])
    assert any(len(name) == LONGEST_NAME and len(name.encode()) == 4 * LONGEST_NAME for name in values["display_name"])
    secrets = [len(secret) for place, some in values.items() if place.endswith("callback_secret") for secret in some]
    assert max(secrets) == 256
    text = "".join(text for some in values.values() for text in some if isinstance(text, str))
    assert {ord(char) >> 16 for char in text} == set(range(17))
    assert "\0" not in text


@each_way
def test_one_to_many_entries(way, edition, operation):
    counts = {len(body.get("channel_credentials", [None])) for body in drawn(edition, operation, way)}
    assert {1, 2, 3} <= counts
    assert max(counts) > 5
    assert 0 not in counts


@each_edition
def test_channels_are_repeated_only_on_demand(edition):
    def repeats(body):
        channels = [entry["channel"] for entry in body["channel_credentials"]]
        return {channel for channel in channels if channels.count(channel) > 1}

    numbered = {"LINE"} if edition == "2026" else set()
    assert set().union(*(repeats(body) for body in drawn(edition, "create"))) == numbered
    repeated = sample(create_request(edition=edition, repeated_channels=True), 200, seed=1)
    assert all(is_valid(body, "create", edition) for body in repeated)
    assert len(set().union(*(repeats(body) for body in repeated))) > len(numbered)


def test_many_line_entries_have_numbers_of_their_own():
    for body in drawn("2026", "create"):
        line = [entry for entry in body["channel_credentials"] if entry["channel"] == "LINE"]
        numbers = [entry.get("credential_ordinal_number", 0) for entry in line]
        assert len(set(numbers)) == len(numbers)


def test_a_seed_means_the_same_everywhere():
    code = (
        "import json, decimal, fractions\n"
        "from itertools import islice\n"
        "from apps_contract.payloads.strategies import create_request, sample\n"
        "from apps_contract.payloads.stream import invalid_cases\n"
        "drawn = sample(create_request(edition='2026'), 20, seed=3)\n"
        "print(json.dumps([drawn, [case.body for case in islice(invalid_cases('2026', 'create', seed=3), 20)]]))"
    )
    elsewhere = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    here = sample(create_request(edition="2026"), 20, seed=3)
    streamed = [case.body for case in islice(invalid_cases("2026", "create", seed=3), 20)]
    assert json.loads(elsewhere.stdout) == [here, streamed]
    with ThreadPoolExecutor(2) as pool:
        threads = [pool.submit(sample, create_request(edition="2026"), 20, 3) for _ in range(2)]
    assert [thread.result() for thread in threads] == [here, here]


def test_the_count_extends_and_the_seed_changes_what_is_drawn():
    strategy = update_request(edition="2023")
    assert sample(strategy, 30, seed=1)[:10] == sample(strategy, 10, seed=1)
    assert sample(strategy, 10, seed=2) != sample(strategy, 10, seed=1)
    assert sample(strategy, 0, seed=1) == []


def test_a_small_strategy_gives_what_it_has():
    assert sorted(sample(st.booleans(), 10, seed=0)) == [False, True]


@settings(
    max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None
)
@given(st.integers(0, 3))
def test_drawing_works_inside_a_property(seed):
    assert len(sample(app_text(), 3, seed)) == 3


def test_drawn_bodies_shrink():
    found = find(
        create_request(edition="2023"),
        lambda body: any(entry["channel"] == "WECHAT" for entry in body["channel_credentials"]),
        settings=settings(database=None, max_examples=500),
        random=random.Random(1),  # noqa: S311 -- reproducible, not secret
    )
    assert len(found["channel_credentials"]) <= 2
    assert set(found) == {"display_name", "channel_credentials"}
    assert len(json.dumps(found)) < 300


@each_edition
def test_small_objects_can_be_drawn_from_their_schema(edition):
    values = sample(flat_object("retention_policy_request", edition), 30, seed=1)
    assert len(values) == 30
    assert all(is_valid(value, "retention_policy_request", edition) for value in values)


def test_large_schemas_are_not_drawn_that_way():
    with pytest.raises(NotFlatError, match="strategies"):
        flat_object("create", "2026")


@each_way
def test_drawn_cases_have_one_defect_each(way, edition, operation):
    if way == "strategy":
        cases = sample(invalid_case(edition, operation), 150, seed=5)
    else:
        cases = list(islice(invalid_cases(edition, operation, seed=5), 150))
    assert len(cases) == 150
    for case in cases:
        found = [
            (violation.path, violation.requirement, violation.level)
            for violation in validate(case.body, operation, edition)
        ]
        assert found == [(case.path, case.requirement, case.level)], case.label
        assert validate(case.twin, operation, edition) == []
    assert len({case.requirement for case in cases}) == 5


def test_a_stream_begins_alike_for_the_same_seed():
    for stream in (valid_bodies, invalid_cases):
        first = list(islice(stream("2026", "update", seed=3), 50))
        assert list(islice(stream("2026", "update", seed=3), 50)) == first
        assert list(islice(stream("2026", "update", seed=4), 50)) != first


@each_edition
def test_drawn_defects_are_in_the_table(edition):
    table = known_pairs(edition, "create")
    assert all(case.pair in table for case in islice(invalid_cases(edition, "create", seed=1), 300))
