"""SRV-INPUT-3, 5 and 6: values that services make exceptions for, and those that the contract lets pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.checks.lifecycle import echoes
from apps_contract.checks.refusal import answered, refused
from apps_contract.checks.shape import success_matches_schema
from apps_contract.contract import EDITIONS, credential_forms
from apps_contract.payloads.cases import Case
from apps_contract.payloads.defects import NO_CREDENTIALS, credentials_level
from apps_contract.payloads.selection import prioritised
from apps_contract.payloads.tolerated import tolerated_bodies
from apps_contract.payloads.valid import minimal_create
from apps_contract.run.marks import requirement
from apps_contract.run.steps import refuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from apps_contract.http.exchange import Exchange
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


def credentials_of_other_editions(settings: Settings) -> Iterator[Case]:
    """Entries with the credentials object that their channel has in another edition, and without its own."""
    edition = settings.edition
    for form in credential_forms(edition):
        own = {one.member for one in credential_forms(edition) if one.channel == form.channel}
        for other in (one for each in EDITIONS for one in credential_forms(each) if each != edition):
            if other.channel == form.channel and other.member not in own:
                own.add(other.member)
                entry = {"channel": form.channel, other.member: {"token": "token-of-another-edition"}}
                body = {**minimal_create(edition, "another edition"), "channel_credentials": [entry]}
                label = f"a {form.channel} entry with {other.member} alone"
                yield from (Case(label, operation, body) for operation in ("create", "update"))


@requirement("SRV-INPUT-6", each=credentials_of_other_editions)
def test_credentials_of_another_edition_are_not_the_channels_own(api: Api, case: Case) -> None:
    """An entry without the credentials object of its channel answers 400, whatever it has from another edition."""
    exchange = sent(api, case)
    what = f"{case.operation} with {case.label}"
    api.require(refused(exchange, "SRV-INPUT-6", what, level=credentials_level(NO_CREDENTIALS, api.edition)))


def sent(api: Api, case: Case) -> Exchange:
    if case.operation == "create":
        return api.create(api.personal(case.body))
    return api.update(api.session.once("app for odd bodies", api.session.api().given_app)["id"], case.body)


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
    if case.operation == "create":
        body = api.personal(case.body)
        judge_tolerated(api, api.create(body), body, what)
        return
    with api.session.borrowed_app(api) as lent:
        exchange = api.update(lent.app["id"], case.body)
        judge_tolerated(api, exchange, case.body, what)
        if exchange.succeeded:
            lent.app = api.app_in(exchange)


def judge_tolerated(api: Api, exchange: Exchange, body: dict[str, Any], what: str) -> None:
    """Require that a body was refused, or taken for what it says without what is odd in it."""
    api.require(answered(exchange, "SRV-INPUT-3", what, (200, 400)))
    if exchange.succeeded:
        api.require(success_matches_schema(exchange, api.edition))  # a null that was let in and stored shows here
        api.require(echoes(body, api.app_in(exchange), what))
