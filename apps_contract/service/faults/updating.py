"""Faults of update (SRV-STATE-6, 7, 8): PUT for PATCH, falsy values, masks read carelessly, writes before checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.service.faults.editions import SINCE_2023
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService, Mask

if TYPE_CHECKING:
    from apps_contract.service.faults.tools import Entry
    from apps_contract.service.message import Answer, Call
    from apps_contract.service.store import App

UPDATING = Catalogue()


# SRV-STATE-6


@UPDATING.add(
    "update-resets-unsent", "SRV-STATE-6", "Update works like PUT: members not sent go back to their defaults."
)
class _UpdateResetsUnsent(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        kept = {name: app[name] for name in ("id", "display_name", "channel_credentials")}
        return super().apply_update(kept if mask is None else app, request, mask)


@UPDATING.add("update-appends-entries", "SRV-STATE-6", "Update adds the entries sent to the old ones.")
class _UpdateAppendsEntries(AppsService):
    def update_member(self, old: Any, new: Any) -> Any:
        return old + new if isinstance(new, list) else super().update_member(old, new)


@UPDATING.add(
    "update-keeps-other-channels",
    "SRV-STATE-6",
    "Update replaces the entries of the channels sent and keeps those of other channels.",
)
class _UpdateKeepsOtherChannels(AppsService):
    def update_member(self, old: Any, new: Any) -> Any:
        if not isinstance(new, list):
            return super().update_member(old, new)
        channels = {entry["channel"] for entry in new}
        return new + [entry for entry in old if entry["channel"] not in channels]


@UPDATING.add(
    "update-ignores-no-channels",
    "SRV-STATE-6",
    "An empty channel_credentials in an update is taken for none: the old entries stay.",
)
class _UpdateIgnoresNoChannels(AppsService):
    def update_member(self, old: Any, new: Any) -> Any:
        return old if new == [] else super().update_member(old, new)


@UPDATING.add(
    "update-keeps-old-callback-secret",
    "SRV-STATE-6",
    "An entry sent without callback_secret keeps the one that the channel's old entry had.",
)
class _UpdateKeepsOldCallbackSecret(AppsService):
    def update_member(self, old: Any, new: Any) -> Any:
        if not isinstance(new, list):
            return super().update_member(old, new)
        secrets = {entry["channel"]: entry["callback_secret"] for entry in old if "callback_secret" in entry}

        def completed(entry: Entry) -> Entry:
            return {"callback_secret": secrets[entry["channel"]], **entry} if entry["channel"] in secrets else entry

        return [completed(entry) for entry in new]


@UPDATING.add(
    "update-back-to-none-ignored",
    "SRV-STATE-6",
    "conversation_metadata_report_view cannot be set back to NONE: the zero value counts as not sent.",
)
class _UpdateBackToNoneIgnored(AppsService):
    def update_member(self, old: Any, new: Any) -> Any:
        return old if new == "NONE" else super().update_member(old, new)


@UPDATING.add(
    "update-ttl-alone-ignored",
    "SRV-STATE-6",
    "A retention_policy sent with ttl_days alone changes nothing: it is written only together with retention_type.",
)
class _UpdateTtlAloneIgnored(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        is_partial = "retention_type" not in request.get("retention_policy", {})
        kept = {name: value for name, value in request.items() if name != "retention_policy" or not is_partial}
        return super().apply_update(app, kept, mask)


@UPDATING.add(
    "update-resets-dispatch-policy",
    "SRV-STATE-6",
    "An update of retention_policy alone sets dispatch_retention_policy back to its default.",
    editions=SINCE_2023,
    also=("SRV-STATE-7",),
)
class _UpdateResetsDispatchPolicy(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        is_alone = "retention_policy" in request and "dispatch_retention_policy" not in request
        kept = {name: value for name, value in app.items() if name != "dispatch_retention_policy" or not is_alone}
        return super().apply_update(kept, request, mask)


@UPDATING.add(
    "second-update-lost",
    "SRV-STATE-6",
    "Each app takes one update: later ones answer 200 with the app as it is, since the version number does not match.",
    also=("SRV-STATE-7",),
)
class _SecondUpdateLost(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        changed = super().apply_update(app, request, mask)
        return app if self.scratch.count(app["id"]) > 1 else changed


@UPDATING.add(
    "update-answers-old-state",
    "SRV-STATE-6",
    "Update answers the app as it was before.",
    also=("SRV-STATE-4", "SRV-STATE-7"),
)
class _UpdateAnswersOldState(AppsService):
    async def update_app(self, call: Call) -> Answer:
        before = self.store.get(call.project_id, call.app_id)
        answer = await super().update_app(call)
        return self.answer_app(before, call) if before else answer


@UPDATING.add(
    "channel-change-changes-id",
    "SRV-STATE-6",
    "An update that changes the number of channels makes a new version of the app, with a new id.",
    also=("SRV-STATE-4", "SRV-STATE-5", "SRV-STATE-9"),
)
class _ChannelChangeChangesId(AppsService):
    async def update_app(self, call: Call) -> Answer:
        before = self.store.get(call.project_id, call.app_id)
        answer = await super().update_app(call)
        app = self.find_app(call)
        if before is None or len(before["channel_credentials"]) == len(app["channel_credentials"]):
            return answer
        self.store.delete(call.project_id, call.app_id)
        app["id"] = self.new_id(call)
        self.store.insert(call.project_id, app)
        return self.answer_app(app, call)


# SRV-STATE-7


@UPDATING.add("mask-ignored", "SRV-STATE-7", "The update mask is checked, but then everything sent is changed.")
class _MaskIgnored(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], _mask: Mask) -> App:
        return super().apply_update(app, request, None)


@UPDATING.add(
    "mask-matches-substring",
    "SRV-STATE-7",
    "A member is changed if its name occurs in the mask's text: dispatch_retention_policy names retention_policy too.",
    editions=SINCE_2023,
)
class _MaskMatchesSubstring(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        if mask is not None:
            mask = frozenset(name for name in request if any(name in named for named in mask))
        return super().apply_update(app, request, mask)


@UPDATING.add("mask-of-two-ignored", "SRV-STATE-7", "A mask that names more than one member is taken for all members.")
class _MaskOfTwoIgnored(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        return super().apply_update(app, request, mask if mask is not None and len(mask) == 1 else None)


@UPDATING.add(
    "mask-spares-no-channels",
    "SRV-STATE-7",
    "channel_credentials are changed whenever they are sent, whatever the mask says.",
)
class _MaskSparesNoChannels(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        return super().apply_update(app, request, None if mask is None else mask | {"channel_credentials"})


@UPDATING.add("mask-resets-unnamed", "SRV-STATE-7", "Members that the mask does not name go back to their defaults.")
class _MaskResetsUnnamed(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        kept = {name: app[name] for name in ("id", "display_name", "channel_credentials")}
        return super().apply_update(app if mask is None else kept, request, mask)


@UPDATING.add(
    "mask-merges-channels",
    "SRV-STATE-7",
    "Named in a mask, channel_credentials are added to the old entries instead of replacing them.",
    also=("SRV-STATE-6",),
)
class _MaskMergesChannels(AppsService):
    def apply_update(self, app: App, request: dict[str, Any], mask: Mask) -> App:
        if mask is not None and "channel_credentials" in request:
            request = {**request, "channel_credentials": app["channel_credentials"] + request["channel_credentials"]}
        return super().apply_update(app, request, mask)


# SRV-STATE-8


@UPDATING.add(
    "update-half-applied",
    "SRV-STATE-8",
    "A refused update has already written display_name: members are checked and written one by one.",
)
class _UpdateHalfApplied(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        try:
            return super().check_body(body, call)
        except RefusalError:
            app = self.store.get(call.project_id, call.app_id)
            if app is not None and isinstance(body.get("display_name"), str):
                self.store.replace(call.project_id, {**app, "display_name": body["display_name"]})
            raise


@UPDATING.add(
    "refused-create-stored",
    "SRV-STATE-8",
    "A create with an out-of-range retention_policy answers 400, but the app is there, with the default policy.",
)
class _RefusedCreateStored(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        try:
            return super().check_body(body, call)
        except RefusalError:
            rest = {name: value for name, value in body.items() if name != "retention_policy"}
            if call.name == "create" and rest != body:
                self.store.insert(call.project_id, self.build_app(self.new_id(call), super().check_body(rest, call)))
            raise


@UPDATING.add(
    "unknown-mask-field-applied",
    "SRV-STATE-8",
    "An update whose mask names an unknown field beside known ones answers 400 after the known ones are changed.",
    also=("SRV-STATE-7",),
)
class _UnknownMaskFieldApplied(AppsService):
    async def update_app(self, call: Call) -> Answer:
        try:
            self.parse_mask(call)
        except RefusalError:
            request = self.check_body(self.parse_body(call), call)
            named = frozenset(part for _, value in call.parameters for part in value.split(","))
            self.store.replace(call.project_id, self.apply_update(self.find_app(call), request, named))
            raise
        return await super().update_app(call)


@UPDATING.add(
    "media-type-checked-late",
    "SRV-STATE-8",
    "A create with another media type answers 415 after the app was made.",
    also=("SRV-INPUT-9",),
)
class _MediaTypeCheckedLate(AppsService):
    def check_media_type(self, call: Call) -> None:
        if call.name != "create":
            super().check_media_type(call)

    async def create_app(self, call: Call) -> Answer:
        answer = await super().create_app(call)
        super().check_media_type(call)
        return answer


@UPDATING.add(
    "refused-channels-removed",
    "SRV-STATE-8",
    "An update with a bad entry answers 400 after the old entries were removed to make room.",
)
class _RefusedChannelsRemoved(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        try:
            return super().check_body(body, call)
        except RefusalError:
            app = self.store.get(call.project_id, call.app_id)
            if app is not None and "channel_credentials" in body:
                self.store.replace(call.project_id, {**app, "channel_credentials": []})
            raise
