"""What has to be sent before some exchanges so that their apps are there again, as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.http.exchange import NotJsonError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apps_contract.http.exchange import Exchange

_MOST_CHANGES = 8
_CHANGING = frozenset({"App_UpdateApp", "App_DeleteApp"})


def with_origins(
    traffic: Iterable[Exchange], trace: Sequence[Exchange], *, changes: bool = False, listed: str | None = None
) -> tuple[Exchange, ...]:
    """Put before the exchanges the creates of the apps that they name, from what was sent earlier in the run.

    With ``changes`` also the latest updates and deletes of those apps: what an answer shows may hang on them.
    ``listed`` is a further app, which the last exchange listed.
    """
    traffic = list(traffic)
    made = {made_id(exchange) for exchange in trace}
    wanted = ({exchange.app_id for exchange in trace if exchange.app_id} | {listed}) - made - {None}
    if not wanted:
        return tuple(trace)
    creates = {app_id: one for one in traffic if (app_id := made_id(one)) in wanted}
    named = {app_id: [one.number for one in trace if one.app_id == app_id] for app_id in creates if app_id}
    first = {app_id: min(numbers, default=trace[-1].number) for app_id, numbers in named.items()}
    later = [
        one
        for one in traffic
        if changes
        and one.succeeded
        and one.operation in _CHANGING
        and one.app_id in first
        and one.number < first[one.app_id]
    ]
    before = [*creates.values(), *later[-_MOST_CHANGES:]]
    return (*(one for one in before if all(one is not known for known in trace)), *trace)


def made_id(exchange: Exchange) -> str | None:
    """Return the id of the app that a create made; None if it made none."""
    if exchange.operation != "App_CreateApp" or exchange.response is None or not exchange.succeeded:
        return None
    try:
        made = exchange.response.json.get("id")
    except (NotJsonError, AttributeError):
        return None
    return made if isinstance(made, str) and made else None
