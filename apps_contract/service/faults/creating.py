"""Faults of create (SRV-STATE-1, 2, 3): ids that are not new, entries mapped to the wrong column, falsy values lost."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, Any

from apps_contract.service.faults.editions import BEFORE_2026, ONLY_2026, SINCE_2023
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.faults.tools import RACE_WINDOW_S, Entry, with_entries
from apps_contract.service.service import AppsService

if TYPE_CHECKING:
    from apps_contract.service.message import Answer, Call
    from apps_contract.service.store import App

CREATING = Catalogue()


# SRV-STATE-1


class _OverwritingService(AppsService):
    """Takes a create with the id of an existing app for a new version of that app, as an upsert does."""

    async def create_app(self, call: Call) -> Answer:
        request = self.check_body(self.parse_body(call), call)
        app = self.build_app(self.next_id(request), request)
        if not self.store.replace(call.project_id, app):
            self.store.insert(call.project_id, app)
        return self.answer_app(app, call)

    def next_id(self, request: dict[str, Any]) -> str:
        """Return an id that may be another app's."""
        raise NotImplementedError


@CREATING.add(
    "id-from-name",
    "SRV-STATE-1",
    "The id is computed from display_name, so that a second app of that name takes the place of the first.",
    also=("SRV-LOAD-1",),
)
class _IdFromName(_OverwritingService):
    def next_id(self, request: dict[str, Any]) -> str:
        return f"app-{zlib.crc32(str(request.get('display_name')).encode('utf-8', 'surrogatepass')):08x}"


@CREATING.add(
    "id-counter-wraps",
    "SRV-STATE-1",
    "The id is a counter of six bits: the 65th create gets the id of the first app again.",
    also=("SRV-LOAD-1", "SRV-STATE-5"),
)
class _IdCounterWraps(_OverwritingService):
    def next_id(self, _request: dict[str, Any]) -> str:
        return f"app-{self.scratch.count('created') % 64}"


@CREATING.add(
    "id-reused-after-delete",
    "SRV-STATE-1",
    "The id is one more than the highest in use, so that a deleted newest app's id is given again.",
)
class _IdReusedAfterDelete(AppsService):
    def new_id(self, call: Call) -> str:
        numbers = [int(app["id"].rpartition("-")[2]) for app in self.store.apps(call.project_id)]
        return f"{call.project_id}-{max(numbers, default=0) + 1}"


@CREATING.add(
    "id-race",
    "SRV-STATE-1",
    "The id counter is read, and written a moment later: creates at the same time answer with one and the same id.",
    also=("SRV-LOAD-1",),
)
class _IdRace(_OverwritingService):
    async def create_app(self, call: Call) -> Answer:
        request = self.check_body(self.parse_body(call), call)
        number = self.scratch.get("number", 0) + 1
        await asyncio.sleep(RACE_WINDOW_S)
        self.scratch["number"] = max(number, self.scratch.get("number", 0))
        app = self.build_app(f"app-{number}", request)
        if not self.store.replace(call.project_id, app):
            self.store.insert(call.project_id, app)
        return self.answer_app(app, call)


@CREATING.add(
    "equal-create-deduplicated",
    "SRV-STATE-1",
    "A create with the same body as the one before it answers with that app again instead of a new one.",
    also=("SRV-LOAD-1",),
)
class _EqualCreateDeduplicated(AppsService):
    async def create_app(self, call: Call) -> Answer:
        last: tuple[bytes | None, str, str] | None = self.scratch.get("last")
        if last is not None and last[:2] == (call.body, call.project_id):
            app = self.store.get(call.project_id, last[2])
            if app is not None:
                return self.answer_app(app, call)
        answer = await super().create_app(call)
        self.scratch["last"] = (call.body, call.project_id, answer.payload["id"])
        return answer


# SRV-STATE-2


class _ChangingService(AppsService):
    """Takes over something else than what was sent."""

    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        return self.change(super().check_body(body, call))

    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the request as it is stored."""
        return with_entries(request, self.change_entry)

    def change_entry(self, entry: Entry) -> Entry:
        """Return a channel's entry as it is stored."""
        return entry


@CREATING.add("entries-sorted", "SRV-STATE-2", "The entries come back sorted by channel: the priority is lost.")
class _EntriesSorted(_ChangingService):
    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        if "channel_credentials" not in request:
            return request
        return {
            **request,
            "channel_credentials": sorted(request["channel_credentials"], key=lambda each: each["channel"]),
        }


@CREATING.add(
    "secret-of-first-entry-only",
    "SRV-STATE-2",
    "callback_secret is kept for the first entry only.",
    also=("SRV-STATE-6",),
)
class _SecretOfFirstEntryOnly(_ChangingService):
    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        first, *rest = request.get("channel_credentials") or [None]
        if first is None:
            return request
        stripped = [{name: value for name, value in entry.items() if name != "callback_secret"} for entry in rest]
        return {**request, "channel_credentials": [first, *stripped]}


@CREATING.add(
    "empty-callback-secret-lost",
    "SRV-STATE-2",
    "An empty callback_secret, which switches verification off, is taken for none at all.",
    also=("SRV-STATE-6",),
)
class _EmptyCallbackSecretLost(_ChangingService):
    def change_entry(self, entry: Entry) -> Entry:
        return {name: value for name, value in entry.items() if name != "callback_secret" or value}


@CREATING.add(
    "mms-basic-auth-lost", "SRV-STATE-2", "The basic_auth of MMS credentials is not stored.", also=("SRV-STATE-6",)
)
class _MmsBasicAuthLost(_ChangingService):
    def change_entry(self, entry: Entry) -> Entry:
        if entry["channel"] != "MMS":
            return entry
        kept = {name: value for name, value in entry["mms_credentials"].items() if name != "basic_auth"}
        return {**entry, "mms_credentials": kept}


@CREATING.add(
    "one-entry-per-channel",
    "SRV-STATE-2",
    "Entries are kept by channel: of two entries of one channel the first silently disappears.",
    also=("SRV-STATE-6", "SRV-INPUT-12"),
)
class _OneEntryPerChannel(_ChangingService):
    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        if "channel_credentials" not in request:
            return request
        by_channel = {entry["channel"]: entry for entry in request["channel_credentials"]}
        return {**request, "channel_credentials": list(by_channel.values())}


@CREATING.add(
    "viberbm-stored-as-viber",
    "SRV-STATE-2",
    "VIBERBM is an alias of VIBER in the channel table and comes back as such.",
    editions=BEFORE_2026,
    also=("SRV-STATE-6",),
)
class _ViberbmStoredAsViber(_ChangingService):
    def change_entry(self, entry: Entry) -> Entry:
        return {**entry, "channel": "VIBER"} if entry["channel"] == "VIBERBM" else entry


@CREATING.add(
    "kakaotalk-members-swapped",
    "SRV-STATE-2",
    "kakaotalk_plus_friend_id and kakaotalk_sender_key are stored in each other's place.",
    editions=SINCE_2023,
    also=("SRV-STATE-6",),
)
class _KakaotalkMembersSwapped(_ChangingService):
    def change_entry(self, entry: Entry) -> Entry:
        if entry["channel"] != "KAKAOTALK":
            return entry
        given = entry["kakaotalk_credentials"]
        swapped = dict(zip(given, reversed(given.values()), strict=True))
        return {**entry, "kakaotalk_credentials": swapped}


@CREATING.add(
    "line-thailand-as-japan",
    "SRV-STATE-2",
    "Enterprise credentials of line_thailand come back as line_japan.",
    editions=ONLY_2026,
    also=("SRV-STATE-6",),
)
class _LineThailandAsJapan(_ChangingService):
    def change_entry(self, entry: Entry) -> Entry:
        given = entry.get("line_enterprise_credentials")
        if not given:
            return entry
        moved = {"line_japan" if name == "line_thailand" else name: value for name, value in given.items()}
        return {**entry, "line_enterprise_credentials": moved}


@CREATING.add(
    "false-lost",
    "SRV-STATE-2",
    "smart_conversation {enabled: false} is dropped, since false is the zero value.",
    editions=SINCE_2023,
    also=("SRV-STATE-6",),
)
class _FalseLost(_ChangingService):
    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        is_off = request.get("smart_conversation") == {"enabled": False}
        return {name: value for name, value in request.items() if name != "smart_conversation" or not is_off}


@CREATING.add(
    "persist-resets-ttl",
    "SRV-STATE-2",
    "Under PERSIST_RETENTION_POLICY the ttl_days sent is replaced by the default.",
    also=("SRV-STATE-6",),
)
class _PersistResetsTtl(_ChangingService):
    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        policy = request.get("retention_policy", {})
        if policy.get("retention_type") != "PERSIST_RETENTION_POLICY" or "ttl_days" not in policy:
            return request
        return {**request, "retention_policy": {**policy, "ttl_days": 180}}


@CREATING.add(
    "eleventh-entry-lost",
    "SRV-STATE-2",
    "Only the first ten entries are stored.",
    also=("SRV-STATE-6", "SRV-INPUT-12"),
)
class _EleventhEntryLost(_ChangingService):
    def change(self, request: dict[str, Any]) -> dict[str, Any]:
        if "channel_credentials" not in request:
            return request
        return {**request, "channel_credentials": request["channel_credentials"][:10]}


@CREATING.add(
    "create-masks-tokens",
    "SRV-STATE-2",
    "Create answers a static_token's token as asterisks; get shows it.",
    also=("SRV-STATE-4",),
)
class _CreateMasksTokens(AppsService):
    def answer_app(self, app: App, call: Call) -> Answer:
        answer = super().answer_app(app, call)
        if call.name != "create":
            return answer

        def masked(entry: Entry) -> Entry:
            return {**entry, "static_token": {"token": "********"}} if "static_token" in entry else entry

        return self.to_json(answer.status, with_entries(answer.payload, masked))


# SRV-STATE-3


@CREATING.add(
    "default-ttl-30", "SRV-STATE-3", "Without a retention_policy an app gets a ttl_days of 30 instead of 180."
)
class _DefaultTtl30(AppsService):
    def build_app(self, app_id: str, request: dict[str, Any]) -> App:
        app = super().build_app(app_id, request)
        return (
            app
            if "retention_policy" in request
            else {**app, "retention_policy": {**app["retention_policy"], "ttl_days": 30}}
        )


@CREATING.add(
    "report-view-left-out", "SRV-STATE-3", "conversation_metadata_report_view is left out unless it was sent."
)
class _ReportViewLeftOut(AppsService):
    def apply_defaults(self, app: App) -> App:
        complete = super().apply_defaults(app)
        is_sent = "conversation_metadata_report_view" in app
        return {
            name: value for name, value in complete.items() if name != "conversation_metadata_report_view" or is_sent
        }


@CREATING.add(
    "dispatch-policy-left-out",
    "SRV-STATE-3",
    "dispatch_retention_policy is left out when a retention_policy was sent without it.",
    editions=SINCE_2023,
)
class _DispatchPolicyLeftOut(AppsService):
    def build_app(self, app_id: str, request: dict[str, Any]) -> App:
        app = super().build_app(app_id, request)
        if "dispatch_retention_policy" not in request and "retention_policy" in request:
            del app["dispatch_retention_policy"]
        return app
