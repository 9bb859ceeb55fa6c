"""Bodies that show many pairs at once: what a server has to take, or may take, put together where it fits together.

A campaign sends them first, so that few requests reach much of the table. Defects are never put together: of several,
an answer would not tell which one was seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract import Level, credential_forms
from apps_contract.payloads.bases import NAME
from apps_contract.payloads.boundaries import valid_boundaries
from apps_contract.payloads.cases import Case
from apps_contract.payloads.certain import must_be_taken
from apps_contract.payloads.pairs import pairs_of
from apps_contract.payloads.places import at, replaced
from apps_contract.payloads.shapes import CHANNEL, ENTRIES, credentials_shape
from apps_contract.payloads.tolerated import tolerated_bodies
from apps_contract.payloads.valid import all_entries, credentials_entry, setting, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apps_contract.contract import Edition
    from apps_contract.payloads.places import Steps

    Change = tuple[Steps, Any]
    IsAllowed = Callable[[dict[str, Any]], bool]

_STEP = re.compile(r"[^.\[\]]+")
_ADDED = frozenset({"unknown-member", "read-only"})
_FEWEST = 2  # what stands alone is sent as the case that it is


@dataclass(frozen=True)
class Packed:
    """A body, the cases that it stands for, each of which makes one of its changes alone, and ``base``, with none."""

    case: Case
    base: Case
    parts: tuple[Case, ...]


@cache
def packed_bodies(edition: Edition, operation: str) -> tuple[Packed, ...]:
    """Return bodies that together show most of what a valid or a tolerated body can show, each case in one of them.

    A body holds either only what a server has to take, or what it may refuse for one reason (an operator); its twin is
    the body without that. What fits no body together with others is left out. The bodies are shared by all callers,
    who must not change them.
    """
    bases = _bases(edition, operation)
    at_edges = _shown(valid_boundaries(edition, operation), operation, edition)
    packed = list(_packed(bases, at_edges, lambda body: must_be_taken(body, operation, edition)))
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in tolerated_bodies(edition, operation):
        groups.setdefault((case.requirement, case.operator), []).append(case)
    for group in groups.values():
        packed += _packed(bases, group, lambda _: True)
    return tuple(packed)


def _bases(edition: Edition, operation: str) -> tuple[dict[str, Any], ...]:
    """Return full bodies: one with every form, and one for each further alternative that a form leaves to choose."""
    members = {name: setting(edition, operation, name) for name in settings(edition, operation)}
    forms = {form: len(credentials_shape(edition, form).alternatives) for form in credential_forms(edition)}
    others = [
        [credentials_entry(edition, form, alternative=index) for form, count in forms.items() if index < count]
        for index in range(1, max(forms.values()))
    ]
    return tuple({"display_name": NAME, ENTRIES: entries, **members} for entries in (all_entries(edition), *others))


def _shown(cases: Iterable[Case], operation: str, edition: Edition) -> list[Case]:
    """Return the cases whose pair a body shows by the value at one place, whatever else it holds."""
    return [case for case in cases if case.path and case.pair in pairs_of(case.body, operation, edition)]


def _packed(bases: tuple[dict[str, Any], ...], cases: list[Case], is_allowed: IsAllowed) -> Iterator[Packed]:
    """Put each case into the first body that has room for it."""
    left = cases
    for base in bases:
        while True:
            body, taken, others = _together(base, left, is_allowed)
            if len(taken) < _FEWEST:
                break
            yield Packed(_case(base, body, taken), Case("everything at once", taken[0].operation, base), taken)
            left = others


def _together(
    base: dict[str, Any], cases: list[Case], is_allowed: IsAllowed
) -> tuple[dict[str, Any], tuple[Case, ...], list[Case]]:
    """Return a base changed by as many cases as go together, the first ones first; these cases; and the others."""
    body = base
    places: list[Steps] = []
    taken: list[Case] = []
    others: list[Case] = []
    for case in cases:
        change = _change(case, base)
        if change is not None and not any(_overlap(change[0], place) for place in places):
            changed = _changed(body, *change)
            if is_allowed(changed):
                body = changed
                places.append(change[0])
                taken.append(case)
                continue
        others.append(case)
    return body, tuple(taken), others


def _case(base: dict[str, Any], body: dict[str, Any], parts: tuple[Case, ...]) -> Case:
    first = parts[0]
    if first.level is not Level.MAY:
        return Case(f"{len(parts)} values at their edges", first.operation, body)
    label = f"{first.operator} at {len(parts)} places"
    return Case(label, first.operation, body, requirement=first.requirement, level=Level.MAY, twin=base)


def _change(case: Case, base: dict[str, Any]) -> Change | None:
    """Return where and to what a case changes a base, None where the base has no such place.

    One more entry stands for a place of its own, named by its channel instead of its position.
    """
    steps: Steps = tuple(int(step) if step.isdecimal() else step for step in _STEP.findall(case.path))
    value = at(case.body, steps)
    if steps[0] != ENTRIES:
        moved = steps
    elif case.operator == "repeated-channel":
        return (ENTRIES, case.channel), value
    elif len(steps) == 1 or (index := _entry_of(case, base)) is None:
        return None
    else:
        moved = (ENTRIES, index, *steps[2:])
    try:
        around = at(base, moved[:-1])
    except (LookupError, TypeError):
        return None
    return (moved, value) if moved[-1] in around or case.operator in _ADDED else None


def _entry_of(case: Case, base: dict[str, Any]) -> int | None:
    """Return the number of the entry of the case's form; of any entry where the case is about none."""
    for index, entry in enumerate(base[ENTRIES]):
        if not case.channel or (entry[CHANNEL] == case.channel and case.member in entry):
            return index
    return None


def _changed(body: dict[str, Any], steps: Steps, value: Any) -> dict[str, Any]:
    if steps[0] == ENTRIES and isinstance(steps[1], str):
        return {**body, ENTRIES: [*body[ENTRIES], value]}
    changed: dict[str, Any] = replaced(body, steps, value)
    return changed


def _overlap(one: Steps, other: Steps) -> bool:
    """Tell whether one place lies within the other."""
    return all(first == second for first, second in zip(one, other, strict=False))
