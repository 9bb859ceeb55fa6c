"""Bodies that a server may take or refuse with 400, as it likes, but never answer with a 5xx.

They are measured and reported: unknown members (SRV-INPUT-7), read-only ones (SRV-STATE-11: never taken over either),
null for optional members and zero fractions (SRV-INPUT-3), and what SRV-INPUT-12 leaves open.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract import Level, credential_forms, path_text
from apps_contract.payloads.bases import bases, with_entries
from apps_contract.payloads.cases import Case
from apps_contract.payloads.operators import ASTRAL
from apps_contract.payloads.places import places, replaced
from apps_contract.payloads.shapes import ENTRIES, is_numbered, read_only_shapes
from apps_contract.payloads.texts import LONGEST_NAME
from apps_contract.payloads.valid import credentials_entry, example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition
    from apps_contract.payloads.places import Place, Steps

UNKNOWN = "no_such_member"


@cache
def tolerated_bodies(edition: Edition, operation: str, requirement: str | None = None) -> tuple[Case, ...]:
    """Return bodies to which 200 and 400 are both legal, or those of one requirement, always in the same order.

    The cases are shared by all callers, who must not change the bodies. ``twin`` is the body without what is odd.
    """
    cases: dict[str, Case] = {}
    for base in bases(edition, operation):
        for place in places(base.body, operation, edition):
            if base.is_about(place):
                for case in _odd(base.body, place, operation):
                    cases.setdefault(case.label, case)
    for case in (*_read_only(edition, operation), *_open_points(edition, operation)):
        cases.setdefault(case.label, case)
    return tuple(case for case in cases.values() if requirement in {None, case.requirement})


def _odd(body: dict[str, Any], place: Place, operation: str) -> Iterator[Case]:
    """Make one place odd without breaking anything that a server has to refuse."""

    def case(requirement: str, operator: str, value: Any, beside: str = "") -> Case:
        steps = (*place.steps, beside) if beside else place.steps
        location = f"{place.location}.{beside}" if beside else place.location
        spoiled = replaced(body, steps, value)
        return _case(operation, requirement, operator, spoiled, body, steps, location, place.channel, place.member)

    if place.shape.kind == "object":
        yield case("SRV-INPUT-7", "unknown-member", "text", beside=UNKNOWN)
    if place.shape.kind == "integer":
        yield case("SRV-INPUT-3", "zero-fraction", float(place.value))
    if place.shape.kind == "string" and not place.shape.enum:
        yield case("SRV-INPUT-12", "empty-text", "")
        yield case("SRV-INPUT-12", "nul-in-text", f"a\0{place.value}")
    if place.name and not place.required and not place.alternative:
        yield case("SRV-INPUT-3", "null-for-optional", None)


def _read_only(edition: Edition, operation: str) -> Iterator[Case]:
    """Send what only the server makes: at the top, and in an entry of each form."""
    entries = {form: credentials_entry(edition, form) for form in credential_forms(edition)}
    plain = with_entries(next(iter(entries.values())))
    for name, shape in read_only_shapes("app", edition).items():
        value = example(shape, "forged", name, optional=True)
        yield _case(operation, "SRV-STATE-11", "read-only", {**plain, name: value}, plain, (name,), name)
    for name, shape in read_only_shapes("channel_credential", edition).items():
        value = example(shape, "forged", name, optional=True)
        for form, entry in entries.items():
            twin = with_entries(entry)
            steps: Steps = (ENTRIES, 0, name)
            location = f"{ENTRIES}[{form.channel}].{name}"
            body = replaced(twin, steps, value)
            yield _case(operation, "SRV-STATE-11", "read-only", body, twin, steps, location, form.channel, form.member)


def _open_points(edition: Edition, operation: str) -> Iterator[Case]:
    """Make what SRV-INPUT-12 names as open, an unknown member at the top, and names longer than must be taken."""
    forms = credential_forms(edition)
    first = credentials_entry(edition, forms[0], optional=False)
    plain = with_entries(first)
    for operator, name in (
        ("too-long", "n" * (LONGEST_NAME + 1)),
        ("too-long-astral", ASTRAL * (LONGEST_NAME + 1)),
        ("far-too-long", "n" * (LONGEST_NAME * 32)),
    ):
        steps: Steps = ("display_name",)
        yield _case(operation, "SRV-STATE-12", operator, replaced(plain, steps, name), plain, steps, "display_name")
    unknown = {**plain, UNKNOWN: "text"}
    yield _case(operation, "SRV-INPUT-7", "unknown-member", unknown, plain, (UNKNOWN,), UNKNOWN)
    yield _case(operation, "SRV-INPUT-12", "no-entries", {**plain, ENTRIES: []}, plain, (ENTRIES,), ENTRIES)
    for form in forms:
        if not is_numbered(edition, form.channel):
            one = credentials_entry(edition, form, optional=False)
            other = credentials_entry(edition, form, optional=False, tag="again")
            twin = with_entries(one)
            steps = (ENTRIES, 1)
            location = f"{ENTRIES}[{form.channel}]"
            body = with_entries(one, other)
            yield _case(
                operation, "SRV-INPUT-12", "repeated-channel", body, twin, steps, location, form.channel, form.member
            )


def _case(  # noqa: PLR0913, PLR0917 -- all of a case
    operation: str,
    requirement: str,
    operator: str,
    body: dict[str, Any],
    twin: dict[str, Any],
    steps: Steps,
    location: str,
    channel: str = "",
    member: str = "",
) -> Case:
    return Case(
        label=f"{location}: {operator}",
        operation=operation,
        body=body,
        path=path_text(steps),
        operator=operator,
        requirement=requirement,
        level=Level.MAY,
        twin=twin,
        location=location,
        channel=channel,
        member=member,
    )
