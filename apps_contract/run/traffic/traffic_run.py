"""A run that sends nothing: it judges exchanges as they pass by, and ends with the same verdict as every other run."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from apps_contract.http.routes import is_preflight
from apps_contract.run.baseline import read_baseline
from apps_contract.run.events import RunEnded, Sent
from apps_contract.run.findings import TRAFFIC, Finding, Result
from apps_contract.run.judging import judged
from apps_contract.run.outcomes import ExitCode, numbered, outcomes
from apps_contract.run.selected import selected_requirements
from apps_contract.run.traffic.client_rules import CLIENT_RULES, LOOP_RULE
from apps_contract.run.traffic.look import Look
from apps_contract.run.traffic.memory import Memory
from apps_contract.run.traffic.secrets import SeenSecrets
from apps_contract.run.traffic.server_rules import LIVE_SERVER_RULES, SERVER_RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Insight, Recorded
    from apps_contract.run.settings import Settings
    from apps_contract.run.traffic.look import Rule

BOTH_SIDES: Final = ("client", "server")
# More different findings on one requirement help nobody, and a proxy may stay up for weeks.
_MOST_FINDINGS: Final = 50
_UNTOLD_OF_CLIENTS: Final = "what the client's caller asks for and gets is not known without an adapter"
_UNTOLD_OF_SERVERS: Final = "traffic alone does not tell: apps-contract check does"


class TrafficRun:
    """Takes exchanges one by one and keeps counts, and one example of each finding.

    ``rules`` say what is judged, ``sides`` whose requirements are reported. Raises WrongUseError for requirements that
    nobody knows. Used from one thread at a time.
    """

    def __init__(self, settings: Settings, rules: Sequence[Rule], *sides: str) -> None:
        self.settings = settings
        self._baseline = read_baseline(settings.baseline, settings.edition) if settings.baseline else None
        self.selected = selected_requirements(settings.requirements, *sides)
        names = {requirement.id for requirement in self.selected}
        self._rules = [rule for rule in rules if rule.requirement in names]
        self._memory = Memory(settings.edition)
        self._secrets = SeenSecrets()
        self._judged: Counter[Rule] = Counter()
        self._lacking: dict[Rule, Counter[str]] = {}
        self._found: dict[str, dict[str, Finding]] = {}
        self._fresh: list[Finding] = []
        self._again: Counter[tuple[str, str]] = Counter()
        self._operations: dict[str, Counter[str]] = {}
        self._sent: Counter[Sent] = Counter()
        self._statuses: Counter[str] = Counter()
        self.calls = 0
        self.token_requests = 0
        self.others = 0
        self._started = time.time()
        self._clock = time.perf_counter()

    @property
    def requests(self) -> int:
        """How many exchanges were judged."""
        return self.calls + self.token_requests

    def fresh(self) -> list[Finding]:
        """Return what was found for the first time since this was asked last."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def ignore(self) -> None:
        """Count an exchange that is none of the contract's affairs."""
        self.others += 1

    def take(self, seen: Recorded, insight: Insight | None = None) -> tuple[Breach, ...]:
        """Judge one exchange and return what it breaks; ``insight`` says which key and tokens are the right ones."""
        if seen.endpoint == "none" or is_preflight(seen.exchange.request):
            self.others += 1
            return ()
        if seen.endpoint == "token":
            self.token_requests += 1
        else:
            self.calls += 1
        self._count(seen)
        self._secrets.learn(seen, insight)
        look = Look(seen, self.settings.edition, insight, self._memory, self._secrets)
        breaches = []
        for rule in self._rules:
            if (breach := self._tried(rule, look)) is not None:
                breaches.append(breach)
                self._keep(seen, breach)
        self._memory.note(seen)
        return tuple(breaches)

    def shown(self, seen: Recorded) -> str:
        """Return an exchange in one line, without the secrets that are known by now."""
        exchange = seen.exchange
        request, status = exchange.request, exchange.status
        return self._secrets.text(f"{request.method} {request.target} {'no answer' if status is None else status}")

    def ended(
        self, target: str, base_url: str, *, ended_early: str = "", why_not_all: str = "", untested: str = ""
    ) -> RunEnded:
        """Return the verdict. ``ended_early`` says that the run was interrupted.

        ``why_not_all`` is why more should have passed by than did: without a violation, nothing is proved then.
        """
        settings = self.settings
        results = self._results(untested)
        findings = numbered(results, self.selected)
        verdict = judged(
            findings,
            lambda found: outcomes(results, found, self.selected, settings.edition, settings.level),
            level=settings.level,
            baseline=self._baseline,
            ended_early=ended_early,
        )
        code = verdict.exit_code
        is_violated = code is ExitCode.VIOLATION
        if not is_violated and (why_not_all or not self.calls):
            code = ExitCode.COULD_NOT_TEST
            ended_early = ended_early or why_not_all
        return RunEnded(
            settings,
            self._secrets.text(target),
            base_url,
            self._started,
            time.perf_counter() - self._clock,
            self.requests,
            verdict.outcomes,
            verdict.findings,
            code,
            ended_early,
            statuses=dict(self._statuses),
            sent=tuple(replace(one, times=count) for one, count in self._sent.items()),
            baseline=verdict.weighed,
            kind="traffic",
        )

    def _count(self, seen: Recorded) -> None:
        exchange = seen.exchange
        self._statuses["no answer" if exchange.status is None else f"{exchange.status // 100}xx"] += 1
        # Two digits are what a quantile needs, and keep the table small.
        self._sent[Sent(exchange.operation, exchange.status, float(f"{exchange.duration_s:.2g}"))] += 1

    def _tried(self, rule: Rule, look: Look) -> Breach | None:
        if not rule.concerns(look):
            return None
        if missing := sorted(rule.needs & look.seen.gaps):
            self._lacking.setdefault(rule, Counter()).update(missing)
            return None
        self._judged[rule] += 1
        operation = look.seen.exchange.operation
        if operation:
            self._operations.setdefault(rule.requirement, Counter())[operation] += 1
        return rule.check(look)

    def _keep(self, seen: Recorded, breach: Breach) -> None:
        found = self._found.setdefault(breach.requirement, {})
        if breach.title in found:
            self._again[breach.requirement, breach.title] += 1
        elif len(found) < _MOST_FINDINGS:
            masked, exchange = self._secrets.masked(seen, breach)
            level = breach.level_in(self.settings.edition)
            finding = Finding(masked, level, (replace(exchange, number=self.requests),), TRAFFIC)
            found[breach.title] = finding
            self._fresh.append(finding)
        else:
            self._again[breach.requirement, ""] += 1

    def _results(self, untested: str) -> list[Result]:
        results = []
        for requirement in self.selected:
            rules = [rule for rule in self._rules if rule.requirement == requirement.id]
            if not rules:
                untold = _UNTOLD_OF_CLIENTS if requirement.side == "client" else _UNTOLD_OF_SERVERS
                results.append(Result(requirement.id, TRAFFIC, 0, not_tested=untold))
                continue
            results.append(self._result(requirement.id, rules, untested))
        return results

    def _result(self, name: str, rules: Sequence[Rule], untested: str) -> Result:
        findings = tuple(
            replace(finding, also=_also(self._again[name, title]))
            for title, finding in self._found.get(name, {}).items()
        )
        judged = max(self._judged[rule] for rule in rules)
        lacking = next((_lacks(rule, self._lacking[rule]) for rule in rules if rule in self._lacking), "")
        open_rule = next((rule for rule in rules if not self._judged[rule]), None)
        reason = ""
        if open_rule is not None:
            reason = lacking or untested or f"no {open_rule.kind} passed by"
        elif rules[0].unproved:
            reason = rules[0].unproved
        notes = [rules[0].note, f"partly: {lacking}" if lacking else ""]
        if self._again[name, ""]:
            notes.append(f"{self._again[name, '']} more findings are not listed")
        note = "; ".join(text for text in notes if text)
        operations = dict(self._operations.get(name, {}))
        return Result(name, TRAFFIC, judged, findings, not_tested=reason, note=note, operations=operations)


def live_run(settings: Settings) -> TrafficRun:
    """Return a run that sees every call as it passes by, and judges both sides."""
    return TrafficRun(settings, (*CLIENT_RULES, *SERVER_RULES, *LIVE_SERVER_RULES), *BOTH_SIDES)


def recorded_run(settings: Settings) -> TrafficRun:
    """Return a run over a recording, which may lack calls and hold some twice, and judges both sides."""
    return TrafficRun(settings, (*CLIENT_RULES, *SERVER_RULES), *BOTH_SIDES)


def judge_run(settings: Settings) -> TrafficRun:
    """Return a run over the requests to a judge, whose own answers nobody has to judge."""
    return TrafficRun(settings, (*CLIENT_RULES, LOOP_RULE), "client")


def _also(times: int) -> tuple[str, ...]:
    return (f"{times} more exchange{'' if times == 1 else 's'}",) if times else ()


def _lacks(rule: Rule, missing: Counter[str]) -> str:
    named = " and ".join(f"{what} ({count} exchange{'' if count == 1 else 's'})" for what, count in missing.items())
    return f"the record of {rule.kind}s lacks: {named}"
