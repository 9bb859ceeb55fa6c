"""Seeded faults and conforming variants, shown to this project's suite and to other tools, side by side.

Usage: ``python benchmarks/detection.py [--faults sample|all|NAME …] [--tools NAME …] [--jobs 1] [--results FILE]``

Each tool judges the same servers over loopback, with the same keys and its best settings. A fault counts as found when
the tool reports something of the faulty server that it did not report of the healthy one, of which it saw two runs;
the reason is right when the failed check names what the fault breaks. A report of a conforming variant is a false
alarm. Peers are installed into a throw-away folder below the system's temporary one; they need Node and Java 17.
Runs are kept in ``--results`` as JSON lines, and not repeated when they are there already. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from detectors.ours import AppsContract
from detectors.portman import Portman
from detectors.report import Run
from detectors.sample import SAMPLE_SIZE, sample
from detectors.schemathesis import Schemathesis
from detectors.specmatic import Specmatic
from detectors.table import Table
from detectors.trial import Trial, edition_of, run

from apps_contract.service.dialects import DIALECTS
from apps_contract.service.faults import FAULTS, fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from detectors.detector import Detector

    from apps_contract.service.faults import Fault

DETECTORS: dict[str, type[Detector]] = {each.name: each for each in (AppsContract, Schemathesis, Specmatic, Portman)}

_HEALTHY_RUNS = ("first", "second")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and is not there yet, then print the table."""
    options = _options(arguments)
    shown = faults_of(options.faults, options.sample)
    detectors = [DETECTORS[name](options.home / name.lower()) for name in options.tools]
    for detector in detectors:
        detector.install()
    trials = trials_of(shown)
    runs = [each for each in _kept(options.results) if each.tool in options.tools]
    known = {(each.tool, each.kind, each.name, each.edition) for each in runs}
    missing = [
        (trial, detector)
        for detector in detectors
        for trial in trials
        if (detector.name, trial.kind, trial.name, trial.edition) not in known
    ]
    for number, done in enumerate(_run_all(missing, options.jobs, options.seconds), 1):
        runs.append(done)
        with options.results.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(done.to_json()) + "\n")
        print(f"{number}/{len(missing)} {done.tool} {done.kind} {done.name}: {done.seconds:.0f} s", file=sys.stderr)
    wanted = {(trial.kind, trial.name, trial.edition) for trial in trials}
    runs = [each for each in runs if (each.kind, each.name, each.edition) in wanted]
    print(Table(shown, detectors, runs).markdown())
    return 0


def faults_of(names: Sequence[str], size: int) -> tuple[Fault, ...]:
    """Return the faults that were asked for: ``all``, a ``sample`` of them, or those named."""
    if [*names] == ["all"]:
        return tuple(FAULTS.values())
    if [*names] == ["sample"]:
        return sample(FAULTS.values(), size)
    return tuple(fault(name) for name in names)


def trials_of(faults: Iterable[Fault]) -> tuple[Trial, ...]:
    """Return the servers to show: healthy ones of each edition that is needed, all variants, and the faults."""
    seeded = [Trial("fault", one.name, edition_of(one)) for one in faults]
    editions = sorted({"2023", *(trial.edition for trial in seeded)})
    healthy = [Trial("healthy", name, edition) for edition in editions for name in _HEALTHY_RUNS]
    return (*healthy, *(Trial("variant", name, "2023") for name in DIALECTS), *seeded)


def _run_all(work: Iterable[tuple[Trial, Detector]], jobs: int, seconds: float) -> Iterator[Run]:
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(run, trial, detector, seconds) for trial, detector in work]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _kept(results: Path) -> list[Run]:
    if not results.exists():
        return []
    return [Run.from_json(json.loads(line)) for line in results.read_text(encoding="utf-8").splitlines()]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--faults", nargs="+", default=["sample"], metavar="NAME", help="sample, all, or names")
    parser.add_argument("--sample", type=int, default=SAMPLE_SIZE, metavar="N", help="size of the sample")
    parser.add_argument("--tools", nargs="+", choices=DETECTORS, default=[*DETECTORS])
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    parser.add_argument("--seconds", type=float, default=60, help="the longest that a run may take")
    throw_away = Path(tempfile.gettempdir()) / "apps-contract-detection"
    parser.add_argument("--home", type=Path, default=throw_away, help="where peers are installed")
    parser.add_argument("--results", type=Path, help="file of runs; default: in the folder of --home")
    options = parser.parse_args(arguments)
    options.home.mkdir(parents=True, exist_ok=True)
    options.results = options.results or options.home / "runs.jsonl"
    return options


if __name__ == "__main__":
    sys.exit(main())
