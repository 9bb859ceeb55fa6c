"""Shows each seeded fault on the faulty server, and that the healthy one does not have it."""

from collections import Counter

import pytest

from apps_contract.service.faults import FAULTS


@pytest.fixture
def show(serve):
    """Call ``show(name, witness)``: the witness returns whether the forbidden behaviour was seen, in each edition."""

    def run(name, witness):
        fault = FAULTS[name]
        for edition in fault.editions:
            assert not witness(serve(edition)), f"the healthy server of edition {edition} shows it too"
            assert witness(serve(edition, fault=fault)), f"the faulty server of edition {edition} does not show it"

    return run


@pytest.fixture
def complete():
    """Call ``complete(catalogue, witnesses)``: each fault has a witness, and each witness a fault."""

    def run(catalogue, witnesses):
        names = [fault.name for fault in catalogue.faults]
        assert sorted(names) == sorted(witnesses)
        assert max(Counter(names).values()) == 1

    return run
