"""Payloads that are wrong in very many places: what is told stays short, and the verdict stays right."""

from __future__ import annotations

import pytest

from apps_contract import contract
from apps_contract.contract import Level
from apps_contract.contract.explanation import MOST_TOLD

GOOD = {"channel": "TELEGRAM", "telegram_credentials": {"token": "t"}}
BARE = {"channel": "TELEGRAM"}  # SHOULD be refused in 2023


def _found(entries, edition="2023", **others):
    payload = {"display_name": "a", "channel_credentials": entries, **others}
    return contract.validate(payload, "create", edition)


@pytest.mark.parametrize("count", [99, 100, 101, 250, 5_000])
def test_the_one_wrong_element_of_a_long_array_is_found_where_it_is(count):
    for place in {0, 99, 100, count // 2, count - 1} & set(range(count)):
        entries = [GOOD] * count
        entries[place] = {**GOOD, "telegram_credentials": {"token": 7}}
        [violation] = _found(entries)
        assert violation.location == ("channel_credentials", place, "telegram_credentials", "token")
        assert violation.found == 7


def test_elements_of_a_list_inside_a_list_are_found():
    app = {"id": "x", "display_name": "a", "channel_credentials": [{"channel": "SMS"}] * 150}
    wrong = {**app, "channel_credentials": [*app["channel_credentials"], {"channel": "FAX"}]}
    [violation] = contract.validate({"apps": [*[app] * 120, wrong, *[app] * 120]}, "list", "2023")
    assert violation.location == ("apps", 120, "channel_credentials", 150, "channel")


def test_of_very_many_violations_the_first_are_told_and_that_there_are_more():
    found = _found([7] * 100_000)
    assert len(found) == MOST_TOLD + 1
    assert [violation.location[1] for violation in found[:-1]] == list(range(MOST_TOLD))
    assert found[-1].message.startswith("has more wrong with it")
    assert found[-1].is_advice
    assert len(_found([7] * MOST_TOLD)) == MOST_TOLD


def test_a_binding_violation_is_told_however_many_others_come_before_it():
    late = [BARE] * 3_000
    assert {violation.level for violation in _found(late)} == {Level.SHOULD, None}
    found = _found([*late, 7, *late])
    assert [violation.location for violation in found if violation.level is Level.MUST] == [
        ("channel_credentials", 3_000)
    ]
    names = {f"n{number}": 1 for number in range(5_000)}
    levels = [violation.level for violation in _found([], **names, processing_mode=7)]
    assert levels.count(Level.MUST) == 1
    assert levels.count(Level.MAY) == MOST_TOLD - 1
