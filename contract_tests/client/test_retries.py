"""CLI-ANS-4: passing faults are tried again, a bounded number of times, with growing pauses, as the server asks."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.checks.client import patience
from apps_contract.payloads.valid import full_create
from apps_contract.run.marks import requirement
from apps_contract.service.judge.script import always, times

if TYPE_CHECKING:
    from apps_contract.run.client_session import ClientSession
    from apps_contract.run.drill import Drill
    from apps_contract.run.settings import Settings

APP_ID = "app-1"
PASSING = (429, 500, 501, 503)
_ENOUGH_RUNS = 4
_MANY_RUNS = 10
_MOST_RUNS = 16
_MALFORMED = ("soon", "-5", "1.5", "", "Mon, 99 Foo 2026 99:99:99 GMT", "9" * 40)
RETRIED_FREELY = ("list", "get", "update", "delete")


def passing(settings: Settings) -> list[tuple[str, int]]:
    return [("list", status) for status in PASSING] + list(zip(RETRIED_FREELY[1:], PASSING[1:], strict=False))


@requirement("CLI-ANS-4", each=passing)
def test_a_passing_fault_is_retried(drill: Drill, case: tuple[str, int]) -> None:
    name, status = case
    drill.start(times(name, 1, status=status), apps=[app(drill)])
    said = call(drill, name)
    drill.require(patience.is_retried(said, drill.calls(name), f"a {status} on {name}"))


@requirement("CLI-ANS-4", each=lambda settings: [(n, s) for s in PASSING for n in ("list", "get")])
def test_a_lasting_fault_is_retried_within_bounds(drill: Drill, session: ClientSession, case: tuple[str, int]) -> None:
    name, status = case
    drill.start(always(name, status=status), apps=[app(drill)])
    said = call(drill, name)
    calls = drill.calls(name)
    session.retries.append(drill.retries(name))
    drill.require(patience.is_bounded(calls, said, f"a lasting {status} on {name}"))


@requirement("CLI-ANS-4", tries=2)
def test_pauses_grow(drill: Drill, session: ClientSession) -> None:
    runs = [run for run in session.retries if len(run.calls) > 1]
    # More runs only where there is doubt: where chance has a part, more of them; nothing else runs beside these.
    while len(runs) < _ENOUGH_RUNS or (
        patience.pauses_grow(runs) and len(runs) < (_MOST_RUNS if patience.is_jittered(runs) else _MANY_RUNS)
    ):
        drill.start(always("list", status=503), timeout=6.0)
        drill.ask("list")
        runs.append(drill.retries("list"))
        if len(runs[-1].calls) <= 1:
            break
    drill.require(patience.pauses_grow(runs))


@requirement("CLI-ANS-4", each=lambda settings: [("list", 429), ("get", 503), ("update", 503)])
def test_retry_after_in_seconds_is_honoured(drill: Drill, case: tuple[str, int]) -> None:
    name, status = case
    drill.start(times(name, 1, status=status, headers=(("retry-after", "1"),)), apps=[app(drill)])
    call(drill, name)
    drill.require(patience.honours_retry_after(drill.calls(name), 1.0, f"Retry-After: 1 on a {status}"))


@requirement("CLI-ANS-4", each=lambda settings: [("list", 503), ("get", 429)])
def test_retry_after_as_a_date_is_honoured(drill: Drill, case: tuple[str, int]) -> None:
    name, status = case
    seconds = 3.0
    date = math.floor(time.time() + seconds)
    drill.start(times(name, 1, status=status, retry_after_date_s=seconds), apps=[app(drill)])
    call(drill, name)
    drill.require(patience.waits_for_date(drill.calls(name), date))


@requirement("CLI-ANS-4", each=lambda settings: ["3600", "86400", "a far date"])
def test_a_far_retry_after_does_not_hold_the_caller(drill: Drill, case: str) -> None:
    far = {"retry_after_date_s": 7200.0} if case == "a far date" else {"headers": (("retry-after", case),)}
    drill.start(always("list", status=503, **far), timeout=3.0)
    said = drill.ask("list")
    drill.require(patience.is_bounded(drill.calls("list"), said, f"a 503 with Retry-After: {case}"))


@requirement("CLI-ANS-4", each=lambda settings: list(_MALFORMED))
def test_a_malformed_retry_after_does_no_harm(drill: Drill, case: str) -> None:
    drill.start(times("list", 1, status=503, headers=(("retry-after", case),)), timeout=6.0)
    said = drill.ask("list")
    if not said.ok and not said.is_clear_error:
        title = f"a Retry-After that cannot be read ({case[:12]!r}) breaks the call"
        drill.require(Breach("CLI-ANS-4", title, "success or an error", said.text))
    drill.require(patience.is_bounded(drill.calls("list"), said, "a 503 with a malformed Retry-After"))


def app(drill: Drill) -> dict[str, Any]:
    return {"id": APP_ID, **full_create(drill.edition, "an app")}


def call(drill: Drill, name: str):  # noqa: ANN201 - what Drill.ask returns
    members: dict[str, Any] = {"app_id": APP_ID} if name in {"get", "update", "delete"} else {}
    if name == "update":
        members["body"] = full_create(drill.edition, "changed")
    return drill.ask(name, **members)
