"""Turns the errors of jsonschema into violations: each about one place, in the terms of the contract.

An entry's violations are about the channel that it names. Of several alternatives, the one that the payload comes
nearest to is explained.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator

from apps_contract.contract import words
from apps_contract.contract.binding import bind
from apps_contract.contract.forms import credential_forms
from apps_contract.contract.read_only import is_read_only
from apps_contract.contract.schemas import bundle
from apps_contract.contract.violations import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jsonschema.exceptions import ValidationError

    from apps_contract.contract.editions import Edition
    from apps_contract.contract.violations import Location


def explain(payload: Any, schema_name: str, edition: Edition) -> list[Violation]:
    """Return what is wrong with a payload by its schema alone, in document order, once per place and rule."""
    found: dict[tuple[Location, str], Violation] = {}
    for error in _validator(schema_name, edition).iter_errors(payload):
        for violation in _violations(error, edition):
            bound = bind(violation, payload, schema_name, edition)
            found.setdefault((bound.location, bound.rule), bound)
    wrong_types = {location for location, rule in found if rule == "type"}
    shown = [item for item in found.values() if item.rule == "type" or item.location not in wrong_types]
    return sorted(shown, key=lambda violation: _order(violation.location, payload))


@cache
def _validator(schema_name: str, edition: Edition) -> Draft7Validator:
    return Draft7Validator(bundle(schema_name, edition))


def _violations(error: ValidationError, edition: Edition) -> Iterator[Violation]:
    place: Location = tuple(error.absolute_path)
    match error.validator:
        case "required":
            yield from _missing(error, place, edition)
        case "additionalProperties":
            yield from _unknown(error, place, edition)
        case "anyOf" | "oneOf":
            yield from _alternatives(error, place, edition)
        case "enum" if "propertyNames" in error.absolute_schema_path:
            if error.instance in _known_members(edition):
                yield _foreign(error, place)
        case _:
            yield Violation(place, _message(error), str(error.validator), error.instance, error.validator_value)


def _missing(error: ValidationError, place: Location, edition: Edition) -> Iterator[Violation]:
    channel = error.instance.get("channel")
    for name in error.validator_value:
        if name in error.instance:
            continue
        if name in _credentials_members(edition) and "then" in error.absolute_schema_path:
            message = f"is missing; an entry of channel {channel} carries it"
            yield Violation((*place, name), message, "credentials", expected=name)
        else:
            yield Violation((*place, name), "is missing, but required", "required", expected=name)


def _unknown(error: ValidationError, place: Location, edition: Edition) -> Iterator[Violation]:
    schema = error.schema
    known = list(schema["properties"])
    for name in error.instance:
        if name in known:
            continue
        found = error.instance[name]
        if is_read_only(name, str(schema.get("title")), edition):
            message = "is read-only: the server makes it, a client never sends it"
            yield Violation((*place, name), message, "readOnly", found, known)
        else:
            message = f"is not a member that edition {edition} knows here{words.did_you_mean(name, known)}"
            yield Violation((*place, name), message, "additionalProperties", found, known)


def _foreign(error: ValidationError, place: Location) -> Violation:
    """Explain a member name that the entry's channel does not allow; jsonschema gives the name as the instance."""
    allowed = [name for name in error.validator_value if name.endswith("_credentials") or name.startswith("static_")]
    message = f"belongs to another channel; this entry carries {words.choice(allowed)} only"
    return Violation((*place, error.instance), message, "foreign", error.instance, allowed)


def _alternatives(error: ValidationError, place: Location, edition: Edition) -> Iterator[Violation]:
    choices = error.validator_value
    if all(set(choice) == {"required"} for choice in choices):
        yield _one_of_members(error, place, [name for choice in choices for name in choice["required"]])
        return
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    if all(len(errors) == 1 and not errors[0].path for errors in branches.values()):
        expected = " or ".join(dict.fromkeys(_expectation(errors[0]) for errors in branches.values()))
        rule = "type" if any(errors[0].validator == "type" for errors in branches.values()) else "range"
        yield Violation(
            place, f"found {words.kind(error.instance)}, expected {expected}", rule, error.instance, choices
        )
        return
    for inner in _nearest_branch(branches.values()):
        yield from _violations(inner, edition)


def _one_of_members(error: ValidationError, place: Location, names: list[str]) -> Violation:
    present = [name for name in names if name in error.instance]
    wanted = f"exactly one of {' and '.join(names)}"
    if not present:
        rule = "credentials" if "then" in error.absolute_schema_path else "required"
        return Violation((*place, names[0]), f"is missing; {wanted} is required", rule, expected=names)
    message = f"stands beside {' and '.join(present[:-1])}; {wanted} is allowed"
    return Violation((*place, present[-1]), message, "foreign", present[-1], names)


def _nearest_branch(branches: Iterable[list[ValidationError]]) -> list[ValidationError]:
    """Return the errors of the alternative that got furthest into the payload; of equals, the first."""

    def reach(errors: list[ValidationError]) -> tuple[bool, int]:
        wrong_kind = any(inner.validator == "type" and not inner.path for inner in errors)
        return not wrong_kind, max(len(inner.path) for inner in errors)

    return max(branches, key=reach)


def _message(error: ValidationError) -> str:
    value = error.instance
    match error.validator:
        case "maxLength":
            return f"has {len(value)} characters, at most {error.validator_value} are allowed"
        case "minLength":
            return f"has {len(value)} characters, at least {error.validator_value} needed"
        case "enum":
            return f"found {words.kind(value)}, expected {_expectation(error)}" + words.did_you_mean(
                value, error.validator_value
            )
        case _:
            return f"found {words.kind(value)}, expected {_expectation(error)}"


def _expectation(error: ValidationError) -> str:
    allowed = error.validator_value
    match error.validator:
        case "type":
            return words.choice(
                [words.type_name(name) for name in ([allowed] if isinstance(allowed, str) else allowed)]
            )
        case "enum":
            return words.choice([words.quoted(value) for value in allowed])
        case "minimum" | "maximum":
            return f"a number {words.limits(error.schema)}"
        case _:
            return f"something that matches {error.validator} {words.quoted(allowed)}"


@cache
def _credentials_members(edition: Edition) -> frozenset[str]:
    return frozenset(form.member for form in credential_forms(edition))


@cache
def _known_members(edition: Edition) -> frozenset[str]:
    return frozenset(bundle("credential_request", edition)["properties"])


def _order(location: Location, payload: Any) -> tuple[int, ...]:
    """Return the position of a location in the payload's own order; missing members come last."""
    order: list[int] = []
    node = payload
    for step in location:
        if isinstance(node, dict):
            order.append(list(node).index(step) if step in node else len(node))
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int):
            order.append(step)
            node = node[step]
    return tuple(order)
