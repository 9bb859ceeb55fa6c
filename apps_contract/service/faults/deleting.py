"""Faults about apps that are not there, or not one's own to change (SRV-STATE-9, 10, 11)."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from apps_contract.service.faults.editions import ONLY_2026, SINCE_2023
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.faults.tools import server_error
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService

if TYPE_CHECKING:
    from apps_contract.service.message import Answer, Call
    from apps_contract.service.service import Mask
    from apps_contract.service.store import App

DELETING = Catalogue()

_ULID = re.compile("[0-9A-Z]{26}")


class _RememberingService(AppsService):
    """Keeps what was deleted, marked as such, as a soft delete does."""

    async def delete_app(self, call: Call) -> Answer:
        app = self.find_app(call)
        answer = await super().delete_app(call)
        self.deleted(call.project_id)[call.app_id] = app
        return answer

    def deleted(self, project_id: str) -> dict[str, App]:
        """Return the deleted apps of a project by id."""
        found: dict[str, App] = self.scratch.setdefault(project_id, {})
        return found


# SRV-STATE-9


@DELETING.add(
    "deleted-app-still-got", "SRV-STATE-9", "Get still answers an app that was deleted: only list looks at the mark."
)
class _DeletedAppStillGot(_RememberingService):
    async def get_app(self, call: Call) -> Answer:
        deleted = self.deleted(call.project_id).get(call.app_id)
        return self.answer_app(deleted, call) if deleted else await super().get_app(call)


@DELETING.add(
    "deleted-app-still-listed", "SRV-STATE-9", "List still holds an app that was deleted.", also=("SRV-STATE-5",)
)
class _DeletedAppStillListed(_RememberingService):
    def visible_apps(self, project_id: str) -> list[App]:
        return [*super().visible_apps(project_id), *self.deleted(project_id).values()]


@DELETING.add("second-delete-200", "SRV-STATE-9", "Delete of an app that was deleted before answers 200 again.")
class _SecondDelete200(_RememberingService):
    async def delete_app(self, call: Call) -> Answer:
        if call.app_id in self.deleted(call.project_id):
            return self.answer_delete(call)
        return await super().delete_app(call)


@DELETING.add("update-revives", "SRV-STATE-9", "Update of a deleted app answers 200 and brings it back.")
class _UpdateRevives(_RememberingService):
    async def update_app(self, call: Call) -> Answer:
        revived = self.deleted(call.project_id).pop(call.app_id, None)
        if revived:
            self.store.insert(call.project_id, revived)
        return await super().update_app(call)


@DELETING.add("deleted-app-410", "SRV-STATE-9", "A deleted app is answered 410 Gone.")
class _DeletedApp410(_RememberingService):
    def missing_app(self, call: Call) -> RefusalError:
        if call.app_id in self.deleted(call.project_id):
            return RefusalError(HTTPStatus.GONE, "the app was deleted")
        return super().missing_app(call)


@DELETING.add(
    "delete-of-got-app-cached",
    "SRV-STATE-9",
    "An app that was got before it was deleted is still answered from the cache of get.",
)
class _DeleteOfGotAppCached(AppsService):
    async def get_app(self, call: Call) -> Answer:
        app = self.store.get(call.project_id, call.app_id) or self.scratch.get(call.path)
        if app is None:
            raise self.missing_app(call)
        self.scratch[call.path] = app
        return self.answer_app(app, call)


@DELETING.add(
    "delete-takes-apps-with-same-token",
    "SRV-STATE-9",
    "Delete also removes other apps that share an entry with the app: the table of credentials cascades.",
    also=("SRV-STATE-5",),
)
class _DeleteTakesAppsWithSameToken(AppsService):
    async def delete_app(self, call: Call) -> Answer:
        entries = self.find_app(call)["channel_credentials"]
        for other in self.store.apps(call.project_id):
            if other["id"] != call.app_id and any(entry in entries for entry in other["channel_credentials"]):
                self.store.delete(call.project_id, other["id"])
        return await super().delete_app(call)


@DELETING.add(
    "delete-takes-oldest-of-same-name",
    "SRV-STATE-9",
    "Delete finds the app by its display_name: of several of that name the oldest goes, whichever was meant.",
    also=("SRV-STATE-5",),
)
class _DeleteTakesOldestOfSameName(AppsService):
    async def delete_app(self, call: Call) -> Answer:
        name = self.find_app(call)["display_name"]
        oldest = next(app for app in self.store.apps(call.project_id) if app["display_name"] == name)
        self.store.delete(call.project_id, oldest["id"])
        return self.answer_delete(call)


# SRV-STATE-10


@DELETING.add(
    "unknown-get-null", "SRV-STATE-10", "Get of an id that never existed answers 200 with null.", also=("SRV-SHAPE-1",)
)
class _UnknownGetNull(AppsService):
    async def get_app(self, call: Call) -> Answer:
        if self.store.get(call.project_id, call.app_id) is None:
            return self.to_json(200, None)
        return await super().get_app(call)


@DELETING.add(
    "unknown-delete-200",
    "SRV-STATE-10",
    "Delete answers 200 whatever the id: it does not look at how many rows it removed.",
    also=("SRV-STATE-9",),
)
class _UnknownDelete200(AppsService):
    async def delete_app(self, call: Call) -> Answer:
        self.store.delete(call.project_id, call.app_id)
        return self.answer_delete(call)


@DELETING.add(
    "unknown-update-creates", "SRV-STATE-10", "Update of an id that never existed creates an app with that id."
)
class _UnknownUpdateCreates(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        return super().apply_update({"channel_credentials": [], **app}, request, mask)

    async def update_app(self, call: Call) -> Answer:
        if self.store.get(call.project_id, call.app_id) is None:
            self.check_body(self.parse_body(call), call)
            self.store.insert(call.project_id, {"id": call.app_id, "display_name": ""})
        return await super().update_app(call)


@DELETING.add(
    "malformed-id-400",
    "SRV-STATE-10",
    "An id that does not look like one of the server's own answers 400 instead of 404.",
)
class _MalformedId400(AppsService):
    def missing_app(self, call: Call) -> RefusalError:
        if _ULID.fullmatch(call.app_id):
            return super().missing_app(call)
        return RefusalError(HTTPStatus.BAD_REQUEST, "app_id: is malformed")


class _ProjectBlindService(AppsService):
    """Finds apps by id alone, without a look at their project."""

    def home_of(self, call: Call) -> str:
        """Return the project in which the app of the call's id lives; the call's own when there is none."""
        projects: set[str] = self.scratch.setdefault("projects", set())
        homes = (project for project in projects if self.store.get(project, call.app_id))
        return next(homes, call.project_id)

    async def create_app(self, call: Call) -> Answer:
        self.scratch.setdefault("projects", set()).add(call.project_id)
        return await super().create_app(call)


@DELETING.add("get-blind-to-project", "SRV-STATE-10", "Get answers an app of another project when asked by its id.")
class _GetBlindToProject(_ProjectBlindService):
    async def get_app(self, call: Call) -> Answer:
        app = self.store.get(self.home_of(call), call.app_id)
        return self.answer_app(app, call) if app else await super().get_app(call)


@DELETING.add("delete-blind-to-project", "SRV-STATE-10", "Delete removes an app of another project when given its id.")
class _DeleteBlindToProject(_ProjectBlindService):
    async def delete_app(self, call: Call) -> Answer:
        if not self.store.delete(self.home_of(call), call.app_id):
            raise self.missing_app(call)
        return self.answer_delete(call)


@DELETING.add(
    "unknown-update-500", "SRV-STATE-10", "Update of an id that never existed answers 500.", also=("SRV-INPUT-8",)
)
class _UnknownUpdate500(AppsService):
    def missing_app(self, call: Call) -> RefusalError:
        return server_error() if call.name == "update" else super().missing_app(call)


# SRV-STATE-11


class _TrustingService(AppsService):
    """Takes members over from the body as they are."""

    taken: tuple[str, ...] = ()

    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        request = super().check_body(body, call)
        return {**request, **{name: body[name] for name in self.taken if name in body}}

    def render_app(self, app: App, call: Call) -> dict[str, Any]:
        shown = super().render_app(app, call)
        return {
            name: {**value, **app[name]} if name in self.taken and name in app else value
            for name, value in shown.items()
        }


@DELETING.add(
    "create-takes-id", "SRV-STATE-11", "Create takes an id in the body for the new app's id.", also=("SRV-STATE-1",)
)
class _CreateTakesId(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        request = super().check_body(body, call)
        is_usable = call.name == "create" and isinstance(body.get("id"), str) and body["id"]
        self.scratch["id"] = body["id"] if is_usable else None
        return request

    def new_id(self, call: Call) -> str:
        wanted: str | None = self.scratch["id"]
        is_free = wanted is not None and self.store.get(call.project_id, wanted) is None
        return wanted if wanted is not None and is_free else super().new_id(call)


@DELETING.add("create-takes-rate-limits", "SRV-STATE-11", "Create takes over rate_limits: whoever asks gets more.")
class _CreateTakesRateLimits(_TrustingService):
    taken = ("rate_limits",)

    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        if call.name == "create" and isinstance(body.get("rate_limits"), dict):
            return super().check_body(body, call)
        return AppsService.check_body(self, body, call)


@DELETING.add(
    "update-takes-queue-stats",
    "SRV-STATE-11",
    "Update, unlike create, takes over queue_stats from the body.",
    editions=SINCE_2023,
)
class _UpdateTakesQueueStats(_TrustingService):
    taken = ("queue_stats",)

    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        if call.name == "update" and isinstance(body.get("queue_stats"), dict):
            return super().check_body(body, call)
        return AppsService.check_body(self, body, call)


@DELETING.add(
    "credential-state-taken",
    "SRV-STATE-11",
    "The state of a channel's entry can be set by the client: an unchecked channel counts as ACTIVE.",
    editions=ONLY_2026,
)
class _CredentialStateTaken(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        request = super().check_body(body, call)
        given = zip(request.get("channel_credentials", []), body.get("channel_credentials", []), strict=True)
        entries = [
            {**entry, "state": sent["state"]} if isinstance(sent.get("state"), dict) else entry for entry, sent in given
        ]
        return {**request, "channel_credentials": entries} if entries else request


@DELETING.add(
    "credential-status-taken",
    "SRV-STATE-11",
    "Of the state that a client sends, the status is taken over and the description is the server's own.",
    editions=ONLY_2026,
)
class _CredentialStatusTaken(_CredentialStateTaken):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        request = super().check_body(body, call)
        for entry in request.get("channel_credentials", []):
            if "state" in entry:
                entry["state"] = {"status": entry["state"].get("status"), "description": "as it should be"}
        return request


@DELETING.add(
    "update-takes-id",
    "SRV-STATE-11",
    "An update with another id in its body moves the app to that id.",
    also=("SRV-STATE-6",),
)
class _UpdateTakesId(AppsService):
    async def update_app(self, call: Call) -> Answer:
        answer = await super().update_app(call)
        wanted = self.parse_body(call).get("id")
        if not isinstance(wanted, str) or not wanted or self.store.get(call.project_id, wanted):
            return answer
        app = {**self.find_app(call), "id": wanted}
        self.store.delete(call.project_id, call.app_id)
        self.store.insert(call.project_id, app)
        return self.answer_app(app, call)


@DELETING.add("id-trimmed", "SRV-STATE-10", "White space around an app's id is cut off before the app is looked up.")
class _IdTrimmed(AppsService):
    def find_app(self, call: Call) -> App:
        return super().find_app(replace(call, app_id=call.app_id.strip()))


@DELETING.add("id-as-pattern", "SRV-STATE-10", "Get looks the id up with LIKE: a per cent sign finds an app of any id.")
class _IdAsPattern(AppsService):
    async def get_app(self, call: Call) -> Answer:
        pattern = re.escape(call.app_id).replace("%", ".*")
        found = (app for app in self.store.apps(call.project_id) if re.fullmatch(pattern, app["id"]))
        app = next(found, None)
        if app is None:
            raise self.missing_app(call)
        return self.answer_app(app, call)
