"""Shrinking ends at the known smallest value, keeps to what is allowed, and never asks more than it may."""

from copy import deepcopy

import pytest

from apps_contract.contract import is_valid, validate
from apps_contract.payloads.shrink import shrink
from apps_contract.payloads.valid import full_create


@pytest.mark.parametrize(
    ("value", "still_fails", "smallest"),
    [
        ({"a": 1, "b": [1, 2, 3]}, lambda value: "b" in value, {"b": []}),
        ([5, 9, 200, 7], lambda value: any(item > 100 for item in value), [101]),
        ("hello world" * 30, lambda value: len(value) > 256, "a" * 257),
        ("abcQdef", lambda value: "Q" in value, "Q"),
        (99_999, lambda value: value > 3650, 3651),
        (-70_000, lambda value: value < -2, -3),
        (2**63, lambda value: value > 10**9, 10**9 + 1),
        (7.75, lambda value: value > 2, 3),
        (True, lambda value: isinstance(value, bool), False),
        (
            {"a": {"b": {"c": "deep"}}, "d": 1},
            lambda value: "c" in value.get("a", {}).get("b", {}),
            {"a": {"b": {"c": ""}}},
        ),
        ({"a": None}, lambda value: value.get("a", 0) is None, {"a": None}),
    ],
)
def test_known_smallest_values(value, still_fails, smallest):
    result = shrink(value, still_fails, budget=2000)
    assert result == smallest
    assert type(result) is type(smallest)


def test_a_body_shrinks_to_its_one_defect():
    body = full_create("2026", "A name")
    body["retention_policy"]["ttl_days"] = 4711

    def still_too_large(value):
        return value.get("retention_policy", {}).get("ttl_days", 0) > 3650

    def has_that_defect_alone(value):
        return [violation.path for violation in validate(value, "create", "2026")] == ["retention_policy.ttl_days"]

    result = shrink(body, still_too_large, has_that_defect_alone)
    assert result == {"display_name": "", "channel_credentials": [], "retention_policy": {"ttl_days": 3651}}


def test_a_valid_body_stays_valid():
    body = full_create("2023", "A name")
    result = shrink(
        body,
        lambda value: any(entry["channel"] == "WECHAT" for entry in value["channel_credentials"]),
        lambda value: is_valid(value, "create", "2023"),
    )
    empty = {"app_id": "", "app_secret": "", "token": "", "aes_key": ""}
    assert result == {"display_name": "", "channel_credentials": [{"channel": "WECHAT", "wechat_credentials": empty}]}


@pytest.mark.parametrize("budget", [0, 1, 7])
def test_the_budget_is_kept(budget):
    asked = []

    def still_fails(value):
        asked.append(value)
        return len(value) > 3

    shrink(list(range(100)), still_fails, budget=budget)
    assert len(asked) <= budget


def test_the_same_way_every_time_and_nothing_changed():
    value = full_create("2026", "A name")
    before = deepcopy(value)
    ways = []
    for _ in range(2):
        asked = []

        def still_fails(candidate, asked=asked):
            asked.append(repr(candidate))
            return "callback_settings" in candidate

        shrink(value, still_fails)
        ways.append(asked)
    assert ways[0] == ways[1]
    assert value == before


def test_nothing_simpler_fails():
    value = {"a": [1, "x"]}
    assert shrink(value, lambda _: False) == value
