"""Scenarios by name, for clients whose own tests choose them: ``POST /__judge/scenario {"name": "503-once"}``."""

from __future__ import annotations

from typing import Any, get_args

from apps_contract.contract import unknown_name_message
from apps_contract.service.judge.script import Reply, Rule, Script, Wire
from apps_contract.service.judge.variants import VARIANTS

_RETRY_AFTER = (("retry-after", "1"),)


def _reply(count: int | None = None, **reply: Any) -> tuple[int | None, Reply]:
    return count, Reply(**reply)


SCENARIOS: dict[str, tuple[str, tuple[int | None, Reply] | None]] = {
    "ordinary": ("Every answer is the reference server's own.", None),
    **{name: (f"Answers in the conforming variant {name}.", _reply(variant=name)) for name in VARIANTS},
    **{
        f"{status}-{envelope}": (
            f"Each call is answered {status}, {envelope} error.",
            _reply(None, status=status, envelope=envelope),
        )
        for status in (400, 401, 403, 404, 429, 500, 501, 503)
        for envelope in ("flat", "wrapped")
    },
    **{
        f"{status}-once": (f"The first call is answered {status}.", _reply(1, status=status))
        for status in (401, 429, 500, 501, 503)
    },
    **{
        f"{status}-twice": (f"Two calls are answered {status}.", _reply(2, status=status))
        for status in (429, 500, 501, 503)
    },
    "retry-after": ("The first call is answered 503 with Retry-After: 1.", _reply(1, status=503, headers=_RETRY_AFTER)),
    "retry-after-date": (
        "The first call is answered 503 with a date 3 s ahead.",
        _reply(1, status=503, retry_after_date_s=3.0),
    ),
    "late": ("Answers come 2 s late.", _reply(delay_s=2.0)),
    "delete-empty": ("Delete answers with an empty body.", _reply(body=b"", media_type="")),
    "delete-object": ("Delete answers with {}.", _reply(body=b"{}")),
    "not-json": ("Answers are text.", _reply(body=b"OK", media_type="text/plain")),
    "html": (
        "Answers are an HTML page.",
        _reply(body=b"<!doctype html><title>Welcome</title>", media_type="text/html"),
    ),
    "empty": ("Answers have no body.", _reply(body=b"")),
    **{
        f"wire-{wire}": (f"Answers go out in the way {wire}.", _reply(wire=wire))
        for wire in get_args(Wire)
        if wire != "whole"  # the ordinary way
    },
    **{
        f"redirect-{status}": (
            f"Each call is redirected with {status}.",
            _reply(status=status, headers=(("location", "/elsewhere"),), body=b"", media_type=""),
        )
        for status in (301, 302, 303, 307, 308)
    },
}


class UnknownScenarioError(LookupError):
    """No scenario of that name; the message names the nearest one."""


def scenario(name: str, operation: str = "any") -> Script:
    """Return a scenario as a script, for one operation or for all; raise UnknownScenarioError."""
    if name not in SCENARIOS:
        raise UnknownScenarioError(unknown_name_message("scenario", name, SCENARIOS))
    found = SCENARIOS[name][1]
    if found is None:
        return Script()
    count, reply = found
    chosen = "delete" if name.startswith("delete-") else operation
    return Script(rules=(Rule(reply=reply, operation=chosen, last=count),))
