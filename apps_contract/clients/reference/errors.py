"""What the reference client raises.

AppsError
├── HttpError       the server answered with an error status
├── TimedOutError   no whole answer within the overall time-out
├── LostError       the connection failed, or the answer was cut
├── UnreadableError an answer that is not what it should be
└── RefusedError    nothing was sent: the call cannot be right
"""

from __future__ import annotations


class AppsError(Exception):
    """An operation that did not succeed; ``kind`` is the adapter protocol's word for it."""

    kind = "transport"
    status: int | None = None


class HttpError(AppsError):
    """The server answered with an error status; the text is the server's own message where it gave one."""

    kind = "http"

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"the server answered {status}: {message}")
        self.status = status


class TimedOutError(AppsError):
    """The overall time-out passed."""

    kind = "timeout"


class LostError(AppsError):
    """The connection failed before the answer was whole."""


class UnreadableError(AppsError):
    """The answer is no JSON object of the kind that was asked for."""

    kind = "decode"


class RefusedError(AppsError):
    """The call cannot be expressed as a request, so nothing was sent."""

    kind = "refused"
