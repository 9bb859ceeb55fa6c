"""Which schema a payload is meant to keep to: told by an option, by itself, by the configuration, or guessed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from apps_contract import contract
from apps_contract.contract import words
from apps_contract.files.advice import wrapping
from apps_contract.files.errors import UnknownSchemaChoiceError

if TYPE_CHECKING:
    from apps_contract.contract import Edition

How = Literal["option", "$schema", "configuration", "traffic", "guessed"]

ALIASES = {"credential": "credential_request"}
# Members that speak for a schema, in the order in which they are looked for.
_MARKS = (
    ({"apps"}, "list"),
    ({"error"}, "error"),
    ({"code", "message"}, "error"),
    ({"access_token"}, "token"),
    ({"id", "display_name"}, "app"),
    ({"id", "channel_credentials"}, "app"),
    ({"display_name", "channel_credentials"}, "create"),
)

COMMON = ("create", "update", "app", "list", "credential", "channel_credential", "error", "token")


@dataclass(frozen=True)
class Choice:
    """A schema of an edition, and what told so."""

    schema: str
    edition: Edition
    how: How


def schema_name(name: str, edition: Edition) -> str:
    """Return the name of the schema that a user's word means; raise UnknownSchemaError."""
    found = ALIASES.get(name, name)
    if not contract.is_schema(found, edition):
        raise contract.UnknownSchemaError(name, edition)
    return found


def declared(payload: Any, edition: Edition) -> Choice | None:
    """Return what a payload's ``$schema`` member names, such as ``…/2026/create.json`` or ``create.json``.

    None if it has no such member, or names a schema that is not ours. An edition in it wins over ``edition``.
    """
    address = payload.get("$schema") if isinstance(payload, dict) else None
    if not isinstance(address, str):
        return None
    folder, _, file = address.partition("#")[0].rstrip("/").rpartition("/")
    named = next((known for known in contract.EDITIONS if folder.rpartition("/")[2] == known), edition)
    stem = file.removesuffix(".json").removesuffix(".schema")
    name = ALIASES.get(stem, stem)
    return Choice(name, named, "$schema") if contract.is_schema(name, named) else None


def guessed(payload: Any, edition: Edition) -> Choice:
    """Return the schema that a payload's members speak for; raise UnknownSchemaChoiceError when none does."""
    name = _guess(payload, edition) if isinstance(payload, dict) else None
    if name is None:
        raise UnknownSchemaChoiceError(
            f"cannot tell its schema: {_why_not(payload, edition)}; say --schema {'|'.join(COMMON[:5])}|…"
        )
    return Choice(name, edition, "guessed")


@cache
def is_surely_guessed(choice: Choice) -> bool:
    """Tell whether each payload that keeps to a guessed schema, and has no other members, is guessed to be of it."""
    if choice.how != "guessed":
        return False
    schema = contract.schema(choice.schema, choice.edition)
    required, known = set(schema.get("required", ())), schema.get("properties", {}).keys()
    for marks, name in _MARKS:
        if name == choice.schema and marks <= required:
            return True
        if name != choice.schema and marks <= known:
            return False
    return False


def _guess(payload: dict[str, Any], edition: Edition) -> str | None:
    members = payload.keys()
    for marks, name in _MARKS:
        if marks <= members:
            return name
    if "channel" in members:
        read_only = contract.read_only_members("channel_credential", edition)
        return "channel_credential" if members & set(read_only) else "credential_request"
    return "update" if members & set(contract.schema("update", edition)["properties"]) else None


def _why_not(payload: Any, edition: Edition) -> str:
    """Return why a payload's schema cannot be guessed, with what was probably meant."""
    if not isinstance(payload, dict):
        told = wrapping(payload)
        return f"it is no object{f'; {told}' if told else ''}"
    known = contract.schema("app", edition)["properties"]
    for name, value in payload.items():
        if told := wrapping(value):
            return f"{words.quoted(name)} is a member of none; {told}"
        if near := words.did_you_mean(name, list(known)):
            return f"{words.quoted(name)} is a member of none{near}"
    return "its members are those of none" if payload else "it is empty"
