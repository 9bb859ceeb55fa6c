"""The judge's own endpoints, ``/__judge/``: choose a scenario, read what was seen, begin anew, and watch it live."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apps_contract.contract import unknown_name_message
from apps_contract.service.judge.scenarios import SCENARIOS, scenario
from apps_contract.service.message import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.service.judge.judge import Judge
    from apps_contract.service.message import Call

PREFIX = "/__judge/"

_PAGE = """<!doctype html><meta charset="utf-8"><title>apps-contract judge</title>
<style>body{font:15px system-ui;margin:2rem;max-width:70rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}
.bad{color:#b00020}.good{color:#0a7d32}code{font-size:13px}</style>
<h1>apps-contract judge</h1><p id="state"></p>
<table><thead><tr><th>#<th>request<th>answer<th>verdict</thead><tbody id="rows"></tbody></table>
<script>
const text = (value) => document.createTextNode(value);
async function show() {
  const state = await (await fetch("/__judge/verdict")).json();
  document.getElementById("state").textContent =
    `edition ${state.edition} · scenario ${state.scenario} · ` +
    `${state.requests.length} requests · ${state.breaches} breaches`;
  const rows = document.getElementById("rows");
  rows.replaceChildren(...state.requests.slice(-200).reverse().map((seen) => {
    const row = document.createElement("tr");
    for (const value of [seen.number, `${seen.method} ${seen.target}`, seen.status ?? "none"]) {
      row.insertCell().append(text(value));
    }
    const verdict = row.insertCell();
    verdict.className = seen.breaches.length ? "bad" : "good";
    verdict.append(text(seen.breaches.map((b) => `${b.requirement}: ${b.title}`).join("; ") || "conforms"));
    return row;
  }));
}
show(); setInterval(show, 1000);
</script>"""


class Console:
    """Answers requests below ``/__judge/``. ``judged`` returns what one request breaks, as JSON objects."""

    def __init__(self, judged: Callable[[int], list[dict[str, Any]]]) -> None:
        self._judged = judged
        self._scenario = "ordinary"
        self.judge: Judge | None = None

    async def __call__(self, call: Call) -> Answer | None:  # noqa: PLR0911 -- one return for each endpoint
        """Return the answer, or None for a request that is for the API."""
        if not call.path.startswith("/__judge"):
            return None
        assert self.judge
        match call.method, call.path.removeprefix("/__judge").strip("/"):
            case "GET", "":
                return Answer(200, _PAGE.encode(), (("content-type", "text/html; charset=utf-8"),))
            case "GET", "scenarios":
                return _json({name: line for name, (line, _) in SCENARIOS.items()})
            case "GET", "verdict":
                return _json(self._verdict())
            case "GET", "credentials":
                key = self.judge.key
                members = {"project_id": key.project_id, "key_id": key.key_id, "key_secret": key.key_secret}
                return _json({"base_url": self.judge.base_url, "token_url": self.judge.token_url, **members})
            case "POST", "reset":
                await self.judge.begin_anew()
                self._scenario = "ordinary"
                return _json({"scenario": self._scenario})
            case "POST", "scenario":
                return self._choose(call)
        return _json({"error": "GET scenarios, verdict, credentials; POST scenario, reset"}, 404)

    def _choose(self, call: Call) -> Answer:
        assert self.judge
        try:
            asked = json.loads(call.body or b"{}")
            name = asked["name"]
        except (ValueError, KeyError, TypeError):
            return _json({"error": 'a body such as {"name": "503-once", "operation": "list"} is expected'}, 400)
        if name not in SCENARIOS:
            return _json({"error": unknown_name_message("scenario", str(name), SCENARIOS)}, 400)
        self.judge.bench.script = scenario(name, str(asked.get("operation", "any")))
        self.judge.bench.counts.clear()
        self._scenario = name
        return _json({"scenario": name})

    def _verdict(self) -> dict[str, Any]:
        assert self.judge
        requests: list[dict[str, Any]] = []
        for place, seen in enumerate(self.judge.records):
            request = seen.exchange.request
            requests.append(
                {
                    "number": place + 1,
                    "operation": seen.operation or None,
                    "method": request.method,
                    "target": request.target,
                    "status": seen.exchange.status,
                    "arrived": seen.wall,
                    "breaches": self._judged(place),
                }
            )
        return {
            "edition": self.judge.bench.edition,
            "scenario": self._scenario,
            "breaches": sum(len(each["breaches"]) for each in requests),
            "requests": requests,
        }


def _json(value: Any, status: int = 200) -> Answer:
    return Answer.of_json(status, value)
