"""The judge's own endpoints, ``/__judge/``: choose a scenario, read what was seen, begin anew, and watch it live."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from apps_contract.contract import OPERATIONS, Level, unknown_name_message
from apps_contract.service.judge.scenarios import SCENARIOS, scenario
from apps_contract.service.message import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Recorded
    from apps_contract.service.judge.judge import Judge
    from apps_contract.service.message import Call

PREFIX: Final = "/__judge"
_PAGE: Final = Path(__file__).with_name("console.html")
_OPERATIONS: Final = ("any", *(operation.name for operation in OPERATIONS), "token")
_EXPECTED: Final = 'a body such as {"name": "503-once", "operation": "list"} is expected; operation is optional'


@dataclass(frozen=True)
class _Judged:
    """A request with what it breaks, so that each is judged once however often the page asks."""

    seen: Recorded
    breaches: list[dict[str, Any]]


class Console:
    """Answers requests below ``/__judge/``. ``judged`` returns what one request breaks."""

    def __init__(self, judged: Callable[[Recorded], list[Breach]]) -> None:
        self._judge_one = judged
        self._judged: dict[int, _Judged] = {}
        self._scenario = self._operation = ""
        self._choose("ordinary", "any")
        self.judge: Judge | None = None

    async def __call__(self, call: Call) -> Answer | None:  # noqa: PLR0911 -- one return for each endpoint
        """Return the answer, or None for a request that is for the API."""
        path = call.path
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            return None
        assert self.judge
        match call.method, path.removeprefix(PREFIX).strip("/"):
            case "GET", "":
                return Answer(200, _PAGE.read_bytes(), (("content-type", "text/html; charset=utf-8"),))
            case "GET", "scenarios":
                return _json({name: line for name, (line, _) in SCENARIOS.items()})
            case "GET", "verdict":
                return _json(self._verdict(call))
            case "GET", "credentials":
                return _json(self._credentials())
            case "POST", "reset":
                await self.judge.begin_anew()
                self._judged.clear()
                return _json(self._choose("ordinary", "any"))
            case "POST", "scenario":
                return self._follow(call)
        return _json({"error": "GET scenarios, verdict, credentials; POST scenario, reset"}, 404)

    def _choose(self, name: str, operation: str) -> dict[str, str]:
        self._scenario, self._operation = name, operation
        return {"scenario": name, "operation": operation}

    def _follow(self, call: Call) -> Answer:
        assert self.judge
        try:
            asked = json.loads(call.body or b"")
        except (ValueError, RecursionError):
            asked = None
        name = asked.get("name") if isinstance(asked, dict) else None
        operation = asked.get("operation", "any") if isinstance(asked, dict) else None
        if not isinstance(name, str) or not isinstance(operation, str):
            return _json({"error": _EXPECTED}, 400)
        if name not in SCENARIOS:
            return _json({"error": unknown_name_message("scenario", name, SCENARIOS)}, 400)
        if operation not in _OPERATIONS:
            return _json({"error": unknown_name_message("operation", operation, _OPERATIONS)}, 400)
        self.judge.bench.script = scenario(name, operation)
        self.judge.bench.counts.clear()
        return _json(self._choose(name, operation))

    def _credentials(self) -> dict[str, str]:
        assert self.judge
        key = self.judge.key
        members = {"project_id": key.project_id, "key_id": key.key_id, "key_secret": key.key_secret}
        return {"base_url": self.judge.base_url, "token_url": self.judge.token_url, **members}

    def _verdict(self, call: Call) -> dict[str, Any]:
        """Return all requests with what they break; ``?last=200`` lists only so many of them."""
        assert self.judge
        found = [self._of(place, seen) for place, seen in enumerate(self.judge.records)]
        last = next((value for name, value in call.parameters if name == "last"), "")
        listed = list(enumerate(found, 1))
        levels = [breach["level"] for each in found for breach in each.breaches]
        return {
            "edition": self.judge.bench.edition,
            "scenario": self._scenario,
            "operation": self._operation,
            "conforms": Level.MUST.value not in levels,
            "seen": len(found),
            "breaches": len(levels),
            "requests": [
                _request(number, each) for number, each in (listed[-int(last) :] if last.isdecimal() else listed)
            ],
        }

    def _of(self, place: int, seen: Recorded) -> _Judged:
        known = self._judged.get(place)
        if known is None or known.seen is not seen:
            assert self.judge
            edition = self.judge.bench.edition
            breaches = [
                {name: getattr(breach, name) for name in ("requirement", "title", "expected", "actual", "path")}
                | {"level": breach.level_in(edition).value}
                for breach in self._judge_one(seen)
            ]
            known = self._judged[place] = _Judged(seen, breaches)
        return known


def _request(number: int, judged: _Judged) -> dict[str, Any]:
    exchange = judged.seen.exchange
    return {
        "number": number,
        "operation": judged.seen.operation or None,
        "method": exchange.request.method,
        "target": exchange.request.target,
        "status": exchange.status,
        "failure": exchange.failure and exchange.failure.message,
        "arrived": judged.seen.wall,
        "duration_s": round(exchange.duration_s, 4),
        "breaches": judged.breaches,
    }


def _json(value: Any, status: int = 200) -> Answer:
    return Answer.of_json(status, value)
