"""Judges one value by its schema, and turns violations into findings for a person."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from apps_contract import contract
from apps_contract.contract import Level, Violation, words
from apps_contract.files.advice import advice, other_editions
from apps_contract.files.finding import Finding, Severity
from apps_contract.files.masking import hidden_kind, is_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterator

    from apps_contract.contract import Location
    from apps_contract.files.errors import DocumentError
    from apps_contract.files.rules import Rules
    from apps_contract.files.schema_choice import Choice

    # Finds line and column of places, each a location and whether the member's name is meant, not its value.
    Place = tuple[int | None, int | None]
    Locate = Callable[[Collection[tuple[Location, bool]]], list[Place]]

_ABOUT_THE_NAME = frozenset({"additionalProperties", "readOnly", "foreign"})
_REQUIREMENT_OF_TEXT = {"app": "SRV-SHAPE-1", "list": "SRV-SHAPE-1", "error": "SRV-SHAPE-3"}
_REQUESTS = ("create", "update")
_MOST_UNKNOWN = 1000


def violations(payload: Any, choice: Choice, *, strict: bool) -> list[Violation]:
    """Return what is wrong with a payload, secrets masked; a ``$schema`` member at its top is not looked at."""
    payload = without_schema_member(payload)
    found = contract.validate(payload, choice.schema, choice.edition)
    if strict:
        places = {violation.location for violation in found}
        found += [violation for violation in unknown_members(payload, choice) if violation.location not in places]
    return [_told(violation, payload, choice) for violation in found]


def _told(violation: Violation, payload: Any, choice: Choice) -> Violation:
    """Return a violation as a person may see it: no secret in it, and what the entry's channel needs."""
    message = violation.message + advice(violation, payload, choice)
    if known := other_editions(violation, choice):
        message = message.partition("; did you mean")[0] + known
    if violation.found is None or not is_secret(violation.location):
        return replace(violation, message=message)
    hidden = hidden_kind(violation.found)
    return replace(violation, message=message.replace(words.kind(violation.found), hidden), found=hidden)


def _shown(violation: Violation) -> str:
    is_hidden = violation.found is not None and is_secret(violation.location)
    return str(violation.found) if is_hidden else words.kind(violation.found)


def violates(payload: Any, choice: Choice, *, strict: bool) -> bool:
    """Tell quickly whether anything is wrong with a payload."""
    payload = without_schema_member(payload)
    if not contract.is_valid(payload, choice.schema, choice.edition):
        return True
    return strict and bool(unknown_members(payload, choice))


def without_schema_member(payload: Any) -> Any:
    """Return a payload without its ``$schema`` member, which tells editors what it is."""
    if isinstance(payload, dict) and "$schema" in payload:
        return {name: value for name, value in payload.items() if name != "$schema"}
    return payload


def unknown_members(payload: Any, choice: Choice) -> list[Violation]:
    """Return a violation for each member that the schema does not name, also where the schema lets it pass.

    Of very many, the first ones.
    """
    schema = contract.schema(choice.schema, choice.edition)
    found = _unknown_members(payload, schema, schema.get("definitions", {}), choice, ())
    return list(islice(found, _MOST_UNKNOWN))


def _unknown_members(
    value: Any, schema: dict[str, Any], definitions: dict[str, Any], choice: Choice, place: Location
) -> Iterator[Violation]:
    schema = _resolved(value, schema, definitions)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _unknown_members(item, schema["items"], definitions, choice, (*place, index))
    elif isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        for name, item in value.items():
            if name in known:
                yield from _unknown_members(item, known[name], definitions, choice, (*place, name))
            else:
                advice = words.did_you_mean(name, list(known))
                message = f"is not a member that edition {choice.edition} knows here{advice}"
                yield Violation((*place, name), message, "additionalProperties", item, list(known), level=Level.MAY)


def _resolved(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and of alternatives take the one whose required members are there."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
            continue
        branches = [_resolved(value, branch, definitions) for branch in schema["anyOf"]]
        fitting = [branch for branch in branches if isinstance(value, dict) and _has_required(value, branch)]
        schema = (fitting or branches)[0]
    return schema


def _has_required(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    return "properties" in schema and set(schema.get("required", ())) <= value.keys()


def findings(
    payload: Any, choice: Choice, rules: Rules, file: str, locate: Locate, prefix: Location = ()
) -> list[Finding]:
    """Return what is wrong with a payload of a file; ``prefix`` leads to it in the file, if it is a part only."""
    found = violations(payload, choice, strict=rules.strict)
    if not found:
        return []
    wanted = [((*prefix, *violation.location), violation.rule in _ABOUT_THE_NAME) for violation in found]
    places = locate(wanted)
    return [
        _finding(violation, choice, rules, file, place, prefix) for violation, place in zip(found, places, strict=True)
    ]


def findings_of_known_kinds(
    payload: Any, choice: Choice, rules: Rules, file: str, known: Container[str]
) -> list[Finding] | None:
    """Return what is wrong with a payload, without line and column; None if a finding is of a kind not yet known."""
    nowhere: Place = (None, None)
    found = violations(payload, choice, strict=rules.strict)
    made = [_finding(violation, choice, rules, file, nowhere, ()) for violation in found]
    return made if all(finding.kind in known for finding in made) else None


def _finding(violation: Violation, choice: Choice, rules: Rules, file: str, place: Place, prefix: Location) -> Finding:
    line, column = place
    path = contract.path_text((*prefix, *violation.location))
    is_missing = violation.rule in {"required", "credentials"}
    return Finding(
        file=file,
        line=line,
        column=column,
        path=path,
        message=violation.message,
        rule=violation.rule,
        severity=rules.severity(violation),
        kind=f"{choice.schema} {violation.rule} {_general(violation)}",
        requirement=violation.requirement,
        level=violation.level,
        schema=choice.schema,
        edition=choice.edition,
        found="nothing" if is_missing else _shown(violation),
        expected=_expected(violation),
    )


def text_finding(error: DocumentError, choice: Choice | None, file: str, kind: str = "") -> Finding:
    """Return the finding of a text that is not what its format asks for."""
    requirement = None
    if choice and error.kind != "duplicate name":
        requirement = "SRV-INPUT-1" if choice.schema in _REQUESTS else _REQUIREMENT_OF_TEXT.get(choice.schema)
    return Finding(
        file=file,
        line=error.line,
        column=error.column,
        path="",
        message=error.message,
        rule=error.kind,
        severity=Severity.ERROR,
        kind=kind or f"text {error.kind}",
        requirement=requirement,
        level=Level.MUST,
        schema=choice.schema if choice else None,
        edition=choice.edition if choice else None,
    )


def _general(violation: Violation) -> str:
    """Return a location without the numbers of elements; of a name that a payload made up, what was probably meant."""
    steps = [step if isinstance(step, str) else "*" for step in violation.location]
    if violation.rule == "additionalProperties":
        steps[-1] = f"*{violation.message.partition(';')[2]}"  # what was meant, not the name itself
    return "/".join(steps)


def _expected(violation: Violation) -> str:
    match violation.expected:
        case None:
            return ""
        case list():
            return ", ".join(str(item) for item in violation.expected)
        case _:
            return str(violation.expected)
