"""Faults of get and list (SRV-STATE-4, 5): caches, joins, paging, projections, replicas that lag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.service.faults.editions import SINCE_2023
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.faults.tools import Entry, with_entries
from apps_contract.service.service import AppsService

if TYPE_CHECKING:
    from apps_contract.service.message import Answer, Call
    from apps_contract.service.service import Mask, Parts
    from apps_contract.service.store import App

READING = Catalogue()

_PAGE = 100
_SMALL_PAGE = 10


# SRV-STATE-4


@READING.add(
    "get-cached-over-updates",
    "SRV-STATE-4",
    "An app that was once got is served from a cache, also after an update.",
    also=("SRV-STATE-6", "SRV-STATE-5"),
)
class _GetCachedOverUpdates(AppsService):
    async def get_app(self, call: Call) -> Answer:
        app = self.find_app(call)
        return self.answer_app(self.scratch.setdefault(app["id"], app), call)


@READING.add(
    "first-get-after-update-old",
    "SRV-STATE-4",
    "The first get after an update comes from a replica that lags behind, the second one is right.",
    also=("SRV-STATE-6",),
)
class _FirstGetAfterUpdateOld(AppsService):
    async def save_app(self, app: App, call: Call) -> None:
        self.scratch[app["id"]] = self.find_app(call)
        await super().save_app(app, call)

    async def get_app(self, call: Call) -> Answer:
        app = self.find_app(call)
        return self.answer_app(self.scratch.pop(app["id"], app), call)


@READING.add(
    "every-other-get-reversed", "SRV-STATE-4", "The entries come in reverse order at each second get of an app."
)
class _EveryOtherGetReversed(AppsService):
    async def get_app(self, call: Call) -> Answer:
        app = self.find_app(call)
        if self.scratch.count(app["id"]) % 2 == 0:
            app = {**app, "channel_credentials": app["channel_credentials"][::-1]}
        return self.answer_app(app, call)


@READING.add(
    "get-hides-callback-secret",
    "SRV-STATE-4",
    "Get leaves callback_secret out, which create and update answer.",
    also=("SRV-STATE-5", "SRV-STATE-2"),
)
class _GetHidesCallbackSecret(AppsService):
    async def get_app(self, call: Call) -> Answer:
        def stripped(entry: Entry) -> Entry:
            return {name: value for name, value in entry.items() if name != "callback_secret"}

        return self.answer_app(with_entries(self.find_app(call), stripped), call)


@READING.add(
    "dispatch-policy-not-stored",
    "SRV-STATE-4",
    "Create echoes the dispatch_retention_policy sent, but get shows the default.",
    editions=SINCE_2023,
    also=("SRV-STATE-2",),
)
class _DispatchPolicyNotStored(AppsService):
    async def create_app(self, call: Call) -> Answer:
        answer = await super().create_app(call)
        stored = self.store.get(call.project_id, answer.payload["id"])
        if stored is not None:
            stored.pop("dispatch_retention_policy")
            self.store.replace(call.project_id, self.apply_defaults(stored))
        return answer


@READING.add(
    "get-caps-ttl",
    "SRV-STATE-4",
    "Get shows a ttl_days above 365 as 365; create and list show it as it is.",
    also=("SRV-STATE-5",),
)
class _GetCapsTtl(AppsService):
    async def get_app(self, call: Call) -> Answer:
        app = self.find_app(call)
        policy = app["retention_policy"]
        return self.answer_app({**app, "retention_policy": {**policy, "ttl_days": min(policy["ttl_days"], 365)}}, call)


@READING.add(
    "update-hits-apps-of-same-name",
    "SRV-STATE-4",
    "An update is written to every app of the project that has the old display_name.",
    also=("SRV-STATE-6", "SRV-STATE-5", "SRV-STATE-7"),
)
class _UpdateHitsAppsOfSameName(AppsService):
    async def save_app(self, app: App, call: Call) -> None:
        name = self.find_app(call)["display_name"]
        for other in self.store.apps(call.project_id):
            if other["display_name"] == name:
                self.store.replace(call.project_id, {**app, "id": other["id"]})


# SRV-STATE-5


@READING.add("list-first-page-only", "SRV-STATE-5", "List stops after 100 apps, with no way to ask for the rest.")
class _ListFirstPageOnly(AppsService):
    def visible_apps(self, project_id: str) -> list[App]:
        return super().visible_apps(project_id)[:_PAGE]


@READING.add(
    "list-repeats-at-page-border",
    "SRV-STATE-5",
    "List is read in pages of ten that overlap: each tenth app comes twice.",
)
class _ListRepeatsAtPageBorder(AppsService):
    def visible_apps(self, project_id: str) -> list[App]:
        apps = super().visible_apps(project_id)
        starts = range(0, len(apps), _SMALL_PAGE)
        return [app for start in starts for app in apps[max(0, start - 1) : start + _SMALL_PAGE]]


@READING.add("list-shows-all-projects", "SRV-STATE-5", "List shows the apps of every project.")
class _ListShowsAllProjects(AppsService):
    def visible_apps(self, project_id: str) -> list[App]:
        projects = self.scratch.setdefault("projects", {project_id: None})
        return [app for each in projects for app in self.store.apps(each)]

    async def create_app(self, call: Call) -> Answer:
        self.scratch.setdefault("projects", {})[call.project_id] = None
        return await super().create_app(call)


@READING.add(
    "list-without-channelless-apps",
    "SRV-STATE-5",
    "List joins apps with their entries, and so leaves out an app that has none.",
)
class _ListWithoutChannellessApps(AppsService):
    def visible_apps(self, project_id: str) -> list[App]:
        return [app for app in super().visible_apps(project_id) if app["channel_credentials"]]


@READING.add(
    "list-once-per-channel",
    "SRV-STATE-5",
    "List joins apps with their entries, and so shows an app with two entries twice.",
)
class _ListOncePerChannel(AppsService):
    def visible_apps(self, project_id: str) -> list[App]:
        apps = super().visible_apps(project_id)
        return [app for app in apps for _ in range(max(1, len(app["channel_credentials"])))]


@READING.add("list-distinct-names", "SRV-STATE-5", "Of several apps with one display_name, list shows the last only.")
class _ListDistinctNames(AppsService):
    def visible_apps(self, project_id: str) -> list[App]:
        return list({app["display_name"]: app for app in super().visible_apps(project_id)}.values())


@READING.add(
    "list-cached-until-create",
    "SRV-STATE-5",
    "List is cached until the next create or delete, so that an update does not show.",
    also=("SRV-STATE-6",),
)
class _ListCachedUntilCreate(AppsService):
    def visible_apps(self, project_id: str) -> list[App]:
        fresh = super().visible_apps(project_id)
        ids = [app["id"] for app in fresh]
        cached: list[App] = self.scratch.setdefault(project_id, fresh)
        if [app["id"] for app in cached] != ids:
            self.scratch[project_id] = cached = fresh
        return cached


@READING.add(
    "list-projection-stale-default",
    "SRV-STATE-5",
    "List always shows the default retention_policy: it is not part of the projection that list reads.",
)
class _ListProjectionStaleDefault(AppsService):
    def answer_list(self, apps: list[App], call: Call) -> Answer:
        bare = [{name: value for name, value in app.items() if name != "retention_policy"} for app in apps]
        return super().answer_list([self.apply_defaults(app) for app in bare], call)


@READING.add(
    "list-lags-one-update",
    "SRV-STATE-5",
    "With a mask, an update reaches the list only when the next update is made.",
    also=("SRV-STATE-7",),
)
class _ListLagsOneUpdate(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        self.scratch["lagging"] = app if mask is not None else None
        return super().apply_update(app, request, mask)

    def answer_list(self, apps: list[App], call: Call) -> Answer:
        lagging: App | None = self.scratch.get("lagging")
        shown = [lagging if lagging is not None and app["id"] == lagging["id"] else app for app in apps]
        return super().answer_list(shown, call)


@READING.add(
    "default-policy-shared",
    "SRV-STATE-4",
    "Apps that never had a retention_policy share one default object: an update of it in one app shows in all of them.",
    also=("SRV-STATE-3", "SRV-STATE-5", "SRV-STATE-6"),
)
class _DefaultPolicyShared(AppsService):
    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._shared: dict[str, Any] = {}
        self._sharing: set[str] = set()

    def build_app(self, app_id: str, request: dict[str, Any]) -> App:
        if "retention_policy" not in request:
            self._sharing.add(app_id)
        return super().build_app(app_id, request)

    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        changed = super().apply_update(app, request, mask)
        if app["id"] in self._sharing and changed.get("retention_policy") != app.get("retention_policy"):
            self._shared = changed["retention_policy"]
        return changed

    def render_app(self, app: App, call: Call) -> dict[str, Any]:
        shown = super().render_app(app, call)
        return {**shown, "retention_policy": self._shared} if self._shared and app["id"] in self._sharing else shown
