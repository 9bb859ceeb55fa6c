"""What the judge answers in place of the service's own answers: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from apps_contract.http.exchange import Headers

Wire = Literal[
    "whole",
    "chunked",
    "pieces",
    "until-close",
    "short",
    "cut",
    "chunk-cut",
    "drip",
    "drip-head",
    "never",
    "close-before",
    "reset-before",
    "reset-head",
    "reset-body",
    "reset-after",
]
"""How an answer goes out.

whole, chunked, pieces (of the body, over 0.3 s), until-close (no length; the end of the connection ends it) and
reset-after conform. short: the connection closes before the Content-Length is reached; cut: the JSON ends early, inside
a right length; chunk-cut: a chunked body without its end; drip, drip-head: a byte each tenth of a second, without end;
never: nothing at all; close-before, reset-before: the connection ends without an answer; reset-head, reset-body: in the
middle of one.
"""

LOST: frozenset[Wire] = frozenset(
    {
        "short",
        "cut",
        "chunk-cut",
        "drip",
        "drip-head",
        "never",
        "close-before",
        "reset-before",
        "reset-head",
        "reset-body",
    }
)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer. Without ``status`` the service answers, and ``variant`` and ``body`` change what it answered.

    ``payload`` or ``body`` replaces the body of the answer; an error status without either gets an Error object
    with ``message`` in the ``envelope``. ``performed`` tells whether the service does what was asked before the status
    replaces its answer. ``retry_after_date_s`` adds a Retry-After with the date that lies so many seconds ahead.
    """

    status: int | None = None
    message: str = "the judge says no"
    envelope: Literal["flat", "wrapped"] = "flat"
    payload: Any = None
    body: bytes | None = None
    variant: str = ""
    headers: Headers = ()
    media_type: str = "application/json"
    performed: bool = False
    delay_s: float = 0.0
    wire: Wire = "whole"
    retry_after_date_s: float | None = None


ORDINARY = Reply()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Which requests get a reply: those of an operation (``any``: all five), from the ``first`` to the ``last``."""

    reply: Reply
    operation: str = "any"
    first: int = 1
    last: int | None = None

    def fits(self, operation: str, count: int) -> bool:
        """Tell whether the rule is for the ``count``-th request of an operation."""
        named = operation == self.operation or (self.operation == "any" and operation not in {"token", ""})
        return named and self.first <= count and (self.last is None or count <= self.last)


@dataclass(frozen=True, kw_only=True)
class Script:
    """The rules of one scenario; the first that fits is followed, and where none fits the service answers."""

    rules: tuple[Rule, ...] = ()
    token_lifetime_s: float = 3600.0

    def reply(self, operation: str, count: int) -> Reply:
        """Return the reply for the ``count``-th request of an operation."""
        return next((rule.reply for rule in self.rules if rule.fits(operation, count)), ORDINARY)


def always(operation: str, **reply: Any) -> Script:
    """Return a script that gives one reply to every request of an operation."""
    return Script(rules=(Rule(reply=Reply(**reply), operation=operation),))


def times(operation: str, count: int, **reply: Any) -> Script:
    """Return a script that gives one reply to the first ``count`` requests of an operation."""
    return Script(rules=(Rule(reply=Reply(**reply), operation=operation, last=count),))
