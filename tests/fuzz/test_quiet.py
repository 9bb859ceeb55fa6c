"""Who looks into a finding has the target alone, for a while."""

from __future__ import annotations

import threading

from apps_contract.run.fuzz import quiet
from apps_contract.run.fuzz.quiet import Quiet

WAIT_S = 10


def started(act) -> threading.Thread:
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def test_others_wait_until_a_look_into_a_finding_is_over():
    gate, order = Quiet(), []

    def send():
        with gate.busy():
            order.append("sent")

    with gate.alone():
        waiting = started(send)
        waiting.join(0.1)
        order.append("looked")
    waiting.join(WAIT_S)

    assert order == ["looked", "sent"]


def test_a_look_begins_when_the_trials_under_way_are_over():
    gate, order, is_busy = Quiet(), [], threading.Event()

    def look():
        is_busy.wait(WAIT_S)
        with gate.alone():
            order.append("looked")

    looking = started(look)
    with gate.busy():
        is_busy.set()
        looking.join(0.1)
        order.append("sent")
    looking.join(WAIT_S)

    assert order == ["sent", "looked"]


def test_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(quiet, "LONGEST_S", 0.1)
    gate, sent = Quiet(), threading.Event()

    def send():
        with gate.busy():
            sent.set()

    with gate.alone():
        started(send)
        assert sent.wait(WAIT_S)


def test_a_trial_that_hangs_holds_up_no_look_into_a_finding(monkeypatch):
    monkeypatch.setattr(quiet, "_LONGEST_FOR_OTHERS_S", 0.1)
    gate = Quiet()
    with gate.busy():
        looking = started(lambda: gate.alone().__enter__())
        looking.join(WAIT_S)

    assert not looking.is_alive()
