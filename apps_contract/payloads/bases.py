"""The few valid bodies that negative cases are made of, so that a suite has few twins to send."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract import credential_forms
from apps_contract.payloads.shapes import ENTRIES, credentials_shape
from apps_contract.payloads.valid import create_for, setting, settings

if TYPE_CHECKING:
    from apps_contract.contract import Edition
    from apps_contract.payloads.places import Place

NAME = "apps-contract payload"


@dataclass(frozen=True)
class Base:
    """A valid body, and the optional top-level member that it is about; empty when about its name and its one entry."""

    body: dict[str, Any]
    setting: str = ""

    def is_about(self, place: Place) -> bool:
        """Tell whether a place is to be spoiled here; the rest is, in a base that has nothing else."""
        return not self.setting or place.steps[0] == self.setting


@cache
def bases(edition: Edition, operation: str) -> tuple[Base, ...]:
    """Return one base for each credentials form (and each alternative in it), one for each optional top-level member.

    The latter take their entry from each form in turn.
    """
    forms = credential_forms(edition)
    with_entry = [
        Base(create_for(edition, form, NAME, alternative=alternative))
        for form in forms
        for alternative in range(len(credentials_shape(edition, form).alternatives) or 1)
    ]
    with_setting = [
        Base(
            {
                **create_for(edition, forms[index % len(forms)], NAME, optional=False),
                name: setting(edition, operation, name),
            },
            name,
        )
        for index, name in enumerate(settings(edition, operation))
    ]
    return (*with_entry, *with_setting)


def with_entries(*entries: dict[str, Any]) -> dict[str, Any]:
    """Return a body with the entries given; a create and an update alike, in every edition."""
    return {"display_name": NAME, ENTRIES: list(entries)}
