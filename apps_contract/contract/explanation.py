"""Turns broken schema keywords into violations: each about one place, in the terms of the contract.

An entry's violations are about the channel that it names. Of several alternatives, the one that the payload comes
nearest to is explained.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from apps_contract.contract import words
from apps_contract.contract.binding import bind
from apps_contract.contract.forms import credential_forms
from apps_contract.contract.levels import Level
from apps_contract.contract.read_only import is_read_only
from apps_contract.contract.schema_error import parts, schema_errors, whole_place
from apps_contract.contract.schemas import bundle
from apps_contract.contract.violations import Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apps_contract.contract.editions import Edition
    from apps_contract.contract.schema_error import SchemaError
    from apps_contract.contract.violations import Location


# A payload may be wrong in a million places, which nobody reads, and which would not fit into memory.
MOST_TOLD: Final = 1000


def explain(payload: Any, schema_name: str, edition: Edition) -> list[Violation]:
    """Return what is wrong with a payload by its schema alone, in document order, once per place and rule.

    Of very many violations the first ones are told, a binding one among them if there is any, and a last one says so.
    """

    def rules_without(location: Location) -> set[str]:
        """Return what is wrong at a location once its member is taken away."""
        place = tuple(0 if isinstance(step, int) else step for step in location)
        rest = _unbound(_around(payload, location), schema_name, edition)
        return {violation.rule for violation in rest if _is_about(violation, place)}

    bound: list[Violation] = []
    for found in _unbound_in_parts(payload, schema_name, edition):
        bound += [bind(violation, schema_name, edition, rules_without) for violation in found]
        if len(bound) > MOST_TOLD:
            binding = next((violation for violation in bound if violation.level is Level.MUST), None)
            bound = bound[: MOST_TOLD + 1]
            if binding is not None:
                if binding not in bound[:MOST_TOLD]:
                    bound[MOST_TOLD - 1] = binding
                break
    order = _document_order(payload)
    if len(bound) <= MOST_TOLD:
        return sorted(bound, key=lambda violation: order(violation.location))
    told = sorted(bound[:MOST_TOLD], key=lambda violation: order(violation.location))
    more = f"has more wrong with it than these {MOST_TOLD:,} places: mend them and look again"
    return [*told, Violation((), more, "more")]


def _unbound(payload: Any, schema_name: str, edition: Edition) -> list[Violation]:
    return [violation for found in _unbound_in_parts(payload, schema_name, edition) for violation in found]


def _unbound_in_parts(payload: Any, schema_name: str, edition: Edition) -> Iterator[list[Violation]]:
    """Yield what is wrong with one part after another of long arrays: an error takes much memory."""
    seen: set[tuple[Location, str]] = set()
    for part in range(parts(payload)):
        found: dict[tuple[Location, str], Violation] = {}
        for error in schema_errors(payload, schema_name, edition, part):
            for violation in islice(_violations(error, edition), MOST_TOLD + 1):
                location = whole_place(violation.location, payload, part)
                moved = replace(violation, location=location) if part else violation
                if (location, violation.rule) not in seen:
                    found.setdefault((location, violation.rule), moved)
        seen.update(found)
        wrong_types = {location for location, rule in found if rule == "type"}
        yield [item for item in found.values() if item.rule == "type" or item.location not in wrong_types]


def _violations(error: SchemaError, edition: Edition) -> Iterator[Violation]:
    match error.keyword:
        case "required":
            yield from _missing(error, edition)
        case "additionalProperties":
            yield from _unknown(error, edition)
        case "anyOf" | "oneOf":
            yield from _alternatives(error, edition)
        case "enum" if "propertyNames" in error.trail:
            if error.instance in bundle("credential_request", edition)["properties"]:
                yield _foreign(error, edition)
        case _:
            yield Violation(error.place, _message(error), error.keyword, error.instance, error.allowed)


def _missing(error: SchemaError, edition: Edition) -> Iterator[Violation]:
    for name in error.allowed:
        if name in error.instance:
            continue
        place = (*error.place, name)
        if name in _credentials_members(edition) and "then" in error.trail:
            message = f"is missing; an entry of channel {error.instance['channel']} carries it"
            yield Violation(place, message, "credentials", expected=name)
        else:
            yield Violation(place, "is missing, but required", "required", expected=name)


def _unknown(error: SchemaError, edition: Edition) -> Iterator[Violation]:
    known = list(error.schema["properties"])
    for name, found in error.instance.items():
        if name in known:
            continue
        if is_read_only(name, error.schema["title"], edition):
            message = "is read-only: the server makes it, a client never sends it"
            yield Violation((*error.place, name), message, "readOnly", found, known)
        else:
            message = f"is not a member that edition {edition} knows here{words.did_you_mean(name, known)}"
            yield Violation((*error.place, name), message, "additionalProperties", found, known)


def _foreign(error: SchemaError, edition: Edition) -> Violation:
    """Explain a member that the entry's channel does not allow; for ``propertyNames`` the instance is the name."""
    allowed = [name for name in error.allowed if name in _credentials_members(edition)]
    message = f"belongs to another channel; this entry carries {words.choice(allowed)} only"
    return Violation((*error.place, error.instance), message, "foreign", expected=allowed)


def _alternatives(error: SchemaError, edition: Edition) -> Iterator[Violation]:
    if all(set(choice) == {"required"} for choice in error.allowed):
        if isinstance(error.instance, dict):  # else its type is what is wrong
            yield _one_of_members(error, [name for choice in error.allowed for name in choice["required"]])
    elif all(_is_plain(branch) for branch in error.branches):
        expected = " or ".join(dict.fromkeys(_expectation(branch[0]) for branch in error.branches))
        rule = "type" if any(branch[0].keyword == "type" for branch in error.branches) else "minimum"
        message = f"found {words.kind(error.instance)}, expected {expected}"
        yield Violation(error.place, message, rule, error.instance, error.allowed)
    else:
        for inner in _nearest(error.branches):
            yield from _violations(inner, edition)


def _is_plain(branch: tuple[SchemaError, ...]) -> bool:
    """Tell whether an alternative fails for one reason that is about the value itself, not about its members."""
    return len(branch) == 1 and branch[0].depth == 0 and branch[0].keyword != "required"


def _one_of_members(error: SchemaError, names: list[str]) -> Violation:
    # A null may count as absent, so it is the one that is named as too many.
    present = sorted(
        set(names) & set(error.instance), key=lambda name: (error.instance[name] is None, names.index(name))
    )
    wanted = f"exactly one of {words.choice(names)}"
    if present:
        message = f"stands beside {', '.join(present[:-1])}; {wanted} is allowed"
        return Violation((*error.place, present[-1]), message, "foreign", error.instance[present[-1]], names)
    rule = "credentials" if "then" in error.trail else "required"
    return Violation((*error.place, names[0]), f"is missing; {wanted} is required", rule, expected=names)


def _nearest(branches: Iterable[tuple[SchemaError, ...]]) -> tuple[SchemaError, ...]:
    """Return the errors of the alternative that got furthest into the payload; of equals, the first."""

    def reach(branch: tuple[SchemaError, ...]) -> tuple[bool, int]:
        is_other_type = any(error.keyword == "type" and error.depth == 0 for error in branch)
        return not is_other_type, max(error.depth for error in branch)

    return max(branches, key=reach)


def _message(error: SchemaError) -> str:
    match error.keyword:
        case "maxLength":
            return f"has {len(error.instance)} characters, at most {error.allowed} are allowed"
        case "minLength":
            return "is empty"
        case _:
            advice = words.did_you_mean(error.instance, error.allowed) if error.keyword == "enum" else ""
            return f"found {words.kind(error.instance)}, expected {_expectation(error)}{advice}"


def _expectation(error: SchemaError) -> str:
    match error.keyword:
        case "type":
            names = [error.allowed] if isinstance(error.allowed, str) else error.allowed
            return words.choice([words.type_name(name) for name in names])
        case "enum":
            return words.choice([words.quoted(value) for value in error.allowed])
        case "minimum" | "maximum":
            return f"a number {words.limits(error.schema)}"
        case _:
            return f"{error.keyword} {words.quoted(error.allowed)}"


@cache
def _credentials_members(edition: Edition) -> frozenset[str]:
    return frozenset(form.member for form in credential_forms(edition))


def _is_about(violation: Violation, location: Location) -> bool:
    """Tell whether a violation is about the member at a location, as itself or as one of several that would do."""
    if violation.location == location:
        return True
    is_missing = violation.rule in {"required", "credentials"} and isinstance(violation.expected, list)
    return is_missing and violation.location[:-1] == location[:-1] and location[-1] in violation.expected


def _around(payload: Any, location: Location) -> Any:
    """Return what is left around a location without its member: the containers that lead there, the members beside it.

    What is wrong elsewhere plays no part, so that many nulls in a big payload take no longer than each by itself.
    """
    step, rest = location[0], location[1:]
    if not rest:
        return {name: value for name, value in payload.items() if name != step}
    inner = _around(payload[step], rest)
    return [inner] if isinstance(payload, list) else {step: inner}


def _document_order(payload: Any) -> Callable[[Location], tuple[int, ...]]:
    """Return a sort key for locations: their position in the payload; missing members come last."""
    positions: dict[int, dict[str, int]] = {}

    def order(location: Location) -> tuple[int, ...]:
        found: list[int] = []
        node = payload
        for step in location:
            if isinstance(step, int):
                found.append(step)
                node = node[step]
            else:
                if id(node) not in positions:
                    positions[id(node)] = {name: number for number, name in enumerate(node)}
                names = positions[id(node)]
                found.append(names.get(step, len(names)))
                node = node.get(step)
        return tuple(found)

    return order
