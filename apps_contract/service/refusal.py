"""Why the service says no: one exception with all that an error answer needs (contract section 4.4, Error)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.http.exchange import Headers

# The words of contract section 4.4 come in two families; other statuses go by their name in HTTP.
_RPC_WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
}
_LEGACY_WORDS = {400: "INVALID_REQUEST", 403: "UNAUTHORIZED"}


def status_word(status: int, *, legacy: bool = False) -> str:
    """Return the ``status`` word of an error answer."""
    if legacy and status in _LEGACY_WORDS:
        return _LEGACY_WORDS[status]
    return _RPC_WORDS.get(status) or HTTPStatus(status).name


class RefusalError(Exception):
    """The request is refused with ``status``; ``message`` is one sentence that repeats no value of the request."""

    def __init__(
        self, status: int, message: str, *, details: Sequence[dict[str, Any]] = (), headers: Headers = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = tuple(details)
        self.headers = headers
