"""What a request may look like, as a small tree of facts read from the JSON Schemas (contract section 4).

Everything in this room that knows a range, a length, an enum or a required member knows it from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract import (
    EDITIONS,
    CredentialForm,
    channels,
    credential_forms,
    operation,
    read_only_members,
    schema,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apps_contract.contract import Edition

# Members that mean something beyond their schema (contract section 4.3).
ENTRIES = "channel_credentials"
CHANNEL = "channel"
ORDINAL = "credential_ordinal_number"
DEFAULT_ENTRY = "is_default"
NUMBERED_CHANNEL = "LINE"  # the only one that uses ordinal numbers

# Keywords that carry a fact, and those that only explain. Anything else in a request schema has to be looked at first.
_FACTS = frozenset(
    {
        "type",
        "required",
        "properties",
        "items",
        "enum",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "default",
        "oneOf",
    }
)
_PROSE = frozenset(
    {"$schema", "$id", "title", "description", "examples", "additionalProperties", "definitions", "readOnly"}
)
_BY_CHANNEL = frozenset({"allOf"})  # the entry's conditions, told by credential_forms() instead
_CONDITIONS = frozenset({"if", "then", "else"})  # of an answer: whoever makes one asks the validator as well


class UnreadableSchemaError(ValueError):
    """A request schema uses a keyword that this room does not know, so that generated bodies could be wrong."""

    def __init__(self, keywords: frozenset[str]) -> None:
        self.keywords = keywords
        super().__init__(f"teach apps_contract.payloads.shapes the schema keywords {', '.join(sorted(keywords))}")


@dataclass(frozen=True, eq=False)  # one object for each node of a schema, so that it can be a key
class Shape:
    """One node of a schema. ``alternatives`` are members of which exactly one has to be there.

    ``nullable``: an answer may say null in its place.
    """

    kind: str
    required: tuple[str, ...] = ()
    members: Mapping[str, Shape] = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()
    items: Shape | None = None
    enum: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    longest: int | None = None
    default: Any = None
    nullable: bool = False

    @property
    def optional(self) -> tuple[str, ...]:
        """The members that may be left out, alternatives aside, in the schema's order."""
        return tuple(name for name in self.members if name not in self.required and name not in self.alternatives)


@cache
def request_shape(operation_name: str, edition: Edition) -> Shape:
    """Return the shape of a create's or an update's body; the entry in it lists every credentials member."""
    name = operation(operation_name).request_schema
    if name is None:
        raise ValueError(f"the operation {operation_name} has no request body")
    return _named(name, edition)


@cache
def entry_shape(edition: Edition, form: CredentialForm) -> Shape:
    """Return the shape of an entry of one form: its own credentials member is required, no other is there."""
    shape = _named("credential_request", edition)
    foreign = {other.member for other in credential_forms(edition)} - {form.member}
    members = {name: member for name, member in shape.members.items() if name not in foreign}
    return replace(shape, required=(*shape.required, form.member), members=members)


@cache
def credentials_shape(edition: Edition, form: CredentialForm) -> Shape:
    """Return the shape of one credentials object."""
    return entry_shape(edition, form).members[form.member]


@cache
def answer_shape(edition: Edition) -> Shape:
    """Return the shape of an App as a server answers it; an entry lists every credentials member."""
    return _named("app", edition)


@cache
def read_only_shapes(schema_name: str, edition: Edition) -> dict[str, Shape]:
    """Return the members that only the server makes, of a response object (``app``, ``channel_credential``)."""
    document = schema(schema_name, edition)
    definitions = document.get("definitions", {})
    return {name: _shape(document["properties"][name], definitions) for name in read_only_members(schema_name, edition)}


def form_of(entry: dict[str, Any], edition: Edition) -> CredentialForm:
    """Return the form that a valid entry is written in."""
    return next(form for form in credential_forms(edition) if form.channel == entry["channel"] and form.member in entry)


def is_numbered(edition: Edition, channel: str) -> bool:
    """Tell whether several entries of a channel may stand side by side, told apart by their ordinal numbers."""
    return channel == NUMBERED_CHANNEL and ORDINAL in _named("credential_request", edition).members


@cache
def foreign_channels(edition: Edition) -> dict[str, str]:
    """Return the channels that only other editions, or responses, know: a request of this edition must not name them.

    With each comes the credentials member that it has in the newest edition that knows it, empty for a placeholder.
    """
    known = {channel: "" for other in EDITIONS for channel in _response_channels(other)}
    known |= {form.channel: form.member for other in EDITIONS for form in credential_forms(other)}
    return {channel: member for channel, member in known.items() if channel not in channels(edition)}


@cache
def words_elsewhere(name: str, edition: Edition) -> tuple[str, ...]:
    """Return the enum values of every member of that name in a create, and of the channel in any edition."""
    if name == CHANNEL:
        return tuple(foreign_channels(edition))
    siblings = (member.members.get(name) for member in request_shape("create", edition).members.values())
    return tuple(dict.fromkeys(word for sibling in siblings if sibling for word in sibling.enum))


@cache
def _named(name: str, edition: Edition) -> Shape:
    document = schema(name, edition)
    return _shape(document, document.get("definitions", {}))


def _response_channels(edition: Edition) -> tuple[str, ...]:
    document = schema("channel_credential", edition)
    node = _resolved(document["properties"]["channel"], document.get("definitions", {}))
    return tuple(node["enum"])


def _resolved(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = definitions[node["$ref"].rpartition("/")[2]]
    return node


def _shape(node: dict[str, Any], definitions: dict[str, Any]) -> Shape:
    node = _resolved(node, definitions)
    if "anyOf" in node:
        first, last = node["anyOf"]
        if last != {"type": "null"}:
            raise UnreadableSchemaError(frozenset({"anyOf"}))
        return replace(_shape(first, definitions), nullable=True)
    is_answer = "additionalProperties" not in node  # every object of a request rules out further members
    unknown = (
        frozenset(node)
        - _FACTS
        - _PROSE
        - (_BY_CHANNEL if "channel" in node.get("properties", ()) else frozenset())
        - (_CONDITIONS if is_answer else frozenset())
    )
    if unknown:
        raise UnreadableSchemaError(unknown)
    return Shape(
        kind=node["type"],
        required=tuple(node.get("required", ())),
        members={name: _shape(member, definitions) for name, member in node.get("properties", {}).items()},
        alternatives=tuple(name for choice in node.get("oneOf", ()) for name in choice["required"]),
        items=_shape(node["items"], definitions) if "items" in node else None,
        enum=tuple(node.get("enum", ())),
        minimum=node.get("minimum"),
        maximum=node.get("maximum"),
        longest=node.get("maxLength"),
        default=node.get("default"),
    )
