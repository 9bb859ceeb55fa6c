"""SRV-INPUT-3 and 5: values that services make exceptions for, and those that the contract lets pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.lifecycle import echoes
from apps_contract.checks.refusal import answered
from apps_contract.checks.shape import success_matches_schema
from apps_contract.payloads.cases import Case
from apps_contract.payloads.selection import prioritised
from apps_contract.payloads.tolerated import tolerated_bodies
from apps_contract.payloads.valid import minimal_create
from apps_contract.run.marks import requirement
from apps_contract.run.steps import refuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from apps_contract.run.api import Api
    from apps_contract.run.settings import Settings


def odd_values(settings: Settings) -> Iterator[Case]:
    """Values out of range that services make exceptions for: zero, and where another member takes their effect."""
    plain = minimal_create(settings.edition, "no effect")
    persist = "PERSIST_RETENTION_POLICY"
    for days in (0, 3651):
        body = {**plain, "retention_policy": {"retention_type": persist, "ttl_days": days}}
        yield _odd_value("retention_policy.ttl_days", days, body, plain)
    if settings.edition == "2026":
        for seconds in (0, 9, 259_201):
            body = {
                **plain,
                "delivery_report_based_fallback": {"enabled": False, "delivery_report_waiting_time": seconds},
            }
            yield _odd_value("delivery_report_based_fallback.delivery_report_waiting_time", seconds, body, plain)
        body = {**plain, "message_retry_settings": {"retry_duration": 0}}
        yield _odd_value("message_retry_settings.retry_duration", 0, body, plain)


def _odd_value(path: str, value: int, body: dict[str, Any], twin: dict[str, Any]) -> Case:
    return Case(f"{path} {value}", "create", body, path, "odd-value", "SRV-INPUT-5", twin=twin)


@requirement("SRV-INPUT-5", each=odd_values)
def test_value_out_of_range_has_no_exceptions(api: Api, case: Case) -> None:
    """A value out of its range answers 400, also when it is zero, and where it would have no effect."""
    refuses(api, case)


def near_misses(settings: Settings) -> Iterator[Case]:
    """Wrong types that lenient languages take for the right ones: one element for a list, a list for an object."""
    for operation in ("create", "update"):
        plain = minimal_create(settings.edition, "near miss")
        twin = {**plain, "retention_policy": {"ttl_days": 1}}
        for path, value in (
            ("channel_credentials", plain["channel_credentials"][0]),
            ("channel_credentials", {"0": plain["channel_credentials"][0]}),
            ("channel_credentials", ""),
            ("channel_credentials", [None]),
            ("channel_credentials", [plain["channel_credentials"][0], None]),
            ("retention_policy", []),
            ("retention_policy", ""),
            ("retention_policy.ttl_days", True),
            ("retention_policy.ttl_days", "1"),
            ("retention_policy.ttl_days", 1.5),
            ("retention_policy.ttl_days", ""),
            ("retention_policy.ttl_days", [1]),
        ):
            name, _, inner = path.partition(".")
            body = {**twin, name: {inner: value} if inner else value}
            yield Case(f"{path} {value!r}"[:60], operation, body, path, "near-miss", "SRV-INPUT-3", twin=twin)


@requirement("SRV-INPUT-3", each=near_misses)
def test_value_that_looks_like_the_right_type_is_refused(api: Api, case: Case) -> None:
    """A member of the wrong JSON type answers 400, however near it is to the right one."""
    refuses(api, case)


MOST_TOLERATED = (12, 6)


def tolerated(settings: Settings) -> Iterator[Case]:
    """Null where a member may be left out, and whole numbers written with a fraction."""
    for operation, limit in zip(("create", "update"), MOST_TOLERATED, strict=True):
        cases = tolerated_bodies(settings.edition, operation, "SRV-INPUT-3")
        yield from prioritised(cases, limit, settings.seed, always=is_setting_in_part)


def is_setting_in_part(case: Case) -> bool:
    """Tell whether a case is about a member of one of the app's settings."""
    return "." in case.location and "[" not in case.location


@requirement("SRV-INPUT-3", each=tolerated)
def test_what_may_pass_is_taken_or_refused(api: Api, case: Case) -> None:
    """A null counts as absent or is answered 400, as is a zero fraction where it does not count as an integer."""
    what = f"{case.operation} with {case.label}"
    body = api.personal(case.body)
    if case.operation == "create":
        exchange = api.create(body)
    else:
        exchange = api.update(api.session.once("app for odd bodies", api.session.api().given_app)["id"], body)
    api.require(answered(exchange, "SRV-INPUT-3", what, (200, 400)))
    if exchange.succeeded:
        api.require(success_matches_schema(exchange, api.edition))  # a null that was let in and stored shows here
        api.require(echoes(body, api.app_in(exchange), what))
