"""The client suite's own score: every seeded faulty client, and every client that differs and conforms."""

from __future__ import annotations

import shlex
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from apps_contract.clients.faults import client_fault, client_faults, client_variants
from apps_contract.contract import DEFAULT_EDITION, Edition, Level, requirement
from apps_contract.run.client_runner import run_client_suite
from apps_contract.run.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_JOBS = 2


@dataclass(frozen=True)
class ClientScore:
    """What the suite said about one client.

    ``requirement`` is what a fault breaks, empty for a conforming variant; ``named`` what the findings name.
    """

    name: str
    requirement: str
    named: tuple[str, ...]
    requests: int
    duration_s: float

    @property
    def is_right(self) -> bool:
        """Whether the fault was found for the right reason, or nothing was said about a variant."""
        return self.requirement in self.named if self.requirement else not self.named

    @property
    def level(self) -> Level | None:
        """The level of the requirement that a fault breaks."""
        return requirement(self.requirement).level(DEFAULT_EDITION) if self.requirement else None


def score_clients(
    names: Sequence[str] = (),
    *,
    edition: Edition = DEFAULT_EDITION,
    seed: int = 1,
    jobs: int = _JOBS,
    each: Callable[[ClientScore], None] = lambda _: None,
) -> list[ClientScore]:
    """Run the suite against faulty clients and variants, all by default, in processes of their own.

    A fault is run against the tests of its requirement, up to the first finding; a variant against all of them.
    ``each`` is told every score as it comes in.
    """
    every = [fault.name for fault in (*client_faults(), *client_variants())]
    wanted = list(names) or every
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(score_client, name, edition, seed) for name in wanted]
        for future in as_completed(futures):
            each(future.result())
        return [future.result() for future in futures]


def score_client(name: str, edition: Edition = DEFAULT_EDITION, seed: int = 1) -> ClientScore:
    """Run the suite against one seeded client."""
    fault = client_fault(name)
    command = shlex.join([sys.executable, "-m", "apps_contract.clients.reference", "--fault", name])
    is_fault = bool(fault.requirement)
    settings = Settings(
        edition=edition,
        seed=seed,
        level=Level.SHOULD,
        requirements=(fault.requirement,) if is_fault else (),
        report_dir=None,
        stop_at_first=is_fault,
    )
    started = time.perf_counter()
    ended = run_client_suite(settings, command)
    named = tuple(dict.fromkeys(finding.breach.requirement for finding in ended.findings))
    return ClientScore(name, fault.requirement, named, ended.requests, time.perf_counter() - started)
