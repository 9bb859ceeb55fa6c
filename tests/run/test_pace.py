"""How fast a run sends: what Retry-After says, in both its forms, and what it does not."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from apps_contract.http.exchange import Request, Response
from apps_contract.run import pace, wire
from apps_contract.run.errors import StoppedError, TargetLostError
from apps_contract.run.pace import Pace, seconds_to_wait
from apps_contract.run.wire import Wire


@pytest.mark.parametrize(("text", "seconds"), [("0", 0.0), ("7", 7.0), (" 12 ", 12.0), ("007", 7.0)])
def test_seconds(text, seconds):
    assert seconds_to_wait(text) == seconds


@pytest.mark.parametrize("text", [None, "", "soon", "-5", "1.5", "1e3", "٣", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_what_says_nothing(text):
    assert seconds_to_wait(text) is None


def test_dates():
    assert seconds_to_wait("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    assert 90 < seconds_to_wait(later) <= 100


def test_a_pause_is_bounded_and_ends_when_the_run_is_stopped(monkeypatch):
    monkeypatch.setattr(pace, "_LONGEST_PAUSE", 30.0)
    slow, stopped = Pace(None), threading.Event()
    slow.limited("86400")
    assert slow.report().waited_s <= 30.1
    stopped.set()
    before = time.monotonic()
    slow.wait(stopped)
    assert time.monotonic() - before < 29


def test_what_was_asked_for_is_reported():
    given = Pace(None)
    for retry_after in ("0", None, "nonsense"):
        given.limited(retry_after)
    assert (given.report().limited, given.report().with_retry_after) == (3, 2)


class Limited:
    """A transport that answers 429 for ever."""

    supports_raw = True

    def send(self, request, *, timeout):
        assert timeout
        return Response(429, (("Retry-After", "0"),), request.target.encode())


def test_429_for_ever_is_given_up(monkeypatch):
    monkeypatch.setattr(pace, "_SLOWEST_RATE", 10_000.0)
    sender = Wire(Limited(), Request("GET", "/"), rate=None, timeout=1)
    with pytest.raises(TargetLostError, match="429 30 times in a row: lower --rate"):
        sender.send(Request("GET", "/x"))
    assert sender.requests == 30
    with pytest.raises(TargetLostError):
        sender.send(Request("GET", "/x"))


def test_a_long_wait_at_429_is_given_up(monkeypatch):
    monkeypatch.setattr(wire, "_LONGEST_LIMITED_S", -1.0)
    sender = Wire(Limited(), Request("GET", "/"), rate=None, timeout=1)
    with pytest.raises(TargetLostError, match="nothing but 429"):
        sender.send(Request("GET", "/x"))
    assert sender.requests == 1


def test_nothing_leaves_after_a_stop():
    sender = Wire(Limited(), Request("GET", "/"), rate=None, timeout=1)
    sender.stop("enough")
    with pytest.raises(StoppedError, match="enough"):
        sender.send(Request("GET", "/x"))
    assert sender.requests == 0
