"""Seeded faults, by requirement group: the proof of what the server suite catches."""

from __future__ import annotations

from apps_contract.contract.library import unknown_name_message
from apps_contract.service.faults.fault import Fault

__all__ = ["FAULTS", "Fault", "UnknownFaultError", "fault"]

FAULTS: dict[str, Fault] = {}


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
