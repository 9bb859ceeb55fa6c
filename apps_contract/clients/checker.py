"""Checks an adapter itself, for its author: does it keep to the protocol, before any client is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps_contract.clients.process import AdapterProcess
from apps_contract.clients.protocol import Configuration
from apps_contract.payloads.valid import minimal_create
from apps_contract.service.judge.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apps_contract.checks.client.record import Auth, Said
    from apps_contract.contract import Edition

_START_S = 20.0
_PATIENCE_S = 10.0
_AUTHS: tuple[Auth, ...] = ("basic", "oauth2")


@dataclass(frozen=True)
class Point:
    """One thing that an adapter has to do; ``problem`` is empty when it does."""

    text: str
    problem: str = ""


def check_adapter(command: Sequence[str], edition: Edition) -> list[Point]:
    """Run an adapter through the protocol; raises AdapterStartError when it cannot be started."""
    process = AdapterProcess(command)
    points: list[Point] = []

    def ask(text: str, members: dict[str, object], is_right: Callable[[Said], str], limit: float = _PATIENCE_S) -> Said:
        said = process.wait(process.send(members), limit)
        points.append(Point(text, said.text if said.ending != "answered" else is_right(said)))
        return said

    try:
        usable: list[Auth] = []
        for auth in _AUTHS:
            with Judge(edition) as judge:
                configuration = Configuration(judge.base_url, judge.token_url, judge.key, auth, edition, _PATIENCE_S)
                said = ask(f"configure with {auth} is answered", configuration.members, _ok_or_unsupported, _START_S)
                if not said.ok:
                    continue
                usable.append(auth)
                _life_cycle(judge, edition, ask)
        if not usable:
            points.append(Point("one kind of authentication is offered", "both are unsupported"))
        else:
            numbers = [process.send({"op": "list"}) for _ in range(3)]
            heard = [process.wait(number, _PATIENCE_S) for number in numbers]
            late = next((said.text for said in heard if said.ending != "answered"), "")
            points.append(Point("several requests may be written before an answer is read", late))
        said = process.wait(process.send({"op": "exit"}), _PATIENCE_S)
        points.append(Point("exit is answered", "" if said.ending == "answered" and said.ok else said.text))
    finally:
        status = process.end()
    points.append(Point("the process ends with status 0", "" if status == 0 else f"status {status}"))
    return points


def _life_cycle(judge: Judge, edition: Edition, ask: Callable[..., Said]) -> None:
    body = minimal_create(edition, "made by the adapter check")
    said = ask("create gives the app", {"op": "create", "body": body}, _app)
    stored = judge.stored()
    app_id = str(stored[-1]["id"]) if stored else "none"
    if said.ok and isinstance(said.result, dict) and stored and said.result.get("id") != app_id:
        ask("create gives the app's own id", {"op": "list"}, lambda _: f"id {said.result.get('id')!r}, not {app_id!r}")
    ask('list gives {"apps": […]}', {"op": "list"}, _apps)
    ask("get gives the app", {"op": "get", "app_id": app_id}, _app)
    ask("update gives the app", {"op": "update", "app_id": app_id, "body": body}, _app)
    masked = {"op": "update", "app_id": app_id, "body": body, "mask": ["display_name"]}
    ask(
        "update with a mask gives the app, or is unsupported",
        masked,
        lambda said: "" if _unsupported(said) else _app(said),
    )
    ask("delete gives null", {"op": "delete", "app_id": app_id}, lambda said: "" if said.ok else said.text)
    ask("an error status has the kind http", {"op": "get", "app_id": app_id}, _http_404)


def _unsupported(said: Said) -> bool:
    return said.kind == "unsupported"


def _ok_or_unsupported(said: Said) -> str:
    return "" if said.ok or _unsupported(said) else said.text


def _app(said: Said) -> str:
    if not said.ok:
        return said.text
    is_app = isinstance(said.result, dict) and {"id", "display_name", "channel_credentials"} <= set(said.result)
    return "" if is_app else "the result is no App in the wire's member names"


def _apps(said: Said) -> str:
    if not said.ok:
        return said.text
    return "" if isinstance(said.result, dict) and isinstance(said.result.get("apps"), list) else "no list in apps"


def _http_404(said: Said) -> str:
    return "" if not said.ok and said.kind == "http" and said.status in {404, None} else said.text
