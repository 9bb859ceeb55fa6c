"""Bodies that a server has to refuse: exactly one defect each, and a twin in which only that defect is mended.

The defects are those of contract section 6, SRV-INPUT-2 to SRV-INPUT-6; every one comes from the schemas.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from apps_contract.contract import CredentialForm, credential_forms, is_valid, path_text
from apps_contract.payloads.bases import bases, with_entries
from apps_contract.payloads.cases import Case
from apps_contract.payloads.defects import (
    CREDENTIALS_REQUIREMENT,
    SAME_NUMBER,
    credentials_level,
    defects_at,
    judged_places,
)
from apps_contract.payloads.shapes import ENTRIES, ORDINAL, is_numbered
from apps_contract.payloads.valid import credentials_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition


@cache
def invalid_bodies(edition: Edition, operation: str, requirement: str | None = None) -> tuple[Case, ...]:
    """Return every negative case of a create or an update, or those of one requirement, always in the same order.

    The cases are shared by all callers, who must not change the bodies. A server answers 400 to ``body`` at the
    case's level and 200 to ``twin``; only few twins are distinct. Raises ValueError for other operations.
    """
    spoiled = [
        case
        for base in bases(edition, operation)
        for place in judged_places(base.body, operation, edition)
        if base.is_about(place)
        for case in defects_at(base.body, place, operation, edition)
    ]
    numbers = [
        case
        for form in credential_forms(edition)
        if is_numbered(edition, form.channel)
        for case in _taken_numbers(edition, operation, form)
    ]
    return tuple(case for case in (*_once_each(spoiled), *numbers) if requirement in {None, case.requirement})


def is_proven(case: Case, edition: Edition) -> bool:
    """Tell whether the validator agrees right now: the body breaks its schema, the twin does not."""
    return not is_valid(case.body, case.operation, edition) and is_valid(case.twin, case.operation, edition)


def _once_each(cases: list[Case]) -> Iterator[Case]:
    """Yield one case for each label, taken from each base in turn where several bases have the place."""
    alike: dict[str, list[Case]] = {}
    for case in cases:
        alike.setdefault(case.label, []).append(case)
    for turn, group in enumerate(alike.values()):
        yield group[turn % len(group)]


def _taken_numbers(edition: Edition, operation: str, form: CredentialForm) -> Iterator[Case]:
    """Give two entries of one channel the same number: both written, one defaulted, both defaulted."""
    first = credentials_entry(edition, form, optional=False)
    second = credentials_entry(edition, form, optional=False, tag="second")
    location = f"{ENTRIES}[{form.channel}].{ORDINAL}"
    for operator, one, other, free in (
        ("same-number", {ORDINAL: 1}, {ORDINAL: 1}, 2),
        ("same-number-defaulted", {ORDINAL: 0}, {}, 1),
        ("same-number-both-defaulted", {}, {}, 1),
    ):
        yield Case(
            label=f"{location}: {operator} ({form.member})",
            operation=operation,
            body=with_entries({**first, **one}, {**second, **other}),
            path=path_text((ENTRIES, 1, ORDINAL)),
            operator=operator,
            requirement=CREDENTIALS_REQUIREMENT,
            level=credentials_level(SAME_NUMBER, edition),
            twin=with_entries({**first, **one}, {**second, ORDINAL: free}),
            location=location,
            channel=form.channel,
            member=form.member,
        )
