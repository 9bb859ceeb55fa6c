"""Seeded faults, by requirement group: the proof of what the server suite catches."""

from __future__ import annotations

from apps_contract.contract.library import unknown_name_message
from apps_contract.contract.unique import by_name
from apps_contract.service.faults.access import ACCESS
from apps_contract.service.faults.creating import CREATING
from apps_contract.service.faults.deleting import DELETING
from apps_contract.service.faults.errors import ERRORS
from apps_contract.service.faults.fault import Fault
from apps_contract.service.faults.limits import LIMITS
from apps_contract.service.faults.load import LOAD
from apps_contract.service.faults.ranges import RANGES
from apps_contract.service.faults.reading import READING
from apps_contract.service.faults.shape import SHAPE
from apps_contract.service.faults.syntax import SYNTAX
from apps_contract.service.faults.text import TEXT
from apps_contract.service.faults.updating import UPDATING
from apps_contract.service.faults.values import VALUES

__all__ = ["FAULTS", "Fault", "UnknownFaultError", "fault"]

_CATALOGUES = (SHAPE, ERRORS, CREATING, READING, UPDATING, DELETING, TEXT, SYNTAX, VALUES, RANGES, LIMITS, ACCESS, LOAD)

FAULTS: dict[str, Fault] = by_name(fault for catalogue in _CATALOGUES for fault in catalogue.faults)


class UnknownFaultError(LookupError):
    """No fault of that name; the message names the nearest one."""

    def __init__(self, name: str) -> None:
        super().__init__(unknown_name_message("mutant", name, FAULTS))


def fault(name: str) -> Fault:
    """Return the fault of that name; raise UnknownFaultError."""
    try:
        return FAULTS[name]
    except KeyError:
        raise UnknownFaultError(name) from None
