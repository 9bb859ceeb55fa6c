"""The suite's own score: every seeded fault must be found, and every conforming variant must pass."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING, Literal

from apps_contract.contract import DEFAULT_EDITION, EDITIONS, Level
from apps_contract.http.transport import AsgiTransport
from apps_contract.run.runner import run_suite
from apps_contract.run.settings import Settings
from apps_contract.run.target import SERVE_URL, Target
from apps_contract.service.app import DEMO_KEYS, create_app
from apps_contract.service.dialects import DIALECTS, dialect
from apps_contract.service.faults import FAULTS, fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from apps_contract.contract import Edition
    from apps_contract.run.events import RunEnded
    from apps_contract.run.findings import Finding
    from apps_contract.service.dialect import Dialect
    from apps_contract.service.faults import Fault

_TOKEN_PATH = "/oauth2/token"  # noqa: S105 - a path

# A fault that makes the server hang shows in a moment; a variant is given the time that a user's server has.
_TIMEOUT_S = {"fault": 3.0, "variant": Settings().timeout}

_MOST_WAITING = 6

# The breach of a SHOULD that a variant commits on purpose, as its description says.
_ON_PURPOSE = {"SRV-STATE-3": "absent"}


@dataclass(frozen=True)
class Trial:
    """One run to make: against a fault, or against a variant, by its name."""

    kind: Literal["fault", "variant"]
    name: str
    edition: Edition
    seed: int


@dataclass(frozen=True)
class Score:
    """What one run showed.

    ``named`` are the requirements that its findings named, with their levels. For a fault ``found`` tells whether there
    was any finding, ``is_right`` whether one named a requirement that the fault breaks; ``detail`` is the finding's
    title, or what went wrong.
    """

    trial: Trial
    requirement: str
    level: Level
    named: tuple[tuple[str, Level], ...]
    found: bool
    is_right: bool
    requests: int
    duration_s: float
    detail: str = ""

    @property
    def false_alarms(self) -> tuple[str, ...]:
        """The requirements that a variant was wrongly said to break."""
        if self.trial.kind == "fault":
            return ()
        on_purpose = {name for name, choice in _ON_PURPOSE.items() if dialect(self.trial.name).defaults == choice}
        return tuple(name for name, level in self.named if level is Level.MUST or name not in on_purpose)


def fault_trials(
    *, level: Level | None = None, requirements: Sequence[str] = (), seeds: Sequence[int] = (1,), quick: bool = False
) -> tuple[Trial, ...]:
    """Return a run against each fault, in one edition where it shows.

    ``level`` and ``requirements`` (ids) restrict the faults; ``quick`` takes the last of each requirement, which is
    seldom the easiest.
    """
    chosen = [
        one
        for one in FAULTS.values()
        if (level is None or one.level is level) and (not requirements or one.requirement in requirements)
    ]
    if quick:
        chosen = list({one.requirement: one for one in chosen}.values())
    return tuple(Trial("fault", one.name, _edition_of(one), seed) for seed in seeds for one in chosen)


def variant_trials(*, seeds: Sequence[int] = (1,), quick: bool = False) -> tuple[Trial, ...]:
    """Return a run against each variant in every edition; ``quick`` takes the default edition and no slow variant."""
    chosen = [one for one in DIALECTS.values() if not (quick and _takes_long(one))]
    editions = (DEFAULT_EDITION,) if quick else EDITIONS
    return tuple(Trial("variant", one.name, edition, seed) for seed in seeds for one in chosen for edition in editions)


def score_all(made: Sequence[Trial], *, jobs: int) -> Iterator[Score]:
    """Make the runs in ``jobs`` processes and yield each score when it is there.

    Variants that only wait most of the time run beside the others, in processes of their own.
    """
    waiting_ones = [trial for trial in made if trial.kind == "variant" and _takes_long(dialect(trial.name))]
    busy_ones = [trial for trial in made if trial not in waiting_ones]
    context = get_context("spawn")
    with (
        ProcessPoolExecutor(max(1, min(len(waiting_ones), _MOST_WAITING)), mp_context=context) as patient,
        ProcessPoolExecutor(jobs, mp_context=context) as busy,
    ):
        futures = [patient.submit(score, trial) for trial in waiting_ones]
        futures += [busy.submit(score, trial) for trial in busy_ones]
        try:
            for done in as_completed(futures):
                yield done.result()
        except BaseException:
            for pool in (patient, busy):
                pool.shutdown(wait=False, cancel_futures=True)
            raise


def score(trial: Trial) -> Score:
    """Make one run in this process, without a socket.

    Against a fault, the tests of its requirement come first, and the run ends at the first finding that names a right
    one; only if there is none the whole suite is run, to tell a fault with the wrong name from one that is missed.
    """
    started = time.perf_counter()
    if trial.kind == "variant":
        ended = _run(trial, Settings(level=Level.SHOULD))
        alarms = "; ".join(f"{one.breach.requirement}: {one.breach.title}" for one in ended.findings)
        named = _named(ended.findings)
        duration = time.perf_counter() - started
        detail = ended.ended_early or alarms
        return Score(trial, "", Level.MUST, named, bool(named), False, ended.requests, duration, detail)
    seeded = fault(trial.name)
    right = (seeded.requirement, *seeded.also)
    ended = _run(trial, Settings(level=Level.SHOULD, requirements=right, stop_at_first=True))
    requests = ended.requests
    if not _about(right, ended.findings):
        ended = _run(trial, Settings(level=Level.SHOULD))
        requests += ended.requests
    is_right = bool(_about(right, ended.findings))
    named = _named(ended.findings)
    duration = time.perf_counter() - started
    shown = (_about(right, ended.findings) or ended.findings)[:1]
    detail = "".join(one.breach.title for one in shown)
    return Score(trial, seeded.requirement, seeded.level, named, bool(named), is_right, requests, duration, detail)


def _run(trial: Trial, settings: Settings) -> RunEnded:
    own, other = DEMO_KEYS
    if trial.kind == "fault":
        app = create_app(trial.edition, fault=fault(trial.name))
    else:
        app = create_app(trial.edition, dialect=dialect(trial.name))
    settings = replace(
        settings, edition=trial.edition, seed=trial.seed, mode="full", report_dir=None, timeout=_TIMEOUT_S[trial.kind]
    )
    with AsgiTransport(app) as transport:
        target = Target(trial.name, SERVE_URL, transport, own, other, (transport, _TOKEN_PATH), settings)
        return run_suite(settings, target=target)


def _about(requirement_ids: Sequence[str], findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(one for one in findings if one.breach.requirement in requirement_ids)


def _named(findings: Iterable[Finding]) -> tuple[tuple[str, Level], ...]:
    return tuple(dict.fromkeys((one.breach.requirement, one.level) for one in findings))


def _takes_long(variant: Dialect) -> bool:
    return variant.delay_s > 0 or variant.requests_per_second is not None


def _edition_of(seeded: Fault) -> Edition:
    """Return the default edition where the fault shows there, else the newest in which it does."""
    return "2023" if "2023" in seeded.editions else seeded.editions[-1]
