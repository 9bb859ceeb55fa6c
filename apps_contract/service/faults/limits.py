"""Faults in media types, methods, masks and in what must be accepted (SRV-INPUT-9 to 12)."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from apps_contract.contract import Level
from apps_contract.service.faults.editions import ONLY_2026, SINCE_2023
from apps_contract.service.faults.fault import Catalogue
from apps_contract.service.mask import mask_names, masked_members
from apps_contract.service.refusal import RefusalError
from apps_contract.service.service import AppsService
from apps_contract.service.shape import shape

if TYPE_CHECKING:
    from apps_contract.contract import Edition
    from apps_contract.service.message import Call
    from apps_contract.service.service import Mask

LIMITS = Catalogue()

_STRICT_MASKS: tuple[Edition, ...] = ("2021", "2026")


# SRV-INPUT-9


@LIMITS.add("any-media-type-taken", "SRV-INPUT-9", "The media type is not looked at: JSON sent as XML is taken.")
class _AnyMediaTypeTaken(AppsService):
    def check_media_type(self, _call: Call) -> None:
        return


@LIMITS.add(
    "text-taken-on-update",
    "SRV-INPUT-9",
    "Update takes a body sent as text/plain, which a browser sends without asking first.",
)
class _TextTakenOnUpdate(AppsService):
    def check_media_type(self, call: Call) -> None:
        is_text = (call.header("content-type") or "").lower().startswith("text/plain")
        if call.name != "update" or not is_text:
            super().check_media_type(call)


# SRV-INPUT-10


@LIMITS.add("put-updates", "SRV-INPUT-10", "PUT on an app is taken for an update.")
class _PutUpdates(AppsService):
    def route(self, call: Call) -> Call:
        return super().route(replace(call, method="PATCH") if call.method == "PUT" else call)


@LIMITS.add(
    "post-on-app-updates", "SRV-INPUT-10", "POST on an app is taken for an update, for clients that know no PATCH."
)
class _PostOnAppUpdates(AppsService):
    def route(self, call: Call) -> Call:
        is_on_app = call.method == "POST" and "/apps/" in call.path
        return super().route(replace(call, method="PATCH") if is_on_app else call)


@LIMITS.add("any-method-lists", "SRV-INPUT-10", "Any method but POST on the list of apps is answered with the list.")
class _AnyMethodLists(AppsService):
    def route(self, call: Call) -> Call:
        is_on_list = call.method != "POST" and call.path.endswith("/apps")
        return super().route(replace(call, method="GET") if is_on_list else call)


class _RefusingMethodsService(AppsService):
    """Refuses unknown methods with a status of its own."""

    status = HTTPStatus.METHOD_NOT_ALLOWED

    def route(self, call: Call) -> Call:
        try:
            return super().route(call)
        except RefusalError as refusal:
            if refusal.status != HTTPStatus.METHOD_NOT_ALLOWED:
                raise
            raise RefusalError(self.status, refusal.message) from None


@LIMITS.add("wrong-method-400", "SRV-INPUT-10", "A method that the path does not have answers 400.", level=Level.SHOULD)
class _WrongMethod400(_RefusingMethodsService):
    status = HTTPStatus.BAD_REQUEST


@LIMITS.add("wrong-method-403", "SRV-INPUT-10", "A method that the path does not have answers 403.", level=Level.SHOULD)
class _WrongMethod403(_RefusingMethodsService):
    status = HTTPStatus.FORBIDDEN


# SRV-INPUT-11


class _MaskReadingService(AppsService):
    """Reads the names in the update mask in its own way."""

    def parse_mask(self, call: Call) -> Mask:
        parameter = call.operation.mask_parameter(self.edition) if call.operation else None
        if parameter is None or all(name != parameter for name, _ in call.parameters):
            return None
        return self.read_mask(mask_names(call.parameters, parameter))

    def read_mask(self, names: list[str]) -> Mask:
        """Return the members that the names mean; there is a mask, though maybe an empty one."""
        return masked_members(names, shape("app", self.edition))


@LIMITS.add(
    "unknown-mask-field-ignored-2023",
    "SRV-INPUT-11",
    "Unknown fields in the update mask are ignored.",
    editions=("2023",),
    level=Level.SHOULD,
)
@LIMITS.add(
    "unknown-mask-field-ignored",
    "SRV-INPUT-11",
    "Unknown fields in the update mask are ignored.",
    editions=_STRICT_MASKS,
)
class _UnknownMaskFieldIgnored(_MaskReadingService):
    def read_mask(self, names: list[str]) -> Mask:
        known = shape("app", self.edition)
        return frozenset(name for name in names if name in known) if names else None


@LIMITS.add(
    "unknown-mask-field-beside-known-ignored",
    "SRV-INPUT-11",
    "An unknown field in the update mask is ignored as long as a known one stands beside it.",
    editions=_STRICT_MASKS,
)
class _UnknownMaskFieldBesideKnownIgnored(_MaskReadingService):
    def read_mask(self, names: list[str]) -> Mask:
        known = [name for name in names if name in shape("app", self.edition)]
        return super().read_mask(known or names)


@LIMITS.add(
    "camel-case-mask-taken",
    "SRV-INPUT-11",
    "The update mask takes displayName for display_name, as protobuf's JSON mapping does.",
    editions=_STRICT_MASKS,
)
class _CamelCaseMaskTaken(_MaskReadingService):
    def read_mask(self, names: list[str]) -> Mask:
        return super().read_mask([re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name) for name in names])


@LIMITS.add(
    "empty-mask-changes-nothing",
    "SRV-INPUT-11",
    "An empty update mask names no member, so that the update changes nothing.",
    also=("SRV-STATE-6",),
)
class _EmptyMaskChangesNothing(_MaskReadingService):
    def read_mask(self, names: list[str]) -> Mask:
        return super().read_mask(names) if names else frozenset()


@LIMITS.add("empty-mask-400", "SRV-INPUT-11", "An empty update mask answers 400.", also=("SRV-INPUT-12",))
class _EmptyMask400(_MaskReadingService):
    def read_mask(self, names: list[str]) -> Mask:
        if not names:
            raise RefusalError(400, "the update mask names no member")
        return super().read_mask(names)


# SRV-INPUT-12


class _PickyService(AppsService):
    """Refuses valid requests that ``refuses`` picks."""

    def check_body(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        request = super().check_body(body, call)
        if self.refuses(request):
            raise RefusalError(400, "the request cannot be accepted")
        return request

    def refuses(self, request: dict[str, Any]) -> bool:
        """Tell whether a valid request is refused."""
        raise NotImplementedError


@LIMITS.add("ttl-3650-refused", "SRV-INPUT-12", "The upper bound of ttl_days is exclusive: 3650 answers 400.")
class _Ttl3650Refused(_PickyService):
    def refuses(self, request: dict[str, Any]) -> bool:
        return bool(request.get("retention_policy", {}).get("ttl_days") == 3650)  # noqa: PLR2004 -- the bound


@LIMITS.add("rcs-refused", "SRV-INPUT-12", "The channel RCS answers 400: the table of channels lacks it.")
class _RcsRefused(_PickyService):
    def refuses(self, request: dict[str, Any]) -> bool:
        return any(entry["channel"] == "RCS" for entry in request.get("channel_credentials", []))


@LIMITS.add(
    "callback-secret-counted-in-bytes",
    "SRV-INPUT-12",
    "callback_secret is measured in bytes: 256 characters beyond ASCII answer 400.",
)
class _CallbackSecretCountedInBytes(_PickyService):
    def refuses(self, request: dict[str, Any]) -> bool:
        limit = 256
        secrets = (entry.get("callback_secret", "") for entry in request.get("channel_credentials", []))
        return any(len(secret.encode()) > limit for secret in secrets)


@LIMITS.add(
    "name-counted-in-utf16",
    "SRV-INPUT-12",
    "display_name is measured in UTF-16 units: 256 characters beyond the BMP answer 400.",
    also=("SRV-STATE-12",),
)
class _NameCountedInUtf16(_PickyService):
    def refuses(self, request: dict[str, Any]) -> bool:
        limit = 256 * 2  # in bytes
        return len(request.get("display_name", "").encode("utf-16-le")) > limit


@LIMITS.add("body-over-32-kib-refused", "SRV-INPUT-12", "A body of more than 32 KiB answers 413.")
class _BodyOver32KibRefused(AppsService):
    def parse_body(self, call: Call) -> dict[str, Any]:
        if call.body is not None and len(call.body) > 1 << 15:
            raise RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too long")
        return super().parse_body(call)


@LIMITS.add(
    "policy-without-type-refused",
    "SRV-INPUT-12",
    "A retention_policy with ttl_days alone answers 400: retention_type counts as required.",
    also=("SRV-STATE-6",),
)
class _PolicyWithoutTypeRefused(_PickyService):
    def refuses(self, request: dict[str, Any]) -> bool:
        return "retention_type" not in request.get("retention_policy", {"retention_type": ""})


@LIMITS.add(
    "mms-without-basic-auth-refused", "SRV-INPUT-12", "MMS credentials without the optional basic_auth answer 400."
)
class _MmsWithoutBasicAuthRefused(_PickyService):
    def refuses(self, request: dict[str, Any]) -> bool:
        entries = request.get("channel_credentials", [])
        return any("basic_auth" not in entry["mms_credentials"] for entry in entries if "mms_credentials" in entry)


@LIMITS.add(
    "both-policies-refused",
    "SRV-INPUT-12",
    "retention_policy and dispatch_retention_policy in one request answer 400.",
    editions=SINCE_2023,
)
class _BothPoliciesRefused(_PickyService):
    def refuses(self, request: dict[str, Any]) -> bool:
        return "retention_policy" in request and "dispatch_retention_policy" in request


@LIMITS.add(
    "second-line-entry-refused",
    "SRV-INPUT-12",
    "A second LINE entry answers 400, whatever its ordinal number.",
    editions=ONLY_2026,
)
class _SecondLineEntryRefused(_PickyService):
    def refuses(self, request: dict[str, Any]) -> bool:
        return [entry["channel"] for entry in request.get("channel_credentials", [])].count("LINE") > 1


@LIMITS.add(
    "longest-waiting-time-refused",
    "SRV-INPUT-12",
    "A delivery_report_waiting_time of three days, the longest allowed, answers 400.",
    editions=ONLY_2026,
)
class _LongestWaitingTimeRefused(_PickyService):
    def refuses(self, request: dict[str, Any]) -> bool:
        fallback = request.get("delivery_report_based_fallback", {})
        return bool(fallback.get("delivery_report_waiting_time") == 3 * 24 * 3600)


@LIMITS.add(
    "mask-in-any-case",
    "SRV-INPUT-11",
    "The names in the update mask are compared without regard to case.",
    editions=_STRICT_MASKS,
)
class _MaskInAnyCase(_MaskReadingService):
    def read_mask(self, names: list[str]) -> Mask:
        return masked_members([name.lower() for name in names], shape("app", self.edition))
