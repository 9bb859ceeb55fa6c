"""Tries one body of a create or an update: taken and kept as sent, or refused without an effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach, shown
from apps_contract.checks.comparison import first_difference, same_scalar
from apps_contract.checks.lifecycle import echoes, same_app, shows_defaults, updated
from apps_contract.checks.refusal import absent, accepted, refused
from apps_contract.payloads.certain import must_be_taken
from apps_contract.payloads.invalid import is_proven
from apps_contract.run.errors import NotTestedError
from apps_contract.run.history import made_id

if TYPE_CHECKING:
    from apps_contract.payloads.cases import Case
    from apps_contract.run.api import Api
    from apps_contract.run.fuzz.attempts.stand import Stand
    from apps_contract.run.fuzz.trials import BodyTrial

_READ_ONLY = "SRV-STATE-11"
# What a server may leave out of what was sent: unknown and read-only members. A null is never judged as a value.
_MAY_BE_LEFT_OUT = frozenset({"SRV-INPUT-7", _READ_ONLY})
_NUMBERS = ("rate_limits", "queue_stats")
_BAD_REQUEST = 400


def try_body(api: Api, trial: BodyTrial, stand: Stand) -> None:
    """Send the body and judge; raises BrokenError, or NotTestedError when nothing can be said."""
    if trial.is_defect:
        _defect(api, trial, stand)
    elif trial.case.operation == "create":
        _create(api, trial, stand)
    else:
        _update(api, trial, stand)


def _defect(api: Api, trial: BodyTrial, stand: Stand) -> None:
    case = trial.case
    if not is_proven(case, api.edition):
        raise NotTestedError(f"the case {case.label!r} is not proven to be invalid")
    if case.operation == "update" and not stand.app_id:
        stand.app(api)  # made here, so that the trace shows how
    twin_is_taken = stand.accepts(api, case.operation, case.twin, trial.mask)
    what = f"{case.operation} with {case.label}"
    path = f"body.{case.path}".rstrip(".")
    if case.operation == "create":
        exchange = api.create(case.body)
    else:
        before = stand.app(api)
        exchange = api.update(before["id"], case.body, trial.mask)
        api.require(stand.vanished(api, exchange))
        if exchange.succeeded:
            stand.forget()
    if not exchange.succeeded and not twin_is_taken:
        raise NotTestedError("the valid twin of the body was refused too")
    api.require(refused(exchange, case.requirement, what, path=path, level=case.level))
    if case.operation == "update" and trial.reads_back and exchange.status == _BAD_REQUEST:
        after = api.app_in(api.get(before["id"]))
        api.require(same_app(before, after, api.edition, "SRV-STATE-8", "an app before and after a rejected update"))


def _create(api: Api, trial: BodyTrial, stand: Stand) -> None:
    case, what = trial.case, f"create with {trial.case.label}"
    exchange = api.create(case.body)
    stand.remember("create", case.body, accepted=exchange.succeeded)
    if not exchange.succeeded:
        # Whether it may be refused is costly to tell, and asked for refused bodies only.
        may_refuse = not must_be_taken(case.body, "create", api.edition)
        api.require(accepted(exchange, "SRV-INPUT-12", what, may_refuse=may_refuse))
        return
    app = api.app_in(exchange)
    api.require(
        echoes(_kept(case), app, what, _requirement(case)),
        _not_taken_over(case, app),
        shows_defaults(_kept(case), app, api.edition),
    )
    if trial.reads_back:
        got = api.app_in(api.get(app["id"]))
        api.require(same_app(app, got, api.edition, "SRV-STATE-4", "create and the get after it"))
    if made_id(exchange):
        deleted = api.delete(app["id"])
        if trial.reads_back and deleted.succeeded:
            api.require(absent(api.get(app["id"]), "SRV-STATE-9", "get after a delete"))


def _update(api: Api, trial: BodyTrial, stand: Stand) -> None:
    case, what = trial.case, f"update with {trial.case.label}"
    before = stand.app(api)
    exchange = api.update(before["id"], case.body, trial.mask)
    api.require(stand.vanished(api, exchange))
    stand.remember("update", case.body, trial.mask, accepted=exchange.succeeded)
    if not exchange.succeeded:
        may_refuse = not must_be_taken(case.body, "update", api.edition)
        api.require(accepted(exchange, "SRV-INPUT-12", what, may_refuse=may_refuse))
        return
    app = api.app_in(exchange)
    if app["id"] != before["id"]:
        stand.forget()
    else:
        stand.is_now(app, exchange)
    api.require(updated(before, _kept(case), trial.mask, app, api.edition), _not_taken_over(case, app))
    if trial.reads_back:
        shown_by_get = api.get(before["id"])
        got = api.app_in(shown_by_get)
        stand.is_now(got, shown_by_get)
        api.require(same_app(app, got, api.edition, "SRV-STATE-4", "update and the get after it"))


def _kept(case: Case) -> Any:
    """Return what of a body a server has to keep."""
    return case.twin if case.twin is not None and case.requirement in _MAY_BE_LEFT_OUT else case.body


def _requirement(case: Case) -> str:
    return "SRV-STATE-12" if case.requirement == "SRV-STATE-12" else "SRV-STATE-2"


def _not_taken_over(case: Case, app: dict[str, Any]) -> Breach | None:
    """SRV-STATE-11: judge that what the body held of read-only members did not become the app's.

    Only by values that no server would come to by itself: texts that are no words of an enum, and several numbers
    at once.
    """
    if case.requirement != _READ_ONLY or case.twin is None:
        return None
    for path, value in _added(case.twin, case.body, ""):
        found = _at(app, path)
        if isinstance(value, str) and not value.isupper() and same_scalar(value, found):
            return _taken_over(case, f"body{path}", found)
    for name in _NUMBERS:
        numbers = case.body.get(name)
        if numbers and first_difference(numbers, app.get(name)) is None:
            return _taken_over(case, f"body.{name}", numbers)
    return None


def _taken_over(case: Case, path: str, found: Any) -> Breach:
    title = f"{case.operation} took over a read-only member"
    return Breach(_READ_ONLY, title, "the server's own value", shown(found), path)


def _added(twin: Any, body: Any, path: str) -> list[tuple[str, Any]]:
    """Return what a body holds beyond its twin, with its path."""
    if isinstance(twin, dict) and isinstance(body, dict):
        return [
            found
            for name, value in body.items()
            for found in (
                _added(twin[name], value, f"{path}.{name}") if name in twin else _leaves(value, f"{path}.{name}")
            )
        ]
    if isinstance(twin, list) and isinstance(body, list):
        pairs = zip(twin, body, strict=False)
        return [found for index, (one, other) in enumerate(pairs) for found in _added(one, other, f"{path}.{index}")]
    return []


def _leaves(value: Any, path: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in _leaves(inner, f"{path}.{name}")]
    return [(path, value)]


def _at(value: Any, path: str) -> Any:
    for step in path.split(".")[1:]:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return None
    return value
