"""A second thing of a name is an error: it would hide the first, which then nobody tries."""

import pytest

from apps_contract.clients import faults as clients
from apps_contract.clients.faults import made
from apps_contract.contract.unique import DuplicateNameError, by_name
from apps_contract.service.app import AppsApplication
from apps_contract.service.faults import FAULTS
from apps_contract.service.faults.fault import Catalogue


def test_two_seeded_faults_of_one_name_are_refused():
    added = Catalogue()
    added.add("mask-ignored", "SRV-STATE-7", "Another mask.")(AppsApplication)
    with pytest.raises(DuplicateNameError, match=r"two are named 'mask-ignored': .* and 'Another mask\.'; rename one"):
        by_name([*FAULTS.values(), *added.faults])


def test_two_faulty_clients_of_one_name_are_refused(monkeypatch):
    twice = (made("same", "CLI-REQ-1", "One."), made("same", "CLI-REQ-2", "Two."))
    monkeypatch.setattr(clients, "client_faults", lambda: twice)
    with pytest.raises(DuplicateNameError, match=r"'One\.' and 'Two.'"):
        clients.client_fault("same")


def test_names_keep_their_order():
    assert list(by_name(FAULTS.values())) == list(FAULTS)
