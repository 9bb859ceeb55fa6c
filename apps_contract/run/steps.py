"""What many tests of the suite do: send a body that must be refused, or accepted, and look at what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach
from apps_contract.checks.lifecycle import echoes, same_app, updated
from apps_contract.checks.refusal import ABSENT_STATUSES, accepted, is_lost, refused
from apps_contract.contract import credential_forms
from apps_contract.payloads.certain import must_be_taken
from apps_contract.payloads.invalid import is_proven
from apps_contract.payloads.valid import create_for, full_create, full_update, minimal_create
from apps_contract.run.api import BrokenError
from apps_contract.run.errors import NotTestedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.http.exchange import Exchange
    from apps_contract.payloads.cases import Case
    from apps_contract.run.api import Api


def refuses(api: Api, case: Case) -> None:
    """Send a body with exactly one defect: 400 is due. A refusal counts only if the valid twin is accepted."""
    if not is_proven(case, api.edition):
        raise NotTestedError(f"the case {case.label!r} is not proven to be invalid")
    exchange = _sent(api, case, case.body)
    if not exchange.succeeded and not api.session.accepts(case.operation, case.twin):
        raise NotTestedError("the valid twin of the body was refused too")
    path = f"body.{case.path}".rstrip(".")
    what = f"{case.operation} with {case.label}"
    api.require(refused(exchange, case.requirement, what, path=path, level=case.level))
    if is_lost(exchange):
        message = exchange.failure.message if exchange.failure else f"status {exchange.status}"
        raise NotTestedError(f"no answer: {message}")


def keeps(api: Api, case: Case, *, requirement: str = "SRV-STATE-2", reads_back: bool = True) -> None:
    """Send a valid body: it is accepted, its answer repeats it, and a get shows the same app (if ``reads_back``)."""
    what = f"{case.operation} with {case.label}"
    if case.operation == "update":
        updates(api, case.body, what=what, reads_back=reads_back)
        return
    exchange = api.create(case.body)
    api.require(
        accepted(exchange, "SRV-INPUT-12", what, may_refuse=not must_be_taken(case.body, "create", api.edition))
    )
    if not exchange.succeeded:
        return
    app = api.app_in(exchange)
    api.require(echoes(case.body, app, what, requirement))
    if reads_back:
        shows_the_same(api, app, "create", requirement if requirement == "SRV-STATE-12" else "SRV-STATE-4")


def updates(
    api: Api, body: dict[str, Any], mask: Sequence[str] | None = None, *, what: str = "update", reads_back: bool = True
) -> None:
    """Update an app that nobody else touches, and judge the answer and a get after it (if ``reads_back``)."""
    with api.session.borrowed_app(api) as lent:
        exchange = api.update(lent.app["id"], body, mask)
        api.require(accepted(exchange, "SRV-INPUT-12", what, may_refuse=not must_be_taken(body, "update", api.edition)))
        if not exchange.succeeded:
            return
        answer = api.app_in(exchange)
        api.require(updated(lent.app, body, mask, answer, api.edition))
        lent.app = shows_the_same(api, answer, "update") if reads_back else answer


def shows_the_same(api: Api, answered: dict[str, Any], what: str, requirement: str = "SRV-STATE-4") -> dict[str, Any]:
    """Get an app and require that it is what the last answer showed; return it."""
    exchange = api.get(answered["id"])
    if exchange.status in ABSENT_STATUSES:
        raise BrokenError(
            Breach(requirement, f"{what} and no app at the get after it", "the app", f"status {exchange.status}")
        )
    shown = api.app_in(exchange)
    api.require(same_app(answered, shown, api.edition, requirement, f"{what} and the get after it"))
    return shown


def needs_creates(api: Api) -> None:
    """Raise NotTestedError when the target does not take a plain create: nothing could be said about an odd one."""
    if not api.session.accepts("create", minimal_create(api.edition, "plain")):
        raise NotTestedError("a plain create is not accepted")


def tour(api: Api) -> None:
    """Call every operation with success and with each kind of error, so that there is traffic to look at."""
    session = api.session
    api.list()
    missing = session.invented_id()
    strangers = api.with_authorization(None)
    for call in (api, strangers):
        call.list()
        call.get(missing)
    if session.settings.mode == "read-only":
        return
    apps = []
    for form in credential_forms(api.edition):
        for optional in (True, False):
            body = create_for(api.edition, form, session.new_name(), optional=optional)
            apps.append(api.given_app(body))
    apps.append(api.given_app())
    app_id = str(apps[-1]["id"])
    api.get(app_id)
    api.update(app_id, full_update(api.edition, session.new_name()))
    api.list()
    for call in (api, strangers):
        call.create({**full_create(api.edition, session.new_name()), "channel_credentials": 7})
        call.create(b"{")
        call.update(app_id, {"display_name": 7})
        call.update(missing, minimal_create(api.edition, session.new_name()))
        call.delete(missing)
    strangers.delete(app_id)
    for app in apps:
        api.delete(str(app["id"]))
    api.delete(app_id)


def _sent(api: Api, case: Case, body: Any) -> Exchange:
    if case.operation == "create":
        return api.create(body if case.path == "display_name" else api.personal(body))
    app = api.session.once("app for refused updates", api.session.api().given_app)
    return api.update(app["id"], body)
