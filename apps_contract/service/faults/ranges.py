"""Faults in checking ranges, lengths and the credentials of a channel (SRV-INPUT-5, 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.contract import Level
from apps_contract.service.faults.editions import BEFORE_2026, ONLY_2026, SINCE_2023
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.faults.values import CoercingService, OverlookingService

if TYPE_CHECKING:
    from apps_contract.contract import Violation
    from apps_contract.service.message import Call

RANGES = Catalogue()

_TTL = ("retention_policy", "ttl_days")
_OUT_OF_RANGE = ("minimum", "maximum")


# SRV-INPUT-5


@RANGES.add("ttl-3651-taken", "SRV-INPUT-5", "The upper bound of ttl_days is off by one: 3651 is taken.")
class _Ttl3651Taken(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.location == _TTL and violation.rule == "maximum" and violation.found == violation.expected + 1


@RANGES.add("ttl-zero-taken", "SRV-INPUT-5", "A ttl_days of 0 is taken, as if it meant none.", also=("SRV-SHAPE-1",))
class _TtlZeroTaken(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.location == _TTL and violation.rule == "minimum" and violation.found == 0


@RANGES.add("ttl-clamped", "SRV-INPUT-5", "A ttl_days above its range is taken, and becomes the highest allowed.")
class _TtlClamped(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        policy = body.get("retention_policy")
        if not isinstance(policy, dict) or type(policy.get("ttl_days")) is not int:
            return body
        return {**body, "retention_policy": {**policy, "ttl_days": min(policy["ttl_days"], 3650)}}


@RANGES.add("ttl-unchecked-on-update", "SRV-INPUT-5", "Update does not check the range of ttl_days; create does.")
class _TtlUncheckedOnUpdate(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], call: Call) -> bool:
        return call.name == "update" and violation.location == _TTL and violation.rule in _OUT_OF_RANGE


@RANGES.add(
    "ttl-unchecked-under-persist",
    "SRV-INPUT-5",
    "Under PERSIST_RETENTION_POLICY, where ttl_days has no effect, its range is not checked.",
)
class _TtlUncheckedUnderPersist(OverlookingService):
    def overlooks(self, violation: Violation, request: dict[str, Any], _call: Call) -> bool:
        if violation.location != _TTL or violation.rule not in _OUT_OF_RANGE:
            return False
        return bool(request["retention_policy"].get("retention_type") == "PERSIST_RETENTION_POLICY")


@RANGES.add("callback-secret-of-257-taken", "SRV-INPUT-5", "A callback_secret of 257 characters is taken.")
class _CallbackSecretOf257Taken(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.rule == "maxLength" and len(violation.found) == violation.expected + 1


@RANGES.add(
    "callback-secret-checked-in-first-entry",
    "SRV-INPUT-5",
    "The length of callback_secret is checked in the first entry only.",
)
class _CallbackSecretCheckedInFirstEntry(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.rule == "maxLength" and violation.location[1:2] != (0,)


@RANGES.add(
    "dispatch-ttl-8-taken", "SRV-INPUT-5", "A ttl_days of 8 is taken in dispatch_retention_policy.", editions=SINCE_2023
)
class _DispatchTtl8Taken(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        is_above = violation.rule == "maximum" and violation.found == violation.expected + 1
        return is_above and violation.location == ("dispatch_retention_policy", "ttl_days")


@RANGES.add(
    "ordinal-wraps",
    "SRV-INPUT-5",
    "A credential_ordinal_number of 256 is stored in one byte and becomes 0.",
    editions=ONLY_2026,
)
class _OrdinalWraps(CoercingService):
    def coerced(self, body: dict[str, Any]) -> dict[str, Any]:
        def wrapped(entry: Any) -> Any:
            number = entry.get("credential_ordinal_number") if isinstance(entry, dict) else None
            return {**entry, "credential_ordinal_number": number % 256} if type(number) is int and number > 0 else entry

        entries = body.get("channel_credentials")
        if not isinstance(entries, list):
            return body
        return {**body, "channel_credentials": [wrapped(entry) for entry in entries]}


@RANGES.add(
    "retry-duration-zero-taken",
    "SRV-INPUT-5",
    "A retry_duration of 0 is taken, as if it switched retries off.",
    editions=ONLY_2026,
    also=("SRV-SHAPE-1",),
)
class _RetryDurationZeroTaken(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.location[-1] == "retry_duration" and violation.rule == "minimum" and violation.found == 0


@RANGES.add(
    "waiting-time-unchecked-while-disabled",
    "SRV-INPUT-5",
    "The range of delivery_report_waiting_time is checked only while the fallback is enabled.",
    editions=ONLY_2026,
)
class _WaitingTimeUncheckedWhileDisabled(OverlookingService):
    def overlooks(self, violation: Violation, request: dict[str, Any], _call: Call) -> bool:
        if violation.location[-1] != "delivery_report_waiting_time" or violation.rule not in _OUT_OF_RANGE:
            return False
        return not request["delivery_report_based_fallback"].get("enabled")


# SRV-INPUT-6: a MUST in edition 2026 only, and there for the missing object only


@RANGES.add(
    "bare-entry-taken",
    "SRV-INPUT-6",
    "An entry without any credentials object is taken.",
    editions=BEFORE_2026,
    level=Level.SHOULD,
)
@RANGES.add(
    "bare-entry-taken-2026", "SRV-INPUT-6", "An entry without any credentials object is taken.", editions=ONLY_2026
)
class _BareEntryTaken(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.rule == "credentials"


@RANGES.add(
    "bare-applebc-entry-taken",
    "SRV-INPUT-6",
    "An entry of APPLEBC is taken without its credentials object; all other channels are checked.",
    editions=ONLY_2026,
)
class _BareApplebcEntryTaken(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.rule == "credentials" and violation.location[-1] == "applebc_credentials"


@RANGES.add(
    "bare-entry-with-secret-taken",
    "SRV-INPUT-6",
    "Update takes an entry without credentials object if it has a callback_secret, as a change of the secret alone.",
    editions=ONLY_2026,
)
class _BareEntryWithSecretTaken(OverlookingService):
    def overlooks(self, violation: Violation, request: dict[str, Any], call: Call) -> bool:
        if call.name != "update" or violation.rule != "credentials":
            return False
        return "callback_secret" in request["channel_credentials"][violation.location[1]]


@RANGES.add(
    "foreign-credentials-taken",
    "SRV-INPUT-6",
    "A credentials object of another channel beside the right one is taken.",
    level=Level.SHOULD,
)
class _ForeignCredentialsTaken(OverlookingService):
    def overlooks(self, violation: Violation, _request: dict[str, Any], _call: Call) -> bool:
        return violation.rule == "foreign"


@RANGES.add(
    "equal-ordinals-taken",
    "SRV-INPUT-6",
    "Two LINE entries with one ordinal number are taken if neither gives it: the default is applied too late.",
    editions=ONLY_2026,
    level=Level.SHOULD,
)
class _EqualOrdinalsTaken(OverlookingService):
    def overlooks(self, violation: Violation, request: dict[str, Any], _call: Call) -> bool:
        is_given = [
            entry.get("credential_ordinal_number") is not None for entry in request.get("channel_credentials", [])
        ]
        return violation.rule == "line_ordinals_unique" and not any(is_given)


@RANGES.add("range-unchecked-under-mask", "SRV-INPUT-5", "An update with a mask does not look at ranges.")
class _RangeUncheckedUnderMask(OverlookingService):
    def overlooks(self, violation: Violation, request: dict[str, Any], call: Call) -> bool:  # noqa: ARG002 -- as others
        return bool(call.query) and violation.rule in {"minimum", "maximum"}
