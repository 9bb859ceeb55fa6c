"""Steps of a life that send several requests at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach, shown
from apps_contract.checks.comparison import first_difference
from apps_contract.checks.documented import stable
from apps_contract.checks.lifecycle import echoes

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.fuzz.attempts.lives import Life
    from apps_contract.run.fuzz.trials import Step

Body = dict[str, Any]


def creates(life: Life, step: Step) -> None:
    """Several creates at the same time make as many apps."""
    sent = _at_once(life.api(step["project"]), step["bodies"], lambda api, body: api.create(body))
    for number, (body, exchange) in enumerate(sent):
        life.take_created(f"{step['name']}{number}", step["project"], body, exchange)
    life.list(step)


def updates(life: Life, step: Step) -> None:
    """Several updates of one app at the same time leave each member as it was, or as one of them sent it."""
    held = life.held(step["name"])
    if held is None or held.app is None:
        return
    api, app_id, old = life.api(held.project), held.app_id, held.app
    sent = _at_once(api, step["bodies"], lambda one, body: one.update(app_id, body))
    taken = [body for body, exchange in sent if life.is_taken(api, exchange, "update", body)]
    left = api.app_in(api.get(app_id))
    for name, value in stable(left, api.edition).items():
        api.require(_none_of_them(name, value, old, taken, left, api))
    held.app = left


def _none_of_them(name: str, value: Any, old: Body, taken: list[Body], left: Body, api: Api) -> Breach | None:
    """Judge what a member is after all of several updates: what one of them sent, or the old where one sent none."""
    sent = [body[name] for body in taken if name in body]
    if not sent or not all(echoes({name: one}, left, "update") for one in sent):
        return None
    before = stable(old, api.edition).get(name)
    if len(sent) < len(taken) and not first_difference({name: before}, {name: value}):
        return None
    title = f"concurrent updates left {name} as none of them sent it"
    return Breach("SRV-LOAD-2", title, "the value of one update", shown(value), f"body.{name}")


def _at_once(api: Api, bodies: list[Body], call: Callable[[Api, Body], Exchange]) -> list[tuple[Body, Exchange]]:
    """Send all bodies at the same time; the answers come into the trace in the order of the bodies."""
    exchanges = api.session.together(lambda body: call(type(api)(api.session, api.caller), body), bodies)
    api.trace += exchanges
    return list(zip(bodies, exchanges, strict=True))
