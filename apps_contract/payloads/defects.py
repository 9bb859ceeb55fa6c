"""One defect at a time: what can be made wrong at one place of any valid body (SRV-INPUT-2 to SRV-INPUT-6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps_contract.contract import CredentialForm, Level, credential_forms, path_text, requirement
from apps_contract.payloads.cases import Case
from apps_contract.payloads.operators import beyond_limits, unknown_words, wrong_types
from apps_contract.payloads.places import at, places, replaced, without
from apps_contract.payloads.shapes import CHANNEL, credentials_shape, foreign_channels, words_elsewhere
from apps_contract.payloads.valid import credentials_entry, example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition
    from apps_contract.payloads.places import Place, Steps

CREDENTIALS_REQUIREMENT = "SRV-INPUT-6"
NO_CREDENTIALS, FOREIGN_CREDENTIALS, SAME_NUMBER = range(3)  # its clauses
_FOREIGN_PER_FORM = 2  # with the forms in turn, every credentials member gets to stand beside a foreign channel


@dataclass(frozen=True)
class _Defect:
    """What a place is spoiled to; ``steps`` lead to the defect, which may be a member that was not there before."""

    requirement: str
    operator: str
    steps: Steps
    body: dict[str, Any]
    level: Level | None = Level.MUST


def defects_at(body: dict[str, Any], place: Place, operation: str, edition: Edition) -> Iterator[Case]:
    """Yield a case for each way to spoil a valid body at one of its places; ``body`` itself is the twin of all."""
    for defect in _defects(body, place, edition):
        word = f" {at(defect.body, place.steps)!r}" if defect.operator.startswith("enum") else ""
        location = place.location
        if defect.steps != place.steps:  # a member that was added beside
            location = f"{location.removesuffix(place.name)}{defect.steps[-1]}"
        yield Case(
            label=f"{location}: {defect.operator}{word}",
            operation=operation,
            body=defect.body,
            path=path_text(defect.steps),
            operator=defect.operator,
            requirement=defect.requirement,
            level=defect.level,
            twin=body,
            location=location,
            channel=place.channel,
            member=place.member,
        )


def judged_places(body: dict[str, Any], operation: str, edition: Edition) -> list[Place]:
    """Return the places of a valid body at which a defect is one under all circumstances.

    ``ttl_days`` has no effect under PERSIST, and a waiting time may be anything while the fallback is disabled
    (contract section 4.4): a server that does not look at them there is not judged.
    """

    def is_judged(place: Place) -> bool:
        around = at(body, place.steps[:-1])
        match place.name:
            case "ttl_days":
                return bool(around.get("retention_type") != "PERSIST_RETENTION_POLICY")
            case "delivery_report_waiting_time":
                return around.get("enabled") is True
            case _:
                return True

    return [place for place in places(body, operation, edition) if is_judged(place)]


def credentials_level(clause: int, edition: Edition) -> Level | None:
    """Return the level of one clause of SRV-INPUT-6 in an edition, None where it does not apply."""
    return requirement(CREDENTIALS_REQUIREMENT).clauses[clause].level(edition)


def _defects(body: dict[str, Any], place: Place, edition: Edition) -> Iterator[_Defect]:
    if place.is_credentials:
        yield from _credentials_defects(body, place, edition)
    elif place.required and place.name:
        yield _Defect("SRV-INPUT-2", "missing", place.steps, without(body, place.steps))
    if place.alternative == 1:  # the others would give the same bodies
        yield from _alternative_defects(body, place, edition)
    for requirement_id, spoiled in (
        ("SRV-INPUT-3", wrong_types(place, nullable=_null_may_pass(place, edition))),
        ("SRV-INPUT-4", unknown_words(place, _words_from_elsewhere(place, edition))),
        ("SRV-INPUT-5", beyond_limits(place)),
    ):
        for operator, value in spoiled:
            yield _Defect(requirement_id, operator, place.steps, replaced(body, place.steps, value))


def _credentials_defects(body: dict[str, Any], place: Place, edition: Edition) -> Iterator[_Defect]:
    """Leave out an entry's credentials object, or put a foreign one beside it."""
    form = CredentialForm(place.channel, place.member, "")
    first = next(other for other in credential_forms(edition) if other.channel == form.channel)
    if form.member == first.member:  # without credentials, the forms of a channel are alike
        level = credentials_level(NO_CREDENTIALS, edition)
        yield _Defect(CREDENTIALS_REQUIREMENT, "no-credentials", place.steps, without(body, place.steps), level)
    level = credentials_level(FOREIGN_CREDENTIALS, edition)
    for foreign in _foreign_forms(edition, form.channel, form.member):
        steps = (*place.steps[:-1], foreign.member)
        value = credentials_entry(edition, foreign)[foreign.member]
        yield _Defect(CREDENTIALS_REQUIREMENT, "foreign-credentials", steps, replaced(body, steps, value), level)


def _alternative_defects(body: dict[str, Any], place: Place, edition: Edition) -> Iterator[_Defect]:
    """Leave out the one of several members that has to be there, or put another of them beside it."""
    yield _Defect("SRV-INPUT-2", "no-alternative", place.steps, without(body, place.steps))
    form = next(form for form in credential_forms(edition) if form.member == place.member)
    shape = credentials_shape(edition, form)
    for name in shape.alternatives[1:]:
        steps = (*place.steps[:-1], name)
        value = example(shape.members[name], f"{place.channel}/{place.member}", name, optional=True)
        level = credentials_level(FOREIGN_CREDENTIALS, edition)
        yield _Defect(CREDENTIALS_REQUIREMENT, "both-alternatives", steps, replaced(body, steps, value), level)


def _foreign_forms(edition: Edition, channel: str, member: str) -> list[CredentialForm]:
    """Return forms whose credentials may not stand beside a form's own: later ones of its channel, then others."""
    forms = credential_forms(edition)
    index = next(at for at, form in enumerate(forms) if (form.channel, form.member) == (channel, member))
    following = (*forms[index + 1 :], *forms[:index])
    rivals = [form for form in forms[index + 1 :] if form.channel == channel]
    allowed = {form.member for form in forms if form.channel == channel}
    others = {form.member: form for form in following if form.member not in allowed}
    return [*rivals, *others.values()][:_FOREIGN_PER_FORM]


def _null_may_pass(place: Place, edition: Edition) -> bool:
    """Whether null may count as absent (SRV-INPUT-3), and absence may be let pass."""
    return not place.required or (place.is_credentials and credentials_level(NO_CREDENTIALS, edition) is not Level.MUST)


def _words_from_elsewhere(place: Place, edition: Edition) -> tuple[str, ...]:
    """Return enum values that mean something in another edition, or in a member of the same name elsewhere.

    A foreign channel goes with the form that has its credentials object, so that the name alone is wrong; if that is
    unknown here, or it is the placeholder, with the first form.
    """
    words = words_elsewhere(place.name, edition)
    if place.name != CHANNEL:
        return words
    forms = credential_forms(edition)

    def carrier(member: str) -> CredentialForm:
        return next((form for form in forms if form.member == member), forms[0])

    members = foreign_channels(edition)
    return tuple(word for word in words if carrier(members[word]).channel == place.channel)
