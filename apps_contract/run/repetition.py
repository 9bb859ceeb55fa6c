"""Repeats one finding of an earlier run by what found it: a case of a test, or the trial of a fuzz campaign."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from apps_contract.run.baseline import steady
from apps_contract.run.client_runner import run_client_suite
from apps_contract.run.client_suite import auths_of
from apps_contract.run.errors import RunEndedError
from apps_contract.run.findings import Finding
from apps_contract.run.fuzz.subject import Subject
from apps_contract.run.fuzz.trials import LifeTrial, trial_from_json
from apps_contract.run.runner import run_suite
from apps_contract.run.scenario import Again
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.http.exchange import Exchange
    from apps_contract.run.events import RunEnded
    from apps_contract.run.findings import Fuzzed
    from apps_contract.run.settings import Settings

# Chance plays a part in what happens at the same time, and in what a finding showed only once.
_PARALLEL_TRIES = 5
_CLIENT_TRIES = 2


@dataclass(frozen=True)
class Wanted:
    """What is to be seen again: the same requirement broken at the same level.

    ``case`` is the label of the test's case, and ``seen_in`` the other test whose requests the test judged, if any;
    ``judged`` are the ids of the requirements that the run was about.
    """

    requirement: str
    level: str
    title: str
    test: str
    case: str = ""
    seen_in: str = ""
    steps: tuple[Exchange, ...] = ()
    fuzzed: Fuzzed | None = None
    judged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repetition:
    """How it ended: what was found again, or ``why_not`` nothing could be said; neither when it happens no more.

    ``base_url`` is where the requests can be repeated by hand.
    """

    found: Finding | None = None
    why_not: str = ""
    base_url: str = ""


def repeat_in_server(settings: Settings, wanted: Wanted) -> Repetition:
    """Run the test of a finding again, with its case or its steps; raises what run_suite raises.

    What does not show so may hang on what other tests sent before. So it counts as gone only when the run that found
    it, of the requirements ``judged``, does not show it again either.
    """
    ended = run_suite(settings, tests=[wanted.test], again=Again(wanted.case, wanted.steps))
    repetition = _outcome(ended, wanted, [wanted.test])
    if repetition.found or repetition.why_not:
        return repetition
    return _outcome(run_suite(replace(settings, requirements=wanted.judged)), wanted, [], title=wanted.title)


def repeat_in_client(settings: Settings, wanted: Wanted) -> Repetition:
    """Run the scenario of a finding again; raises what run_client_suite raises."""
    assert settings.adapter, "the caller has made sure"
    tests = [test for test in (wanted.seen_in, wanted.test) if test]
    repetition = Repetition()
    auths, again = auths_of(settings), Again(wanted.case)
    for _ in range(_CLIENT_TRIES):
        ended = run_client_suite(settings, settings.adapter, auths=auths, tests=tests, again=again)
        repetition = _outcome(ended, wanted, tests)
        if repetition.found or repetition.why_not:
            break
    return repetition


def repeat_in_fuzz(settings: Settings, wanted: Wanted) -> Repetition:
    """Send the trial of a finding again; raises WrongUseError and CannotTestError."""
    assert wanted.fuzzed, "the caller has made sure"
    try:
        trial = trial_from_json(wanted.fuzzed.trial)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise WrongUseError("the report's trial cannot be read: run apps-contract fuzz again") from None
    subject = Subject.open(settings, remembers=True)
    try:
        why_not = ""
        for _ in range(_PARALLEL_TRIES if isinstance(trial, LifeTrial) else 2):
            tried = subject.tried(trial)
            for key, breach, trace in tried.breaches:
                level = breach.level_in(settings.edition)
                about = (key.requirement, level.value, key.operator)
                if about == (wanted.requirement, wanted.level, wanted.fuzzed.operator):
                    found = Finding(breach, level, trace, wanted.test, wanted.case, fuzzed=wanted.fuzzed)
                    return Repetition(found, base_url=subject.base_url)
            why_not = tried.not_tested
        return Repetition(why_not=why_not, base_url=subject.base_url)
    except RunEndedError as lost:
        return Repetition(why_not=str(lost), base_url=subject.base_url)
    finally:
        subject.close()


def _outcome(ended: RunEnded, wanted: Wanted, tests: Sequence[str], title: str = "") -> Repetition:
    """Read off a run whether the same rule was broken again at the same level, or why it said nothing."""
    about = (wanted.requirement, wanted.level)
    alike = [one for one in ended.findings if (one.breach.requirement, one.level.value) == about]
    found = next((one for one in alike if not title or steady(one.breach.title) == steady(title)), None)
    if found:
        return Repetition(found, base_url=ended.base_url)
    if ended.ended_early:
        return Repetition(why_not=ended.ended_early, base_url=ended.base_url)
    proven = {test.rpartition("[")[2].rstrip("]") for test in tests}
    why_not = [
        one.reason
        for one in ended.outcomes
        if one.requirement.id in proven and one.outcome in {"not_tested", "not_applicable"}
    ]
    return Repetition(why_not=why_not[0] if why_not else "", base_url=ended.base_url)
