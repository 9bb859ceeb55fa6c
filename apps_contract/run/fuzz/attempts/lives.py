"""The life of some apps in two projects, step by step, against a model of what the service should hold."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.checks.lifecycle import echoes, id_is_new, same_app, updated
from apps_contract.checks.refusal import ABSENT_STATUSES, absent, accepted, answered
from apps_contract.payloads.certain import must_be_taken
from apps_contract.run.errors import NotTestedError
from apps_contract.run.fuzz.attempts import foreign_steps, parallel_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.fuzz.trials import Step

OWN, OTHER = 0, 1
"""The two projects, as steps name them."""


@dataclass
class Held:
    """An app of the model: what the service should answer; ``app`` is None once it is deleted."""

    app_id: str
    project: int
    app: dict[str, Any] | None


class Life:
    """Applies steps to the target and to the model, and judges every answer by the model.

    ``apply`` raises BrokenError, or NotTestedError when the target gives nothing to go on with. A step on an app
    that no step made does nothing, so that any steps may be left out.
    """

    def __init__(self, api: Api) -> None:
        self._apis = [api]
        if api.session.other_key is not None:
            self._apis.append(api.of_other_project())
        self._held: dict[str, Held] = {}

    def apply(self, step: Step) -> None:
        """Do one step: ``do`` names it, the rest are its arguments."""
        match step["do"]:
            case "create":
                self.create(step["name"], step["project"], step["body"])
            case "list":
                self.list(step)
            case "creates" | "updates":
                getattr(parallel_steps, step["do"])(self, step)
            case "stray" | "unknown" | "refuse":
                getattr(foreign_steps, step["do"])(self, step)
            case own:
                getattr(self, f"_{own}")(step)

    def end(self) -> None:
        """Delete the apps that the model still holds, whatever is answered."""
        for held in self._held.values():
            if held.app is not None:
                with suppress(NotTestedError):  # an id that was given twice is already deleted
                    self.api(held.project).delete(held.app_id)

    def api(self, project: int) -> Api:
        """Return the caller of a project; the own one where there is no other."""
        return self._apis[min(project, len(self._apis) - 1)]

    @property
    def has_other_project(self) -> bool:
        """Whether there is a second project to look from."""
        return len(self._apis) > 1

    def held(self, name: str) -> Held | None:
        """Return an app of the model; None when no step made it."""
        return self._held.get(name)

    # -- single steps --------------------------------------------------------------------------------------------

    def create(self, name: str, project: int, body: dict[str, Any]) -> None:
        """Make an app, and hold it."""
        self.take_created(name, project, body, self.api(project).create(body))

    def _get(self, step: Step) -> None:
        held = self._held.get(step["name"])
        if held is None:
            return
        api = self.api(held.project)
        exchange = api.get(held.app_id)
        if held.app is None:
            api.require(absent(exchange, "SRV-STATE-9", "get of a deleted app"))
        else:
            api.require(answered(exchange, "SRV-STATE-4", "get of an app", (200,)))
            got = api.app_in(exchange)
            api.require(same_app(held.app, got, api.edition, "SRV-STATE-4", "the last answer and a get"))

    def _update(self, step: Step) -> None:
        held = self._held.get(step["name"])
        if held is None:
            return
        api = self.api(held.project)
        mask = None if step.get("mask") is None else tuple(step["mask"])
        exchange = api.update(held.app_id, step["body"], mask)
        if held.app is None:
            api.require(absent(exchange, "SRV-STATE-9", "update of a deleted app"))
            return
        api.require(self._vanished(api, held, exchange))
        if self.is_taken(api, exchange, "update", step["body"]):
            new = api.app_in(exchange)
            api.require(updated(held.app, step["body"], mask, new, api.edition), _same_id(held, new))
            held.app = new

    def _delete(self, step: Step) -> None:
        held = self._held.get(step["name"])
        if held is None:
            return
        api = self.api(held.project)
        exchange = api.delete(held.app_id)
        if held.app is None:
            api.require(absent(exchange, "SRV-STATE-9", "a second delete"))
        else:
            api.require(answered(exchange, "SRV-STATE-9", "delete of an app", (200,)))
            if exchange.succeeded:
                held.app = None

    def list(self, step: Step) -> None:
        """List a project: every app of it once, equal to its get, and none of the other project or deleted."""
        project = min(step["project"], len(self._apis) - 1)
        api = self.api(project)
        exchange = api.list()
        api.require(answered(exchange, "SRV-STATE-5", "list", (200,)))
        listed = [app for app in api.apps_in(exchange) if isinstance(app.get("id"), str)]
        for name, held in self._held.items():
            found = [app for app in listed if app["id"] == held.app_id]
            expected = 1 if held.app is not None and held.project == project else 0
            if len(found) != expected:
                api.require(_miscounted(name, held, project, expected, len(found)))
            if found and held.app is not None:
                api.require(same_app(held.app, found[0], api.edition, "SRV-STATE-5", "get and list of an app"))

    def _reject(self, step: Step) -> None:
        """An update with a defect changes nothing."""
        held = self._held.get(step["name"])
        if held is None or held.app is None:
            return
        api = self.api(held.project)
        exchange = api.update(held.app_id, step["body"])
        if exchange.succeeded or exchange.failure:
            raise NotTestedError("an update with a defect was not rejected")
        got = api.app_in(api.get(held.app_id))
        api.require(same_app(held.app, got, api.edition, "SRV-STATE-8", "an app before and after a rejected update"))

    def _crowd(self, step: Step) -> None:
        """Many apps, one after another, are all listed."""
        for number in range(step["count"]):
            body = {**step["body"], "display_name": f"{step['body']['display_name']} {number}"}
            self.create(f"{step['name']}{number}", step["project"], body)
        self.list(step)

    # -- helpers -------------------------------------------------------------------------------------------------

    def take_created(self, name: str, project: int, body: dict[str, Any], exchange: Exchange) -> None:
        """Judge the answer to a create, and hold the app that it made."""
        project = min(project, len(self._apis) - 1)
        api = self.api(project)
        if not self.is_taken(api, exchange, "create", body):
            return
        app = api.app_in(exchange)
        known = [held.app_id for held in self._held.values()]
        api.require(id_is_new(app, known), echoes(body, app, "create"))
        self._held[name] = Held(str(app["id"]), project, app)

    def _vanished(self, api: Api, held: Held, exchange: Exchange) -> Breach | None:
        """Judge that an app is still there which an update says is not: no other delete may take it along."""
        if exchange.status not in ABSENT_STATUSES or api.get(held.app_id).status not in ABSENT_STATUSES:
            return None
        has_deleted = any(one.app is None for one in self._held.values())
        title = f"an app is gone that nobody deleted{', since another one was' if has_deleted else ''}"
        requirement = "SRV-STATE-9" if has_deleted else "SRV-STATE-4"
        return Breach(requirement, title, "the app as the last answer showed it", f"status {exchange.status}")

    @staticmethod
    def is_taken(api: Api, exchange: Exchange, operation: str, body: dict[str, Any]) -> bool:
        """Tell whether a valid body was taken, and judge it where it had to be."""
        if not exchange.succeeded and not exchange.failure:
            may_refuse = not must_be_taken(body, operation, api.edition)
            api.require(accepted(exchange, "SRV-INPUT-12", operation, may_refuse=may_refuse))
        return exchange.succeeded


def _same_id(held: Held, app: dict[str, Any]) -> Breach | None:
    if app.get("id") == held.app_id:
        return None
    return Breach("SRV-STATE-6", "update changed the id of an app", held.app_id, json.dumps(app.get("id")), "body.id")


def _miscounted(name: str, held: Held, project: int, expected: int, found: int) -> Breach:
    if held.project != project:
        title = "list holds an app of another project"
    elif held.app is None:
        title = "list holds a deleted app"
        return Breach("SRV-STATE-9", title, "not listed", f"app {name} is listed", "body.apps")
    else:
        title = "list lacks an app" if found < expected else "list holds an app twice"
    return Breach("SRV-STATE-5", title, f"app {name} {expected} times", f"{found} times", "body.apps")


def live(api: Api, steps: Sequence[Step]) -> None:
    """Apply all steps of a life."""
    life = Life(api)
    for step in steps:
        life.apply(step)
