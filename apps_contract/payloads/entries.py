"""Negative cases about an entry as a whole: which credentials it carries, and its number (SRV-INPUT-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.contract import CredentialForm, Level, credential_forms, path_text, requirement
from apps_contract.payloads.bases import with_entries
from apps_contract.payloads.cases import Case
from apps_contract.payloads.places import at, replaced, without
from apps_contract.payloads.shapes import ENTRIES, ORDINAL, credentials_shape, is_numbered
from apps_contract.payloads.valid import credentials_entry, example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition
    from apps_contract.payloads.places import Steps

_REQUIREMENT = "SRV-INPUT-6"
_FOREIGN_PER_FORM = 2  # with the forms in turn, every credentials member gets to stand beside a foreign channel


def absence_level(edition: Edition) -> Level | None:
    """Return how binding it is to refuse an entry without its credentials object."""
    return _level(0, edition)


def carrier(edition: Edition, member: str) -> tuple[str, str]:
    """Return channel and member of the first form that carries ``member``, or of the first form at all."""
    forms = credential_forms(edition)
    form = next((form for form in forms if form.member == member), forms[0])
    return form.channel, form.member


def invalid_entries(edition: Edition, operation: str) -> Iterator[Case]:
    """Yield every case of an entry without its credentials, with foreign ones beside them, or with a taken number."""
    forms = credential_forms(edition)
    for index, form in enumerate(forms):
        entry = credentials_entry(edition, form)
        body = with_entries(entry)
        steps: Steps = (ENTRIES, 0, form.member)
        if form.channel not in {earlier.channel for earlier in forms[:index]}:
            yield _case(operation, form, "no-credentials", without(body, steps), body, steps, absence_level(edition))
        for foreign in _foreign(forms, index):
            value = credentials_entry(edition, foreign)[foreign.member]
            there: Steps = (ENTRIES, 0, foreign.member)
            spoiled = replaced(body, there, value)
            yield _case(operation, form, "foreign-credentials", spoiled, body, there, _level(1, edition))
        yield from _both_alternatives(edition, operation, form, body)
        if is_numbered(edition, form.channel):
            yield from _taken_numbers(edition, operation, form)


def _foreign(forms: tuple[CredentialForm, ...], index: int) -> list[CredentialForm]:
    """Return forms whose credentials may not stand beside a form's own: later ones of its channel, then others."""
    own = forms[index]
    rivals = [form for form in forms[index + 1 :] if form.channel == own.channel]
    allowed = {form.member for form in forms if form.channel == own.channel}
    others = {form.member: form for form in (*forms[index + 1 :], *forms[:index]) if form.member not in allowed}
    return [*rivals, *others.values()][:_FOREIGN_PER_FORM]


def _both_alternatives(edition: Edition, operation: str, form: CredentialForm, body: dict[str, Any]) -> Iterator[Case]:
    """Put in the alternative that the credentials object does not have yet."""
    shape = credentials_shape(edition, form)
    inside: Steps = (ENTRIES, 0, form.member)
    for name in shape.alternatives:
        if name not in at(body, inside):
            value = example(shape.members[name], f"{form.channel}/{form.member}", name, optional=True)
            spoiled = replaced(body, (*inside, name), value)
            yield _case(operation, form, "both-alternatives", spoiled, body, (*inside, name), _level(1, edition))


def _taken_numbers(edition: Edition, operation: str, form: CredentialForm) -> Iterator[Case]:
    """Give two entries one number: both written, one defaulted, both defaulted."""
    first = credentials_entry(edition, form, optional=False)
    second = credentials_entry(edition, form, optional=False, tag="second")
    for operator, one, other, free in (
        ("same-number", {ORDINAL: 1}, {ORDINAL: 1}, 2),
        ("same-number-defaulted", {ORDINAL: 0}, {}, 1),
        ("same-number-both-defaulted", {}, {}, 1),
    ):
        spoiled = with_entries({**first, **one}, {**second, **other})
        twin = with_entries({**first, **one}, {**second, ORDINAL: free})
        yield _case(operation, form, operator, spoiled, twin, (ENTRIES, 1, ORDINAL), _level(2, edition))


def _case(  # noqa: PLR0913, PLR0917 -- all of a case
    operation: str,
    form: CredentialForm,
    operator: str,
    body: dict[str, Any],
    twin: dict[str, Any],
    steps: Steps,
    level: Level | None,
) -> Case:
    location = f"{ENTRIES}[{form.channel}].{path_text(steps[2:])}"
    note = "" if form.member in location else f" ({form.member})"
    return Case(
        label=f"{location}: {operator}{note}",
        operation=operation,
        body=body,
        path=path_text(steps),
        operator=operator,
        requirement=_REQUIREMENT,
        level=level,
        twin=twin,
        location=location,
        channel=form.channel,
        member=form.member,
    )


def _level(clause: int, edition: Edition) -> Level | None:
    """Return the level of one clause of SRV-INPUT-6: no credentials, foreign ones, two entries of one number."""
    return requirement(_REQUIREMENT).clauses[clause].level(edition)
