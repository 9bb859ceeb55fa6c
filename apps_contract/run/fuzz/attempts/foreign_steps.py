"""Steps of a life that have to leave everything as it is: foreign calls, unknown apps, and creates with a defect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.breach import Breach
from apps_contract.checks.lifecycle import same_app
from apps_contract.checks.refusal import absent, answered
from apps_contract.run.errors import NotTestedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.fuzz.attempts.lives import Life
    from apps_contract.run.fuzz.trials import Step

# To a malformed update of an unknown app, any of the errors that meet may be answered (SRV-INPUT-13).
MEETING_ERRORS = (400, 403, 404)


def stray(life: Life, step: Step) -> None:
    """An app's id is nothing in another project, and nothing to that project's key."""
    held = life.held(step["name"])
    if held is None or not life.has_other_project:
        return
    api = life.api(1 - held.project)
    if step["intrudes"]:
        api = life.api(held.project).with_authorization(api.caller.authorization)
    requirement = "SRV-AUTH-2" if step["intrudes"] else "SRV-STATE-10"
    exchange = api.perform(step["how"], held.app_id, step.get("body"))
    whose = "with the key of another project" if step["intrudes"] else "of an app of another project"
    api.require(absent(exchange, requirement, f"{step['how']} {whose}"))
    if held.app is not None:
        own = life.api(held.project)
        got = own.app_in(own.get(held.app_id))
        own.require(same_app(held.app, got, own.edition, requirement, "an app before and after a foreign call"))


def unknown(life: Life, step: Step) -> None:
    """An id that never existed is answered as such; what else is wrong with the call does not matter."""
    held = life.held(step["name"])
    if held is None:
        return
    api, session = life.api(held.project), life.api(held.project).session
    if session.knows(api.caller.project_id, step["id"]):
        return
    app_id = session.known_as_absent(step["id"]) if step["id"] else session.invented_id(held.app_id)
    exchange = api.perform(step["how"], app_id, step.get("body"))
    what = f"{step['how']} of an app that never existed"
    if step["is_valid"]:
        api.require(absent(exchange, "SRV-STATE-10", what))
    else:
        api.require(answered(exchange, "SRV-INPUT-13", f"{what}, with a defect,", MEETING_ERRORS))


def refuse(life: Life, step: Step) -> None:
    """A create that is refused adds nothing."""
    api = life.api(step["project"])
    exchange = adds_nothing(api, step["body"]["display_name"], lambda: api.create(step["body"]))
    if exchange.succeeded or exchange.failure:
        raise NotTestedError("a create with a defect was not rejected")


def adds_nothing(api: Api, name: str, create: Callable[[], Exchange]) -> Exchange:
    """Require that list shows no more apps of a name than before a create that is refused; return its exchange."""
    before = _named(api, name)
    exchange = create()
    if exchange.succeeded or exchange.failure:
        return exchange
    added = _named(api, name) - before
    for app_id in added:
        api.session.note_created(api.caller.project_id, app_id, exchange)  # so that it is deleted
    if added:
        title = "a create that was refused added an app all the same"
        api.require(Breach("SRV-STATE-8", title, "no new app", f"{len(added)} of that name", "body.apps"))
    return exchange


def _named(api: Api, name: str) -> set[str]:
    return {str(app.get("id")) for app in api.apps_in(api.list()) if app.get("display_name") == name}
