from collections import Counter

import pytest

from apps_contract.contract import EDITIONS, Level, requirement, requirements
from apps_contract.service.faults import FAULTS, UnknownFaultError, fault
from apps_contract.service.faults.access import ACCESS
from apps_contract.service.faults.creating import CREATING

# Measured, never failed: nothing can be broken.
MAY = {found.id for found in requirements("server") if {found.level(edition) for edition in EDITIONS} == {Level.MAY}}

COUNTS = Counter((found.requirement, found.level) for found in FAULTS.values())


@pytest.mark.parametrize(
    "found", [each for each in requirements("server") if each.id not in MAY], ids=lambda each: each.id
)
def test_every_requirement_is_broken_by_enough_faults(found):
    levels = {clause.levels.get(edition) for clause in found.clauses for edition in EDITIONS}
    assert COUNTS[found.id, Level.MUST] >= (3 if Level.MUST in levels else 0)
    assert COUNTS[found.id, Level.SHOULD] >= (1 if Level.SHOULD in levels else 0)


def test_there_are_as_many_as_promised():
    assert len(FAULTS) >= 120


@pytest.mark.parametrize("found", FAULTS.values(), ids=lambda found: found.name)
def test_a_fault_says_what_it_breaks_in_one_sentence(found):
    assert found.sentence.endswith(".")
    assert ". " not in found.sentence
    assert set(found.editions) <= set(EDITIONS)
    for name in (found.requirement, *found.also):
        assert requirement(name).side == "server"
    assert found.requirement not in found.also


def test_names_are_plain_and_unique():
    assert all(name.replace("-", "").isalnum() and name.islower() for name in FAULTS)
    names = [each.name for catalogue in (ACCESS, CREATING) for each in catalogue.faults]
    assert len(set(names)) == len(names)


def test_an_unknown_name_gets_the_nearest():
    assert fault("delete-204").requirement == "SRV-SHAPE-6"
    with pytest.raises(UnknownFaultError, match="did you mean 'delete-204'"):
        fault("delete-205")


def test_each_server_has_counters_of_its_own(serve):
    for _ in range(2):
        api = serve(fault=fault("second-update-lost"))
        assert api.changes(api.made(), display_name="New")["display_name"] == "New"
