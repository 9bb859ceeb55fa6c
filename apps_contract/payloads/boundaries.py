"""Valid bodies at the edge of what the schemas allow, each of which a server has to take (SRV-INPUT-12)."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract import Level, credential_forms, path_text
from apps_contract.payloads.bases import NAME, bases, with_entries
from apps_contract.payloads.cases import Case
from apps_contract.payloads.operators import ASTRAL
from apps_contract.payloads.places import places, replaced
from apps_contract.payloads.shapes import ENTRIES, ORDINAL, credentials_shape, entry_shape, is_numbered, request_shape
from apps_contract.payloads.texts import LONGEST_NAME
from apps_contract.payloads.valid import (
    all_entries,
    credentials_entry,
    example,
    full_create,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import CredentialForm, Edition
    from apps_contract.payloads.places import Place, Steps
    from apps_contract.payloads.shapes import Shape

LARGEST_BODY = 64 * 1024  # bytes that a server must take (contract 6, SRV-INPUT-12); no schema says it


@cache
def valid_boundaries(edition: Edition, operation: str) -> tuple[Case, ...]:
    """Return valid bodies of a create or an update, always in the same order, none twice.

    The cases are shared by all callers, who must not change the bodies. A server answers 200 to each.
    """
    cases: dict[str, Case] = {}
    for case in _all(edition, operation):
        cases.setdefault(json.dumps(case.body), case)
    return tuple(cases.values())


def _all(edition: Edition, operation: str) -> Iterator[Case]:
    yield from _names(edition, operation)
    yield from _combinations(edition, operation)
    for form in credential_forms(edition):
        yield from _entries(edition, operation, form)
    yield from _settings(edition, operation)
    yield from _limits(edition, operation)
    yield from _orders(edition, operation)
    yield from _large(edition, operation)


def _names(edition: Edition, operation: str) -> Iterator[Case]:
    """Give display names of every length that a server must take."""
    for operator, name in (
        ("shortest", "n"),
        ("longest", "n" * LONGEST_NAME),
        ("longest-astral", ASTRAL * LONGEST_NAME),
    ):
        yield _case(operation, operator, {**_plain(edition), "display_name": name}, ("display_name",))


def _combinations(edition: Edition, operation: str) -> Iterator[Case]:
    """Leave out all optional top-level members, all but one, and none."""
    shape = request_shape(operation, edition)
    full = full_create(edition, NAME)
    least = {name: full[name] for name in shape.required}
    if ENTRIES in least:
        least[ENTRIES] = _plain(edition)[ENTRIES]
    yield _case(operation, "required-only", least, ())
    for name in shape.optional:
        yield _case(operation, "only-optional", {**least, name: full[name]}, (name,))
    yield _case(operation, "all-members", full, ())
    for name in shape.optional:
        rest = {member: value for member, value in full.items() if member != name}
        yield _case(operation, "all-but-one", rest, (name,))


def _entries(edition: Edition, operation: str, form: CredentialForm) -> Iterator[Case]:
    """Give the smallest and the fullest entry of a form, each of its optional members alone, and each alternative."""
    least = credentials_entry(edition, form, optional=False)
    full = credentials_entry(edition, form)
    inside: Steps = (ENTRIES, 0, form.member)
    yield _case(operation, "minimal-entry", with_entries(least), inside, form)
    yield _case(operation, "full-entry", with_entries(full), inside, form)
    for name in entry_shape(edition, form).optional:
        yield _case(operation, "only-optional", with_entries({**least, name: full[name]}), (ENTRIES, 0, name), form)
    shape = credentials_shape(edition, form)
    for name in shape.optional:
        credentials = {**least[form.member], name: full[form.member][name]}
        body = with_entries({**least, form.member: credentials})
        yield _case(operation, "only-optional", body, (*inside, name), form)
    for index, name in enumerate(shape.alternatives):
        body = with_entries(credentials_entry(edition, form, alternative=index))
        yield _case(operation, "alternative", body, (*inside, name), form)


def _settings(edition: Edition, operation: str) -> Iterator[Case]:
    """Give each member of a small object alone, or none of them, and each word of each enum."""
    for name in settings(edition, operation):
        shape = request_shape(operation, edition).members[name]
        if shape.kind == "object":
            yield _case(operation, "no-members", {**_plain(edition), name: {}}, (name,))
        inner = shape.members if shape.kind == "object" else {"": shape}
        for member, member_shape in inner.items():
            steps: Steps = (name, member) if member else (name,)
            for operator, value in _every_value(member_shape, member):
                body = {**_plain(edition), name: {member: value} if member else value}
                yield _case(operation, operator, body, steps)


def _every_value(shape: Shape, name: str) -> list[tuple[str, Any]]:
    """Return every value of a small set of values; one value of a large one."""
    values = (True, False) if shape.kind == "boolean" else shape.enum
    if not values:
        return [("alone", example(shape, "alone", name, optional=True))]
    return [(f"value-{json.dumps(value)}", value) for value in values]


def _limits(edition: Edition, operation: str) -> Iterator[Case]:
    """Go to both ends of every range, and to the greatest length in ASCII and in astral characters."""
    for base in bases(edition, operation):
        for place in places(base.body, operation, edition):
            if base.is_about(place) and (place.name != ORDINAL or is_numbered(edition, place.channel)):
                for operator, value in _ends(place):
                    body = replaced(base.body, place.steps, value)
                    yield _case(operation, operator, body, place.steps, place)


def _ends(place: Place) -> Iterator[tuple[str, Any]]:
    shape = place.shape
    if shape.minimum is not None:
        yield "lowest", shape.minimum
    if shape.maximum is not None:
        yield "highest", shape.maximum
    if shape.longest is not None:
        yield "longest", "s" * shape.longest
        yield "longest-astral", ASTRAL * shape.longest
    if shape.kind == "boolean":
        yield "false", False


def _orders(edition: Edition, operation: str) -> Iterator[Case]:
    """Give every channel at once, in several orders."""
    entries = all_entries(edition)
    least = all_entries(edition, optional=False)
    for operator, several in (
        ("every-channel", entries),
        ("every-channel-reversed", entries[::-1]),
        ("every-channel-minimal", least),
        ("every-channel-rotated", least[len(least) // 2 :] + least[: len(least) // 2]),
        ("two-channels", least[:2]),
    ):
        yield _case(operation, operator, with_entries(*several), (ENTRIES,))


def _large(edition: Edition, operation: str) -> Iterator[Case]:
    """Fill a body up to what a server must take: with one long text, and with a long text in every entry."""
    alone = _plain(edition)
    yield _case(operation, "largest-one-text", *_filled(alone, _free_texts(alone, operation, edition)[-1:]))
    every = with_entries(*all_entries(edition, optional=False))
    body, _ = _filled(every, _free_texts(every, operation, edition))
    yield _case(operation, "largest-many-texts", body, (ENTRIES,))


def _filled(body: dict[str, Any], texts: list[Place]) -> tuple[dict[str, Any], Steps]:
    """Lengthen the texts evenly up to the largest body; return it with the last text's place."""
    room = (LARGEST_BODY - 1 - len(json.dumps(body))) // len(texts)
    for place in texts:
        body = replaced(body, place.steps, place.value + "x" * room)
    return body, texts[-1].steps


def _free_texts(body: dict[str, Any], operation: str, edition: Edition) -> list[Place]:
    """Return the places inside credentials that take a text of any length."""
    return [
        place
        for place in places(body, operation, edition)
        if place.member and place.shape.kind == "string" and not place.shape.enum and place.shape.longest is None
    ]


def _plain(edition: Edition) -> dict[str, Any]:
    """Return the smallest body with a name and an entry."""
    return with_entries(credentials_entry(edition, credential_forms(edition)[0], optional=False))


def _case(
    operation: str, operator: str, body: dict[str, Any], steps: Steps, form: CredentialForm | Place | None = None
) -> Case:
    """Make a case; ``form`` says, by its channel and member, in which entry the place lies."""
    path = path_text(steps)
    channel, member = (form.channel, form.member) if form else ("", "")
    location = path.replace("[0]", f"[{channel}]") if channel else path
    return Case(
        label=f"{location or 'body'}: {operator}",
        operation=operation,
        body=body,
        path=path,
        operator=operator,
        requirement="SRV-INPUT-12",
        level=Level.MUST,
        location=location,
        channel=channel,
        member=member,
    )
