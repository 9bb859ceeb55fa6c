"""Faults in checking values (SRV-INPUT-2, 3, 4): what is missing, of the wrong type, or no value of an enum."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from apps_contract.service.faults.editions import ONLY_2026, SINCE_2023
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.faults.tools import with_entries
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.contract import Violation
    from apps_contract.service.faults.tools import Entry
    from apps_contract.service.message import Call
    from apps_contract.service.store import App

VALUES = Catalogue()


class OverlookingService(AppsService):
    """Does not mind the violations that ``overlooks`` picks."""

    def violations(self, request: dict[str, Any], call: Call) -> list[Violation]:
        """Return what is noticed."""
        return [each for each in super().violations(request, call) if not self.overlooks(each, request, call)]

    def overlooks(self, violation: Violation, request: dict[str, Any], call: Call) -> bool:
        """Tell whether a broken rule goes unnoticed."""
        raise NotImplementedError


class CoercingService(AppsService):
    """Makes something valid of the body before it is checked."""

    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        """Check what was made of the body."""
        return super().check_body(self.coerced(body), call)

    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the body that is checked instead."""
        raise NotImplementedError


# SRV-INPUT-2


@VALUES.add(
    "missing-token-as-empty",
    "SRV-INPUT-2",
    "A static_token without token is taken, as one with an empty token.",
)
class _MissingTokenAsEmpty(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        def completed(entry: Any) -> Any:
            if not isinstance(entry, dict) or entry.get("static_token") != {}:
                return entry
            return {**entry, "static_token": {"token": ""}}

        return with_entries(body, completed) if isinstance(body.get("channel_credentials"), list) else body


@VALUES.add(
    "missing-channels-taken",
    "SRV-INPUT-2",
    "Create takes a body without channel_credentials, for an app without channels.",
)
class _MissingChannelsTaken(CoercingService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        return super().check_body(body, call) if call.name == "create" else AppsService.check_body(self, body, call)

    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"channel_credentials": [], **body}


@VALUES.add(
    "required-in-first-entry-only",
    "SRV-INPUT-2",
    "Missing members of credentials are noticed in the first entry only.",
)
class _RequiredInFirstEntryOnly(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.rule == "required" and violation.location[1:2] not in ((), (0,))


@VALUES.add(
    "update-misses-nothing-inside",
    "SRV-INPUT-2",
    "Update, unlike create, does not notice what is missing inside a credentials object.",
)
class _UpdateMissesNothingInside(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], call: Call) -> bool:
        return call.name == "update" and violation.rule == "required" and "channel_credentials" in violation.location


@VALUES.add(
    "basic-auth-password-optional", "SRV-INPUT-2", "A basic_auth without password is taken: nobody looks that deep."
)
class _BasicAuthPasswordOptional(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.rule == "required" and violation.location[-2:] == ("basic_auth", "password")


@VALUES.add(
    "wechat-aes-key-optional",
    "SRV-INPUT-2",
    "WECHAT credentials without aes_key are taken.",
    editions=SINCE_2023,
)
class _WechatAesKeyOptional(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.rule == "required" and violation.location[-1] == "aes_key"


# SRV-INPUT-3


@VALUES.add(
    "numeric-text-as-number", "SRV-INPUT-3", 'A text of digits is taken for a number: ttl_days "30" becomes 30.'
)
class _NumericTextAsNumber(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        policy = body.get("retention_policy")
        if not isinstance(policy, dict) or not str(policy.get("ttl_days")).isdecimal():
            return body
        return {**body, "retention_policy": {**policy, "ttl_days": int(policy["ttl_days"])}}


@VALUES.add("number-as-text", "SRV-INPUT-3", 'A number is taken for a text: display_name 7 becomes "7".')
class _NumberAsText(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        name = body.get("display_name")
        return {**body, "display_name": str(name)} if isinstance(name, int | float) else body


@VALUES.add(
    "true-as-one", "SRV-INPUT-3", "A boolean passes for an integer: ttl_days true becomes 1.", also=("SRV-STATE-2",)
)
class _TrueAsOne(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        policy = body.get("retention_policy")
        if not isinstance(policy, dict) or policy.get("ttl_days") is not True:
            return body
        return {**body, "retention_policy": {**policy, "ttl_days": 1}}


@VALUES.add("fraction-cut", "SRV-INPUT-3", "A ttl_days of 7.5 is taken and becomes 7.")
class _FractionCut(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        policy = body.get("retention_policy")
        if not isinstance(policy, dict) or not isinstance(policy.get("ttl_days"), float):
            return body
        return {**body, "retention_policy": {**policy, "ttl_days": int(policy["ttl_days"])}}


@VALUES.add(
    "object-as-array-of-one", "SRV-INPUT-3", "A channel_credentials that is one entry counts as an array of that entry."
)
class _ObjectAsArrayOfOne(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        entry = body.get("channel_credentials")
        return {**body, "channel_credentials": [entry]} if isinstance(entry, dict) else body


@VALUES.add(
    "empty-array-as-object",
    "SRV-INPUT-3",
    "An empty array is taken for an empty object, as PHP's json_decode does: retention_policy [] becomes {}.",
)
class _EmptyArrayAsObject(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "retention_policy": {}} if body.get("retention_policy") == [] else body


@VALUES.add(
    "callback-secret-of-any-type",
    "SRV-INPUT-3",
    "callback_secret may be a number, which becomes a text.",
)
class _CallbackSecretOfAnyType(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        def converted(entry: Any) -> Any:
            if not isinstance(entry, dict) or not isinstance(entry.get("callback_secret"), int):
                return entry
            return {**entry, "callback_secret": str(entry["callback_secret"])}

        return with_entries(body, converted) if isinstance(body.get("channel_credentials"), list) else body


@VALUES.add(
    "wrong-type-422", "SRV-INPUT-3", "A member of the wrong type answers 422 Unprocessable Entity, as other errors 400."
)
class _WrongType422(AppsService):
    def invalid_body(self, found: Sequence[Violation]) -> RefusalError:
        refusal = super().invalid_body(found)
        if found[0].rule != "type":
            return refusal
        return RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, refusal.message, details=refusal.details)


# SRV-INPUT-4


@VALUES.add(
    "unknown-channel-dropped",
    "SRV-INPUT-4",
    "An entry of an unknown channel is left out, and the rest is taken.",
    also=("SRV-STATE-2",),
)
class _UnknownChannelDropped(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        request = super().check_body({**body, "channel_credentials": []}, call)
        entries = body.get("channel_credentials")
        if not isinstance(entries, list):
            return super().check_body(body, call)
        known = [entry for entry in entries if not self._is_of_unknown_channel(entry, request, call)]
        return super().check_body({**body, "channel_credentials": known}, call)

    def _is_of_unknown_channel(self, entry: Any, request: dict[str, Any], call: Call) -> bool:
        found = self.violations({**request, "channel_credentials": [entry]}, call)
        return any(each.rule == "enum" and each.location[-1] == "channel" for each in found)


@VALUES.add("enum-in-any-case", "SRV-INPUT-4", "Enum values are read in any case: full counts as FULL.")
class _EnumInAnyCase(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        view = body.get("conversation_metadata_report_view")
        return {**body, "conversation_metadata_report_view": view.upper()} if isinstance(view, str) else body


@VALUES.add(
    "unknown-retention-type-as-default",
    "SRV-INPUT-4",
    "An unknown retention_type is taken, and becomes the default.",
)
class _UnknownRetentionTypeAsDefault(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.rule == "enum" and violation.location == ("retention_policy", "retention_type")

    def apply_defaults(self, app: App) -> App:
        complete = super().apply_defaults(app)
        policy = complete["retention_policy"]
        known = ("MESSAGE_EXPIRE_POLICY", "CONVERSATION_EXPIRE_POLICY", "PERSIST_RETENTION_POLICY")
        if policy["retention_type"] in known:
            return complete
        return {**complete, "retention_policy": {**policy, "retention_type": known[0]}}


@VALUES.add(
    "dispatch-policy-of-any-type",
    "SRV-INPUT-4",
    "dispatch_retention_policy takes the retention types of retention_policy too.",
    editions=SINCE_2023,
)
class _DispatchPolicyOfAnyType(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        is_type = violation.location == ("dispatch_retention_policy", "retention_type")
        return is_type and violation.found in ("CONVERSATION_EXPIRE_POLICY", "PERSIST_RETENTION_POLICY")


@VALUES.add(
    "placeholder-channel-taken",
    "SRV-INPUT-4",
    "CHANNEL_UNSPECIFIED, a placeholder of answers, is taken in a request.",
    editions=("2021",),
)
class _PlaceholderChannelTaken(OverlookingService):
    def overlooks(self, violation: Violation, request: dict[str, Any], _call: Call) -> bool:
        if violation.location[:1] != ("channel_credentials",) or len(violation.location) < len(
            ("name", "number", "member")
        ):
            return False
        entry: Entry = request["channel_credentials"][violation.location[1]]
        return entry.get("channel") == "CHANNEL_UNSPECIFIED"


@VALUES.add(
    "viber-still-taken",
    "SRV-INPUT-4",
    "VIBER, which edition 2026 no longer has, is still taken.",
    editions=ONLY_2026,
)
class _ViberStillTaken(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.rule == "enum" and violation.location[-1] == "channel" and violation.found == "VIBER"


@VALUES.add(
    "processing-mode-unchecked-on-update",
    "SRV-INPUT-4",
    "Update takes any text as processing_mode; create does not.",
    editions=SINCE_2023,
    also=("SRV-SHAPE-1",),
)
class _ProcessingModeUncheckedOnUpdate(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], call: Call) -> bool:
        return call.name == "update" and violation.rule == "enum" and violation.location == ("processing_mode",)


@VALUES.add("null-entry-skipped", "SRV-INPUT-3", "A null among the entries is left out instead of being refused.")
class _NullEntrySkipped(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        entries = body.get("channel_credentials")
        if not isinstance(entries, list):
            return body
        return {**body, "channel_credentials": [entry for entry in entries if entry is not None]}


@VALUES.add(
    "null-days-stored-as-zero",
    "SRV-SHAPE-1",
    "A ttl_days of null is taken, and stored in a column of integers as 0.",
    also=("SRV-INPUT-3",),
)
class _NullDaysStoredAsZero(AppsService):
    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        policy = body.get("retention_policy")
        if not isinstance(policy, dict) or policy.get("ttl_days", "") is not None:
            return super().check_body(body, call)
        days = {"ttl_days": 1}
        request = super().check_body({**body, "retention_policy": {**policy, **days}}, call)
        return {**request, "retention_policy": {**request["retention_policy"], "ttl_days": 0}}


@VALUES.add(
    "credentials-of-2023-taken",
    "SRV-INPUT-6",
    "An INSTAGRAM entry may still have the static_token of edition 2023, which is read as its instagram_credentials.",
    editions=ONLY_2026,
)
class _CredentialsOf2023Taken(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        def renamed(entry: Any) -> Any:
            is_old = isinstance(entry, dict) and entry.get("channel") == "INSTAGRAM" and "static_token" in entry
            if not is_old or "instagram_credentials" in entry:
                return entry
            token = {"instagram_credentials": entry["static_token"]}
            return {name: value for name, value in entry.items() if name != "static_token"} | token

        entries = body.get("channel_credentials")
        return {**body, "channel_credentials": [renamed(one) for one in entries]} if isinstance(entries, list) else body
