"""Every requirement is proved by a test, or says why not; and the catalogue names just the tests that there are."""

import pytest

from apps_contract.contract import requirements
from apps_contract.run.catalogue import all_tests, proofs_of


@pytest.mark.parametrize("item", requirements("server"), ids=lambda item: item.id)
def test_every_requirement_is_covered_or_excluded(item):
    assert bool(proofs_of(item.id)) != bool(item.excluded)


@pytest.mark.parametrize("item", requirements(), ids=lambda item: item.id)
def test_the_catalogue_names_the_tests_that_there_are(item):
    assert item.tests == tuple(test.id for test in proofs_of(item.id)), "run scripts/trace_requirements.py"


def test_no_test_proves_an_unknown_requirement():
    assert {test.requirement for test in all_tests()} <= {item.id for item in requirements()}
