"""The one error a transport raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.http.exchange import Failure

if TYPE_CHECKING:
    from apps_contract.http.exchange import FailureKind


class TransportError(Exception):
    """No complete answer came back; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.kind}: {failure.message}")
        self.failure = failure


def fail(kind: FailureKind, message: str) -> TransportError:
    """Make the error for one kind of failure, to be raised by the caller."""
    return TransportError(Failure(kind, message))
