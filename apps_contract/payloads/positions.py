"""The same defect at another place in the list: services that look only at the first entry are common."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apps_contract.contract import credential_forms
from apps_contract.payloads.valid import credentials_entry

if TYPE_CHECKING:
    from apps_contract.contract import Edition
    from apps_contract.payloads.cases import Case

_FIRST = "channel_credentials[0]"
_SECOND = "channel_credentials[1]"


def in_second_entry(case: Case, edition: Edition) -> Case:
    """Return the case with a valid entry of another channel put before the entry that it is about.

    A case that is not about the first of its entries is returned as it is.
    """
    if not case.path.startswith(_FIRST) or not isinstance(case.body, dict):
        return case
    taken = [entry.get("channel") for body in (case.body, case.twin) for entry in _entries(body)]
    form = next(form for form in reversed(credential_forms(edition)) if form.channel not in [*taken, "LINE"])
    first = credentials_entry(edition, form, optional=False, tag="before")
    return replace(
        case,
        label=f"{case.label}, in the second entry",
        body=_with_first(case.body, first),
        twin=_with_first(case.twin, first),
        path=case.path.replace(_FIRST, _SECOND, 1),
    )


def _entries(body: Any) -> list[dict[str, Any]]:
    entries = body.get("channel_credentials") if isinstance(body, dict) else None
    return [entry for entry in entries or [] if isinstance(entry, dict)]


def _with_first(body: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
    return {**body, "channel_credentials": [first, *body["channel_credentials"]]}
