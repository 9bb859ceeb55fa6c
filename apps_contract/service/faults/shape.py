"""Faults in the form of 200 answers (SRV-SHAPE-1, 2, 6): serializers, and statuses of other conventions."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from apps_contract.service.faults.editions import SINCE_2023
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.faults.tools import Entry, with_entries
from apps_contract.service.message import Answer
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService

if TYPE_CHECKING:
    from apps_contract.service.message import Call
    from apps_contract.service.store import App

SHAPE = Catalogue()


# SRV-SHAPE-1


@SHAPE.add("list-bare-array", "SRV-SHAPE-1", "List answers the array of apps itself, without the object around it.")
class _ListBareArray(AppsService):
    def answer_list(self, apps: list[App], call: Call) -> Answer:
        return self.to_json(200, [self.render_app(app, call) for app in apps])


@SHAPE.add(
    "long-integers-as-text",
    "SRV-SHAPE-1",
    "The 64-bit members of queue_stats are written as strings, as protobuf's JSON mapping does.",
    editions=SINCE_2023,
)
class _LongIntegersAsText(AppsService):
    def render_app(self, app: App, call: Call) -> dict[str, Any]:
        shown = super().render_app(app, call)
        return {**shown, "queue_stats": {name: str(value) for name, value in shown["queue_stats"].items()}}


@SHAPE.add("get-labelled-text", "SRV-SHAPE-1", "Get answers its JSON with Content-Type: text/plain.")
class _GetLabelledText(AppsService):
    def answer_app(self, app: App, call: Call) -> Answer:
        answer = super().answer_app(app, call)
        return (
            replace(answer, headers=(("content-type", "text/plain; charset=utf-8"),)) if call.name == "get" else answer
        )


@SHAPE.add(
    "absent-basic-auth-as-null",
    "SRV-SHAPE-1",
    "An MMS entry without basic_auth is answered with basic_auth: null.",
    also=("SRV-STATE-2",),
)
class _AbsentBasicAuthAsNull(AppsService):
    def render_app(self, app: App, call: Call) -> dict[str, Any]:
        def complete(entry: Entry) -> Entry:
            if entry["channel"] != "MMS":
                return entry
            return {**entry, "mms_credentials": {"basic_auth": None, **entry["mms_credentials"]}}

        return with_entries(super().render_app(app, call), complete)


@SHAPE.add(
    "update-wrapped-in-app",
    "SRV-SHAPE-1",
    "Update answers the app inside a member named app, unlike create and get.",
    also=("SRV-STATE-6",),
)
class _UpdateWrappedInApp(AppsService):
    def answer_app(self, app: App, call: Call) -> Answer:
        if call.name != "update":
            return super().answer_app(app, call)
        return self.to_json(200, {"app": self.render_app(app, call)})


@SHAPE.add(
    "no-channels-as-null",
    "SRV-SHAPE-1",
    "An app without channels is answered with channel_credentials: null (a nil slice).",
    also=("SRV-STATE-2", "SRV-STATE-6"),
)
class _NoChannelsAsNull(AppsService):
    def render_app(self, app: App, call: Call) -> dict[str, Any]:
        shown = super().render_app(app, call)
        return {**shown, "channel_credentials": shown["channel_credentials"] or None}


@SHAPE.add(
    "large-ttl-as-text",
    "SRV-SHAPE-1",
    "A ttl_days of four digits is answered as a text with a thousands separator.",
    also=("SRV-STATE-2", "SRV-STATE-6"),
)
class _LargeTtlAsText(AppsService):
    def render_app(self, app: App, call: Call) -> dict[str, Any]:
        shown = super().render_app(app, call)
        text = f"{shown['retention_policy']['ttl_days']:,}"
        return {**shown, "retention_policy": {**shown["retention_policy"], "ttl_days": text}} if "," in text else shown


# SRV-SHAPE-2


@SHAPE.add("delete-answers-the-app", "SRV-SHAPE-2", "Delete answers the app that it deleted.")
class _DeleteAnswersTheApp(AppsService):
    async def delete_app(self, call: Call) -> Answer:
        app = self.find_app(call)
        await super().delete_app(call)
        return self.answer_app(app, call)


@SHAPE.add("delete-202", "SRV-SHAPE-2", "Delete answers 202, as if it were still at work.", also=("SRV-SHAPE-6",))
class _Delete202(AppsService):
    def answer_delete(self, call: Call) -> Answer:
        return replace(super().answer_delete(call), status=HTTPStatus.ACCEPTED)


@SHAPE.add("delete-quoted-null", "SRV-SHAPE-2", 'Delete answers the JSON text "null": its body was serialized twice.')
class _DeleteQuotedNull(AppsService):
    def answer_delete(self, call: Call) -> Answer:
        return self.to_json(super().answer_delete(call).status, "null")


@SHAPE.add(
    "delete-warns-about-channels",
    "SRV-SHAPE-2",
    "Delete of an app with more than one channel answers a list of warnings instead of null.",
)
class _DeleteWarnsAboutChannels(AppsService):
    async def delete_app(self, call: Call) -> Answer:
        channels = [entry["channel"] for entry in self.find_app(call)["channel_credentials"]]
        answer = await super().delete_app(call)
        warnings = [f"{channel} must be switched off by hand" for channel in channels]
        return self.to_json(200, {"warnings": warnings}) if len(channels) > 1 else answer


# SRV-SHAPE-6


@SHAPE.add("create-201", "SRV-SHAPE-6", "Create answers 201 Created.", also=("SRV-INPUT-12",))
class _Create201(AppsService):
    async def create_app(self, call: Call) -> Answer:
        return replace(await super().create_app(call), status=HTTPStatus.CREATED)


@SHAPE.add("delete-204", "SRV-SHAPE-6", "Delete answers 204 No Content.", also=("SRV-SHAPE-2",))
class _Delete204(AppsService):
    def answer_delete(self, _call: Call) -> Answer:
        return Answer(HTTPStatus.NO_CONTENT)


@SHAPE.add("empty-list-204", "SRV-SHAPE-6", "List of a project without apps answers 204.", also=("SRV-SHAPE-1",))
class _EmptyList204(AppsService):
    def answer_list(self, apps: list[App], call: Call) -> Answer:
        return super().answer_list(apps, call) if apps else Answer(HTTPStatus.NO_CONTENT)


@SHAPE.add(
    "channel-change-202",
    "SRV-SHAPE-6",
    "Update answers 202 when it changes the channels, since they are set up in the background.",
    also=("SRV-INPUT-12", "SRV-STATE-6"),
)
class _ChannelChange202(AppsService):
    async def update_app(self, call: Call) -> Answer:
        before = self.find_app(call)["channel_credentials"]
        answer = await super().update_app(call)
        is_changed = answer.payload["channel_credentials"] != before
        return replace(answer, status=HTTPStatus.ACCEPTED) if is_changed else answer


@SHAPE.add(
    "missing-app-redirect",
    "SRV-SHAPE-6",
    "Get of an id that the project does not have redirects to the list of apps.",
    also=("SRV-STATE-10", "SRV-STATE-9"),
)
class _MissingAppRedirect(AppsService):
    async def get_app(self, call: Call) -> Answer:
        try:
            return await super().get_app(call)
        except RefusalError:
            return Answer(HTTPStatus.FOUND, headers=(("location", call.path.rpartition("/")[0]),))


@SHAPE.add(
    "no-change-304",
    "SRV-SHAPE-6",
    "An update that changes nothing answers 304 Not Modified.",
    also=("SRV-INPUT-12", "SRV-STATE-6"),
)
class _NoChange304(AppsService):
    async def save_app(self, app: App, call: Call) -> None:
        self.scratch["unchanged"] = self.find_app(call) == app
        await super().save_app(app, call)

    async def update_app(self, call: Call) -> Answer:
        answer = await super().update_app(call)
        return Answer(HTTPStatus.NOT_MODIFIED) if self.scratch["unchanged"] else answer


@SHAPE.add(
    "any-etag-matches",
    "SRV-SHAPE-6",
    "A request with If-None-Match is answered 304, whatever its entity tag says.",
)
class _AnyEtagMatches(AppsService):
    async def serve(self, call: Call) -> Answer:
        answer = await super().serve(call)
        is_conditional = call.method == "GET" and call.header("if-none-match") is not None
        return Answer(HTTPStatus.NOT_MODIFIED) if is_conditional else answer
