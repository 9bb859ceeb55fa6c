"""What a violation's message adds for a person: what the entry's channel needs, and what was probably meant."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from apps_contract import contract

if TYPE_CHECKING:
    from apps_contract.contract import CredentialForm, Edition, Location, Violation
    from apps_contract.files.schema_choice import Choice

# Members that an app has, whoever wrote it down.
_OF_AN_APP: Final = {"display_name", "channel_credentials"}
_OF_ONE_APP: Final = {"create", "update", "app"}


def advice(violation: Violation, payload: Any, choice: Choice) -> str:
    """Return what to add to a violation's message, empty where nothing helps."""
    match violation.rule:
        case "required" | "credentials":
            return _what_the_channel_needs(violation, payload, choice)
        case "additionalProperties" if choice.schema in _OF_ONE_APP and len(violation.location) == 1:
            return f"; {told}" if (told := wrapping(payload[violation.location[0]])) else ""
        case "additionalProperties":
            return _where_it_belongs(violation, payload, choice)
        case "type" if not violation.location and isinstance(payload, list) and wrapping(payload):
            return f"; {wrapping(payload)}"
        case _:
            return ""


def other_editions(violation: Violation, choice: Choice) -> str:
    """Return which other editions know a member, or a word, that this one does not know; empty where none does."""
    name = violation.location[-1] if violation.location else None
    match violation.rule:
        case "additionalProperties":
            sought = (name, None)
        case "enum":
            sought = (name, violation.found)
        case _:
            return ""
    if sought in _known(choice.schema, choice.edition):
        return ""
    knowing = [edition for edition in contract.EDITIONS if sought in _known(choice.schema, edition)]
    if not knowing:
        return ""
    return f"; edition {knowing[0]} knows it" if len(knowing) == 1 else f"; editions {' and '.join(knowing)} know it"


@cache
def _known(schema_name: str, edition: Edition) -> frozenset[tuple[str, str | None]]:
    """Return the members that are known anywhere in a schema, each with None and with the words that it may be."""
    if not contract.is_schema(schema_name, edition):
        return frozenset()
    document = contract.schema(schema_name, edition)
    definitions = document.get("definitions", {})
    found: set[tuple[str, str | None]] = set()
    for schema in (document, *definitions.values()):
        for name, member in schema.get("properties", {}).items():
            target = definitions[member["$ref"].rpartition("/")[2]] if "$ref" in member else member
            found |= {(name, None), *((name, word) for word in target.get("enum", ()))}
    return frozenset(found)


def wrapping(value: Any) -> str:
    """Return what to do with a value that holds what should have been the payload, empty if it does not."""
    if isinstance(value, dict) and _OF_AN_APP & value.keys():
        return "the payload seems to stand in it, one level too deep"
    if isinstance(value, list) and any(isinstance(item, dict) and _OF_AN_APP & item.keys() for item in value):
        return "it seems to hold several payloads: each stands in a file of its own, or in a line (--type ndjson)"
    return ""


def _what_the_channel_needs(violation: Violation, payload: Any, choice: Choice) -> str:
    names = violation.location if violation.rule == "required" else (*violation.location, "")
    for form in _forms_around(violation.location, payload, choice):
        if form.member in names[:-1]:
            required = contract.schema(form.schema_name, choice.edition).get("required", ())
            return f"; {form.channel} needs {' and '.join(required)}" if required else ""
    return ""


def _where_it_belongs(violation: Violation, payload: Any, choice: Choice) -> str:
    """Return where in its entry a member belongs that stands beside its credentials object, instead of in it."""
    *_, name = violation.location
    for form in _forms_around(violation.location, payload, choice):
        properties = contract.schema(form.schema_name, choice.edition).get("properties", {})
        if name in properties and form.member not in violation.location:
            return f"; {form.channel} has it in {form.member}"
    return ""


def _forms_around(location: Location, payload: Any, choice: Choice) -> list[CredentialForm]:
    """Return the forms of the channel that is named by the innermost object on the way to a location."""
    entry = None
    for step in location:
        if isinstance(payload, dict) and "channel" in payload:
            entry = payload
        try:
            payload = payload[step]
        except (KeyError, IndexError, TypeError):
            break
    return [form for form in contract.credential_forms(choice.edition) if entry and form.channel == entry["channel"]]
