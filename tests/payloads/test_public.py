"""What users import for tests of their own."""

import subprocess
import sys

import pytest
from hypothesis import given, settings

import apps_contract.payloads
from apps_contract import contract
from apps_contract.payloads import create_request, invalid_case, sample, update_request


@pytest.mark.parametrize("edition", contract.EDITIONS)
def test_bodies_are_drawn_and_proven_valid(edition):
    @given(create=create_request(edition=edition), update=update_request(edition=edition))
    @settings(max_examples=20, database=None, deadline=None)
    def check(create, update):
        assert contract.is_valid(create, "create", edition)
        assert contract.is_valid(update, "update", edition)

    check()


def test_a_sample_is_the_same_for_the_same_seed():
    cases = sample(invalid_case("2026", "create"), 3, seed=1)

    assert cases == sample(invalid_case("2026", "create"), 3, seed=1)
    assert not any(contract.is_valid(case.body, "create", "2026") for case in cases)


def test_all_that_is_public_is_there_and_nothing_else():
    assert set(apps_contract.payloads.__all__) <= set(dir(apps_contract.payloads))
    assert all(callable(getattr(apps_contract.payloads, name)) for name in apps_contract.payloads.__all__)
    with pytest.raises(AttributeError, match="no attribute 'delete_request'"):
        _ = apps_contract.payloads.delete_request


def test_the_room_is_entered_without_loading_hypothesis():
    code = "import sys, apps_contract.payloads.cases; sys.exit('hypothesis' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own
