"""``python -m apps_contract.clients.reference [--fault NAME]``: the client as an adapter."""

from __future__ import annotations

import sys

from apps_contract.clients.reference.adapter import serve


def main(arguments: list[str]) -> None:
    """Serve until the judge is done."""
    if arguments[:1] == ["--fault"]:
        from apps_contract.clients.faults import client_fault  # noqa: PLC0415 -- only for faulty clients

        client_fault(arguments[1]).serve()
    else:
        serve()


main(sys.argv[1:])
