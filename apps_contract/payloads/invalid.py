"""Bodies that a server has to refuse: exactly one defect each, and a twin in which only that defect is mended.

The defects are those of contract section 6, SRV-INPUT-2 to SRV-INPUT-6; every one comes from the schemas.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract import Level, is_valid
from apps_contract.payloads.bases import Base, bases
from apps_contract.payloads.cases import Case
from apps_contract.payloads.entries import absence_level, carrier, invalid_entries
from apps_contract.payloads.operators import beyond_limits, unknown_words, wrong_types
from apps_contract.payloads.places import at, places, replaced, without
from apps_contract.payloads.shapes import foreign_channels, request_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition
    from apps_contract.payloads.operators import Spoiled
    from apps_contract.payloads.places import Place


@cache
def invalid_bodies(edition: Edition, operation: str, requirement: str | None = None) -> tuple[Case, ...]:
    """Return every negative case of a create or an update, or those of one requirement, always in the same order.

    The cases are shared by all callers, who must not change the bodies. A server answers 400 to ``body`` at the
    case's level and 200 to ``twin``; only few twins are distinct. Raises ValueError for other operations.
    """
    spoiled = [case for base in bases(edition, operation) for case in _spoiled(base, operation, edition)]
    cases = (*_once_each(spoiled), *invalid_entries(edition, operation))
    return tuple(case for case in cases if requirement in {None, case.requirement})


def is_proven(case: Case, edition: Edition) -> bool:
    """Tell whether the validator agrees right now: the body breaks its schema, the twin does not."""
    return not is_valid(case.body, case.operation, edition) and is_valid(case.twin, case.operation, edition)


def _once_each(cases: list[Case]) -> Iterator[Case]:
    """Yield one case for each defect, taken from each base in turn where several bases have the place."""
    alike: dict[tuple[str, str, str], list[Case]] = {}
    for case in cases:
        word = case.label if case.operator.startswith("enum") else ""
        alike.setdefault((case.location, case.operator, word), []).append(case)
    for turn, group in enumerate(alike.values()):
        yield group[turn % len(group)]


def _spoiled(base: Base, operation: str, edition: Edition) -> Iterator[Case]:
    """Apply each operator at each place that the base is about."""
    for place in places(base.body, operation, edition):
        if not base.is_about(place):
            continue
        if place.required and place.name and place.name != place.member:
            yield _case("SRV-INPUT-2", base, place, operation, "missing", without(base.body, place.steps))
        if place.alternative == 1:  # the same body for the others
            yield _case("SRV-INPUT-2", base, place, operation, "no-alternative", without(base.body, place.steps))
        for requirement, spoiled in (
            ("SRV-INPUT-3", wrong_types(place, nullable=_null_may_pass(place, edition))),
            ("SRV-INPUT-4", unknown_words(place, _words_from_elsewhere(place, operation, edition))),
            ("SRV-INPUT-5", beyond_limits(place)),
        ):
            yield from _cases(requirement, base, place, operation, spoiled)


def _cases(requirement: str, base: Base, place: Place, operation: str, spoiled: Iterator[Spoiled]) -> Iterator[Case]:
    for operator, value in spoiled:
        yield _case(requirement, base, place, operation, operator, replaced(base.body, place.steps, value))


def _case(requirement: str, base: Base, place: Place, operation: str, operator: str, body: Any) -> Case:  # noqa: PLR0913, PLR0917 -- all of a case
    word = f" {at(body, place.steps)!r}" if operator.startswith("enum") else ""
    return Case(
        label=f"{place.location}: {operator}{word}",
        operation=operation,
        body=body,
        path=place.path,
        operator=operator,
        requirement=requirement,
        level=Level.MUST,
        twin=base.body,
        location=place.location,
        channel=place.channel,
        member=place.member,
    )


def _null_may_pass(place: Place, edition: Edition) -> bool:
    """Whether null may count as absent, and absence may be let pass."""
    is_credentials = bool(place.name) and place.name == place.member
    return not place.required or (is_credentials and absence_level(edition) is not Level.MUST)


def _words_from_elsewhere(place: Place, operation: str, edition: Edition) -> tuple[str, ...]:
    """Return enum values that mean something in another edition, or in a member of the same name elsewhere."""
    if place.name == "channel":
        return _channels_from_elsewhere(place, edition)
    siblings = (member.members.get(place.name) for member in request_shape(operation, edition).members.values())
    words = {word: None for sibling in siblings if sibling for word in sibling.enum}
    return tuple(word for word in words if word not in place.shape.enum)


def _channels_from_elsewhere(place: Place, edition: Edition) -> tuple[str, ...]:
    """Return the foreign channels that would carry the entry's own credentials object, so that the name alone is wrong.

    Those whose object is unknown here, and the placeholder, go with the first form.
    """
    return tuple(
        channel
        for channel, member in foreign_channels(edition).items()
        if (place.channel, place.member) == carrier(edition, member)
    )
