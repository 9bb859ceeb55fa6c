"""What the runs of all tools showed, as Markdown."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Literal

from apps_contract.contract import Level
from apps_contract.service.dialects import DIALECTS
from detectors.report import unseen
from detectors.trial import edition_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from apps_contract.service.faults import Fault
    from detectors.detector import Detector
    from detectors.report import Report, Run

Mark = Literal["●", "◐", "○", "·"]

LEGEND = "● found, for the right reason; ◐ found, for another reason; ○ not found; · not run."

# The breach of a SHOULD that a variant commits on purpose, as its description says: to report it is right.
_ON_PURPOSE = "SRV-STATE-3"

_EDITION_OF_VARIANTS = "2023"


class Table:
    """The comparison of ``detectors`` by their ``runs`` against ``faults`` and variants.

    Only what every tool was shown counts, so that all are measured by the same; how much is left out is said.
    """

    def __init__(self, faults: Sequence[Fault], detectors: Sequence[Detector], runs: Iterable[Run]) -> None:
        self._detectors = detectors
        self._runs = {(run.tool, run.kind, run.name, run.edition): run for run in runs}
        self._faults = [fault for fault in faults if self._is_shown("fault", fault.name, edition_of(fault))]
        self._variants = [name for name in DIALECTS if self._is_shown("variant", name, _EDITION_OF_VARIANTS)]
        self._left_out = len(faults) - len(self._faults) + len(DIALECTS) - len(self._variants)

    def markdown(self) -> str:
        """Return the summary, then each fault, then the false alarms."""
        parts = [*(self._lines(part) for part in (self._summary, self._each_fault)), *self._alarm_lists()]
        if self._left_out:
            parts.append(f"Left out: {self._left_out} faults and variants that not every tool has been shown yet.")
        return "\n\n".join(parts)

    def mark(self, detector: Detector, fault: Fault) -> Mark:
        """Tell whether a tool found a fault: by what it did not also say of the healthy server."""
        edition = edition_of(fault)
        run = self._runs.get((detector.name, "fault", fault.name, edition))
        if run is None:
            return "·"
        found = unseen(run.reports, self._of_healthy(detector, edition))
        right = (fault.requirement, *fault.also)
        if any(detector.is_about(report, name) for report in found for name in right):
            return "●"
        return "◐" if found else "○"

    def false_alarms(self, detector: Detector, variant: str) -> tuple[tuple[str, str], ...] | None:
        """Return the checks that failed for a conforming variant, each with its place; None without a run."""
        run = self._runs.get((detector.name, "variant", variant, _EDITION_OF_VARIANTS))
        if run is None:
            return None
        wrong = (each for each in run.reports if not _is_on_purpose(detector, each, variant))
        return tuple(dict.fromkeys((each.check, each.place) for each in wrong))

    def _is_shown(self, kind: str, name: str, edition: str) -> bool:
        return all((detector.name, kind, name, edition) in self._runs for detector in self._detectors)

    def _of_healthy(self, detector: Detector, edition: str) -> list[Report]:
        healthy = (run for run in self._runs.values() if run.tool == detector.name and run.kind == "healthy")
        return [report for run in healthy if run.edition == edition for report in run.reports]

    def _lines(self, part: Callable[[], Iterator[list[str]]]) -> str:
        head, *rows = part()
        rule = ["---"] * len(head)
        return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))

    def _summary(self) -> Iterator[list[str]]:
        yield ["", *(each.name for each in self._detectors)]
        yield ["version", *(each.version() for each in self._detectors)]
        yield ["settings", *(each.settings for each in self._detectors)]
        yield ["**faults found**", *(f"**{self._found(each, self._faults)}**" for each in self._detectors)]
        yield ["for the right reason", *(self._right(each, self._faults) for each in self._detectors)]
        for level in (Level.MUST, Level.SHOULD):
            faults = [fault for fault in self._faults if fault.level is level]
            yield [f"{level} faults found (right)", *(self._both(each, faults) for each in self._detectors)]
        for group in dict.fromkeys(fault.requirement.rpartition("-")[0] for fault in self._faults):
            faults = [fault for fault in self._faults if fault.requirement.startswith(f"{group}-")]
            yield [f"{group} found (right)", *(self._both(each, faults) for each in self._detectors)]
        yield [
            "**conforming variants with a false alarm**",
            *(f"**{self._alarmed(each)}**" for each in self._detectors),
        ]
        yield ["failed checks, all variants", *(str(self._alarm_count(each)) for each in self._detectors)]
        yield ["requests a run, median", *(self._median(each, lambda run: run.requests) for each in self._detectors)]
        yield ["seconds a run, median", *(self._median(each, lambda run: run.seconds) for each in self._detectors)]
        yield ["runs cut off by the time limit", *(self._cut_off(each) for each in self._detectors)]

    def _each_fault(self) -> Iterator[list[str]]:
        yield ["requirement", "level", "fault", "edition", *(each.name for each in self._detectors)]
        for fault in self._faults:
            marks = [self.mark(detector, fault) for detector in self._detectors]
            yield [fault.requirement, str(fault.level), f"`{fault.name}`", edition_of(fault), *marks]

    def _alarm_lists(self) -> Iterator[str]:
        yield LEGEND
        for detector in self._detectors:
            seen: Counter[str] = Counter()
            for name in self._variants:
                seen.update({check for check, _ in self.false_alarms(detector, name) or ()})
            ordered = sorted(seen.items(), key=lambda item: (-item[1], item[0]))
            listed = ", ".join(f"{check} ({count})" for check, count in ordered)
            yield f"False alarms of {detector.name}, by check and number of variants: {listed or 'none'}."

    def _found(self, detector: Detector, faults: Sequence[Fault]) -> str:
        return self._share(detector, faults, "●◐")

    def _right(self, detector: Detector, faults: Sequence[Fault]) -> str:
        return self._share(detector, faults, "●")

    def _both(self, detector: Detector, faults: Sequence[Fault]) -> str:
        marks = Counter(self.mark(detector, fault) for fault in faults)
        return f"{marks['●'] + marks['◐']} ({marks['●']}) of {len(faults) - marks['·']}"

    def _share(self, detector: Detector, faults: Sequence[Fault], wanted: str) -> str:
        marks = [self.mark(detector, fault) for fault in faults]
        return f"{sum(mark in wanted for mark in marks)} of {sum(mark != '·' for mark in marks)}"

    def _alarmed(self, detector: Detector) -> str:
        alarms = [self.false_alarms(detector, name) for name in self._variants]
        return f"{sum(bool(each) for each in alarms)} of {sum(each is not None for each in alarms)}"

    def _alarm_count(self, detector: Detector) -> int:
        return sum(len(self.false_alarms(detector, name) or ()) for name in self._variants)

    def _median(self, detector: Detector, value: Callable[[Run], float]) -> str:
        values = [value(run) for run in self._of(detector)]
        return f"{median(values):,.0f}" if values else "·"

    def _cut_off(self, detector: Detector) -> str:
        runs = self._of(detector)
        return f"{sum(run.ended == 'timed out' for run in runs)} of {len(runs)}"

    def _of(self, detector: Detector) -> list[Run]:
        return [run for run in self._runs.values() if run.tool == detector.name]


def _is_on_purpose(detector: Detector, report: Report, variant: str) -> bool:
    return detector.is_about(report, _ON_PURPOSE) and DIALECTS[variant].defaults == "absent"
