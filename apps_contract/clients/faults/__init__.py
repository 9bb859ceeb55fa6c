"""Seeded faulty clients, each the reference client with one thing wrong, and conforming variants of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps_contract.clients.reference.client import AppsClient
from apps_contract.contract import unknown_name_message
from apps_contract.contract.unique import by_name

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class ClientFault:
    """One faulty client: which requirement it breaks, and how, in one sentence. ``requirement`` is empty for a variant.

    ``process`` replaces the adapter's own loop, for faults of the whole process.
    """

    name: str
    requirement: str
    sentence: str
    client: type[AppsClient] = AppsClient
    process: Callable[[], None] | None = None

    def serve(self) -> None:
        """Be this client, as an adapter, until the judge is done."""
        from apps_contract.clients.reference.adapter import serve  # noqa: PLC0415 -- only in a process of its own

        if self.process is not None:
            self.process()
        else:
            serve(self.client)


class UnknownClientFaultError(LookupError):
    """No faulty client of that name; the message names the nearest one."""


def client_faults() -> tuple[ClientFault, ...]:
    """Return all seeded faulty clients."""
    from apps_contract.clients.faults import (  # noqa: PLC0415 -- they import this module
        answers,
        processes,
        requests,
        serializers,
        wrappers,
    )

    return (*requests.FAULTS, *answers.FAULTS, *serializers.FAULTS, *wrappers.FAULTS, *processes.FAULTS)


def client_variants() -> tuple[ClientFault, ...]:
    """Return the clients that differ and conform."""
    from apps_contract.clients.faults import variants  # noqa: PLC0415 -- it imports this module

    return variants.VARIANTS


def client_fault(name: str) -> ClientFault:
    """Return the faulty client, or the variant, of that name; raise UnknownClientFaultError."""
    known = by_name((*client_faults(), *client_variants()))
    if name not in known:
        raise UnknownClientFaultError(unknown_name_message("client fault", name, known))
    return known[name]


def made(name: str, requirement: str, sentence: str, **methods: object) -> ClientFault:
    """Return a fault whose client has these methods and attributes in place of the reference client's."""
    return ClientFault(name, requirement, sentence, type("FaultyClient", (AppsClient,), methods))
