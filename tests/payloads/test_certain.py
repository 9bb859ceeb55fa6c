"""Whether a server has to take a body, as far as the contract says so."""

from itertools import islice

import pytest

from apps_contract.contract import EDITIONS, is_valid
from apps_contract.payloads.boundaries import valid_boundaries
from apps_contract.payloads.certain import must_be_taken
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.payloads.shrink import shrink
from apps_contract.payloads.strategies import create_request, sample
from apps_contract.payloads.stream import valid_bodies
from apps_contract.payloads.tolerated import tolerated_bodies
from apps_contract.payloads.valid import full_create, minimal_create

each_body = pytest.mark.parametrize(("edition", "operation"), [(e, o) for e in EDITIONS for o in ("create", "update")])


@each_body
def test_what_is_made_as_valid_must_be_taken(edition, operation):
    for case in valid_boundaries(edition, operation):
        assert must_be_taken(case.body, operation, edition), case.label
    assert all(
        must_be_taken(body, operation, edition) for body in islice(valid_bodies(edition, operation, seed=2), 300)
    )
    assert all(must_be_taken(case.twin, operation, edition) for case in invalid_bodies(edition, operation))
    assert all(must_be_taken(body, "create", edition) for body in sample(create_request(edition=edition), 50, seed=2))


@each_body
def test_what_breaks_a_rule_or_is_left_open_need_not_be_taken(edition, operation):
    for case in (*invalid_bodies(edition, operation), *tolerated_bodies(edition, operation)):
        assert not must_be_taken(case.body, operation, edition), case.label


@pytest.mark.parametrize("name", ["", "a\0", "\ud800", "\uffff", "n" * 257, "n" * 70_000])
def test_names_that_may_be_refused(name):
    assert is_valid(minimal_create("2023", name), "create", "2023")
    assert not must_be_taken(minimal_create("2023", name), "create", "2023")


def test_numbered_entries_must_be_taken_side_by_side():
    assert must_be_taken(full_create("2026", "two LINE entries"), "create", "2026")


def test_shrinking_stays_among_the_bodies_that_must_be_taken():
    smallest = shrink(
        full_create("2023", "a name"),
        lambda body: "channel_credentials" in body,
        lambda body: must_be_taken(body, "create", "2023"),
    )
    assert must_be_taken(smallest, "create", "2023")
    assert len(smallest["channel_credentials"]) == 1
