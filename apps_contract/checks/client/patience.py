"""CLI-ANS-4 and 7, CLI-REQ-6: how often, and when, a client tries again; how it gets and keeps its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
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
# Three times what it takes to begin a call is a pause; on a machine this busy nothing is said.
_LIKE_REACTION = 3.0
_BUSY_S = 0.04
_SPREAD = 1.3
_GROWTH = 1.25
_PARALLEL = 2


@dataclass(frozen=True)
class Retries:
    """The requests of one call that was answered with an error each time, and how long the client took to begin it."""

    calls: Sequence[Recorded]
    reaction_s: float


def pauses(calls: Sequence[Recorded]) -> list[float]:
    """Return the seconds from each answer to the first byte of the next request: no pause can have been longer."""
    return [later.arrived - (earlier.sent or earlier.answered) for earlier, later in pairwise(calls)]


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


def pauses_grow(runs: Sequence[Retries]) -> Breach | None:
    """CLI-ANS-4: there are pauses, and over several runs the later ones are longer than the first.

    A busy machine lengthens every pause, most of all the shortest: so pauses are held against the time that the same
    client took to begin its call, and single outliers decide nothing where the client waits by the clock.
    """
    measured = [(run, pauses(run.calls)) for run in runs if len(run.calls) > 1]
    if not measured:
        return None
    told = ", ".join("/".join(f"{pause:.2f}" for pause in seen[:8]) for _, seen in measured[:4]) + " s"
    reaction = _upper([run.reaction_s for run, _ in measured])
    longest = _upper([pause for _, seen in measured for pause in seen])
    if longest < _SHORTEST_PAUSE_S or (reaction < _BUSY_S and longest < _LIKE_REACTION * reaction):
        return Breach("CLI-ANS-4", "retries follow without a pause", "a pause before each retry", told)
    first = [seen[0] for _, seen in measured]
    later = [pause for _, seen in measured for pause in seen[1:]]
    last = [seen[-1] for _, seen in measured if len(seen) > 1]
    by_chance = is_jittered(runs)
    grown, base = (max(later, default=0.0), max(first)) if by_chance else (median(last or first), median(first))
    if later and grown < _GROWTH * base:
        return Breach("CLI-ANS-4", "pauses between retries do not grow", "growing pauses", told)
    return None


def is_jittered(runs: Sequence[Retries]) -> bool:
    """Tell whether chance has a part in the first pauses, so that more runs tell more."""
    first = sorted(pauses(run.calls)[0] for run in runs if len(run.calls) > 1)
    low, high = first[len(first) // 4], _upper(first)
    return high > _SPREAD * low + _TOLERANCE_S / 2


def _upper(values: Sequence[float]) -> float:
    """Return the upper quartile: what chance and a busy machine rarely exceed."""
    return sorted(values)[(3 * len(values)) // 4]


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
