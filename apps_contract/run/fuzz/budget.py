"""How long a campaign goes on: a time, or a number of requests."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apps_contract.run.settings import WrongUseError

_FORM = re.compile(r"^(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>s|m|h|requests?)$")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class Budget:
    """What may be spent; one of the two is None."""

    seconds: float | None = None
    requests: int | None = None

    def __str__(self) -> str:
        return f"{self.requests:,} requests" if self.requests is not None else f"{self.seconds:g} s"

    def is_spent(self, seconds: float, requests: int) -> bool:
        """Tell whether nothing more is to be sent after so many seconds and requests."""
        if self.seconds is not None:
            return seconds >= self.seconds
        return requests >= (self.requests or 0)


def budget(text: str) -> Budget:
    """Read ``120s``, ``2m``, ``8h`` or ``5000requests``; raise WrongUseError."""
    found = _FORM.match(text.strip().lower().replace(",", "").replace("_", ""))
    if not found:
        raise WrongUseError(f"--budget {text!r}: give a time (120s, 2m, 8h) or a number of requests (5000requests)")
    number, unit = float(found["number"]), found["unit"]
    if unit in _SECONDS:
        return Budget(seconds=number * _SECONDS[unit])
    if number != int(number):
        raise WrongUseError(f"--budget {text!r}: requests come whole")
    return Budget(requests=int(number))
