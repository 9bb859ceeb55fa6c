"""CLI-ANS-4 and 7, CLI-REQ-6: how often, and when, a client tries again; how it gets and keeps its tokens."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from apps_contract.checks.breach import Breach
from apps_contract.contract import Level
from apps_contract.http.authentication import basic_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.checks.client.record import Insight, Recorded, Said

# More tries than this of one call are no longer "a bounded number" that a server under load could bear.
MOST_TRIES = 20
_MOST_ON_LASTING_401 = 5
# Clocks, schedulers and loopback: a pause may be seen shorter by this share, or by this much.
_TOLERANCE_S = 0.05
_SHORTEST_PAUSE_S = 0.01
_GROWTH = 1.25
_PARALLEL = 2


def pauses(calls: Sequence[Recorded]) -> list[float]:
    """Return the seconds from the end of each answer to the first byte of the next request."""
    return [later.arrived - earlier.answered for earlier, later in pairwise(calls)]


def is_retried(said: Said, calls: Sequence[Recorded], what: str) -> Breach | None:
    """CLI-ANS-4: a passing fault is tried again, and the caller gets the success that follows."""
    if said.ok and len(calls) > 1:
        return None
    title = f"{what} is not retried" if len(calls) <= 1 else f"{what} is retried, and the caller gets an error"
    return Breach("CLI-ANS-4", title, "a second try, and success", f"{len(calls)} request(s); {said.text}")


def is_bounded(calls: Sequence[Recorded], said: Said, what: str) -> Breach | None:
    """CLI-ANS-4: a lasting fault is tried a bounded number of times, and then the caller hears of it."""
    if len(calls) > MOST_TRIES:
        title = f"{what} is retried without a bound"
        return Breach("CLI-ANS-4", title, f"at most {MOST_TRIES} requests", f"{len(calls)} requests in one call")
    if said.ending != "answered":
        title = f"{what} keeps the caller waiting beyond the overall time-out"
        return Breach("CLI-ANS-4", title, "an error in time", said.text)
    return None


def pauses_grow(runs: Sequence[Sequence[Recorded]]) -> Breach | None:
    """CLI-ANS-4: over several runs, the longest later pause is longer than the longest first one; none is missing."""
    measured = [pauses(calls) for calls in runs if len(calls) > 1]
    if not measured:
        return None
    everything = [pause for run in measured for pause in run]
    told = ", ".join("/".join(f"{pause:.2f}" for pause in run[:8]) for run in measured[:4]) + " s"
    if max(everything) < _SHORTEST_PAUSE_S:
        return Breach("CLI-ANS-4", "retries follow without a pause", "a pause before each retry", told)
    later = [pause for run in measured for pause in run[1:]]
    if later and max(later) < _GROWTH * max(run[0] for run in measured):
        return Breach("CLI-ANS-4", "pauses between retries do not grow", "growing pauses", told)
    return None


def honours_retry_after(calls: Sequence[Recorded], seconds: float, what: str) -> Breach | None:
    """CLI-ANS-4: the next try comes no sooner than the answer asked for."""
    found = pauses(calls)
    if not found or found[0] >= seconds - max(_TOLERANCE_S, seconds * _TOLERANCE_S):
        return None
    title = f"a retry does not wait for {what}"
    return Breach("CLI-ANS-4", title, f"a pause of {seconds:g} s", f"a pause of {found[0]:.2f} s")


def waits_for_date(calls: Sequence[Recorded], date: float) -> Breach | None:
    """CLI-ANS-4: the next try comes no sooner than the date in Retry-After, whole seconds being all that it can say."""
    if len(calls) <= 1 or calls[1].wall >= date - 1 - _TOLERANCE_S:
        return None
    early = date - calls[1].wall
    title = "a retry does not wait for the date in Retry-After"
    return Breach("CLI-ANS-4", title, "a retry at that date", f"a retry {early:.1f} s before it")


def token_request_is_right(seen: Recorded, insight: Insight) -> Breach | None:
    """CLI-REQ-6: a token is asked for by POST, with Basic and ``grant_type=client_credentials`` as a form."""
    if seen.endpoint != "token":
        return None
    request = seen.exchange.request
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    form = parse_qsl((request.body or b"").decode("utf-8", "replace"), keep_blank_values=True)
    scheme, _, credentials = (request.header("authorization") or "").partition(" ")
    problems = [
        (request.method == "POST", f"method {request.method}"),
        (
            scheme.lower() == "basic" and f"Basic {credentials.strip()}" == basic_header(insight.key),
            f"Authorization {scheme or 'absent'}, not Basic with the key",
        ),
        (media_type == "application/x-www-form-urlencoded", f"Content-Type {media_type or 'absent'}"),
        (form.count(("grant_type", "client_credentials")) == 1, f"form members {[name for name, _ in form]}"),
    ]
    wrong = next((actual for is_right, actual in problems if not is_right), "")
    if not wrong:
        return None
    expected = "POST, Basic with the key, form body grant_type=client_credentials"
    return Breach("CLI-REQ-6", "a token is not asked for as documented", expected, wrong, level=Level.MUST)


def token_is_reused(tokens: Sequence[Recorded], what: str) -> Breach | None:
    """CLI-REQ-6: one token serves as long as it is valid."""
    if len(tokens) <= 1:
        return None
    title = f"{what} ask for more than one token"
    return Breach("CLI-REQ-6", title, "1 token request", f"{len(tokens)} token requests", level=Level.SHOULD)


def renews_token(said: Said, calls: Sequence[Recorded], tokens: Sequence[Recorded], what: str) -> Breach | None:
    """CLI-ANS-7: a refused token leads to one new token and one more try."""
    if said.ok and len(calls) == _PARALLEL and len(tokens) == _PARALLEL:
        return None
    expected = "1 new token, 1 more try, success"
    actual = f"{len(tokens) - 1} new token(s), {len(calls) - 1} more tries; {said.text}"
    return Breach(
        "CLI-ANS-7", f"{what} does not lead to a new token and one more try", expected, actual, level=Level.SHOULD
    )


def gives_up_on_401(said: Said, calls: Sequence[Recorded], tokens: Sequence[Recorded], what: str) -> Breach | None:
    """CLI-ANS-7: a lasting 401 ends in an error after at most five calls and five token requests."""
    seen = f"{len(calls)} calls, {len(tokens)} token requests; {said.text}"
    if len(calls) > _MOST_ON_LASTING_401 or len(tokens) > _MOST_ON_LASTING_401:
        title = f"{what} leads to an unbounded number of requests"
        return Breach("CLI-ANS-7", title, "at most 5 calls and 5 token requests", seen, level=Level.MUST)
    if not said.is_clear_error:
        return Breach("CLI-ANS-7", f"{what} does not end in an error", "an error", seen, level=Level.MUST)
    return None
