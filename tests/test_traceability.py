"""Every requirement is proved by a test, or says why not; and the catalogue names just the tests that there are."""

from pathlib import Path

import pytest

from apps_contract.contract import requirements
from apps_contract.run.trace import proofs

TESTS = proofs(Path(__file__).parent.parent / "contract_tests")


@pytest.mark.parametrize("item", requirements("server"), ids=lambda item: item.id)
def test_every_requirement_is_covered_or_excluded(item):
    assert bool(TESTS.get(item.id)) != bool(item.excluded)


@pytest.mark.parametrize("item", requirements(), ids=lambda item: item.id)
def test_the_catalogue_names_the_tests_that_there_are(item):
    assert item.tests == TESTS.get(item.id, ()), "run scripts/trace_requirements.py"


def test_no_test_proves_an_unknown_requirement():
    assert set(TESTS) <= {item.id for item in requirements()}
