"""Makes, of a schema of the contract, a type that ``msgspec`` reads JSON text into: text that it takes is valid.

The type may be narrower than the schema, never wider: objects are closed, integers are written without a fraction and
fit into 64 bits, and a member or an alternative that no type says exactly is left out, so that text with it is refused.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union

import msgspec
from msgspec import UNSET, Meta, UnsetType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SAY_NOTHING: Final = {"$schema", "$id", "definitions", "title", "description", "default", "examples", "readOnly"}
_OF_AN_OBJECT: Final = {"type", "properties", "required", "additionalProperties"}
_INTEGERS: Final = (-(2**63), 2**63 - 1)


class NoShapeError(Exception):
    """No type says what a schema says."""


def shape(schema: dict[str, Any], narrowed: Mapping[str, Any] | None = None) -> Any:
    """Return the type of a bundled schema; raise NoShapeError.

    ``narrowed`` gives members of some names another type, which must not be wider than the schema.
    """
    return _Shapes(schema.get("definitions", {}), narrowed or {}).of(schema)


class _Shapes:
    def __init__(self, definitions: dict[str, Any], narrowed: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._narrowed = narrowed
        self._made: dict[str, Any] = {}

    def of(self, schema: dict[str, Any]) -> Any:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in self._made:
                self._made[name] = self.of(self._definitions[name])
            return self._made[name]
        match _meaning(schema):
            case {"type": "array", "items": items, **rest} if not rest:
                return list[self.of(items)]  # type: ignore[misc]  # a type made at run time
            case {"type": "object"}:
                return self._object(schema)
            case {"anyOf": [one, {"type": "null"}], **rest} if not rest:
                return Union[self.of(one), None]  # noqa: UP007 -- a type made at run time
            case {"oneOf": alternatives, **rest} if not rest:
                return self._one_of(alternatives)
            case meaning:
                return _scalar(meaning)

    def _object(self, schema: dict[str, Any], tag_field: str | None = None, tag: str | None = None) -> Any:
        if not _meaning(schema).keys() <= _OF_AN_OBJECT or "properties" not in schema:
            raise NoShapeError
        properties, required = schema["properties"], schema.get("required", ())
        fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
        for name, member in properties.items():
            if name == tag_field:
                continue
            try:
                kind = self._narrowed[name] if name in self._narrowed else self.of(member)
            except NoShapeError:
                if name in required:
                    raise
                continue
            fields.append((name, kind) if name in required else (name, Union[kind, UnsetType], UNSET))  # noqa: UP007
        if not {field[0] for field in fields} | {tag_field} >= set(required):
            raise NoShapeError
        return msgspec.defstruct(
            "Shape", fields, forbid_unknown_fields=True, gc=False, kw_only=True, tag_field=tag_field, tag=tag
        )

    def _one_of(self, alternatives: list[dict[str, Any]]) -> Any:
        """Return the type of objects that a member with few words tells from each other.

        Of alternatives with the same word only the first is taken, and it must be so that it fits no other.
        """
        objects = [self._resolved(alternative) for alternative in alternatives]
        tag_field = _telling_member(objects, self._resolved)
        made: dict[str, Any] = {}
        for one in objects:
            for tag in self._resolved(one["properties"][tag_field])["enum"]:
                others = [other for other in objects if tag in self._resolved(other["properties"][tag_field])["enum"]]
                if tag not in made and all(_cannot_be(one, other) for other in others if other is not one):
                    made[tag] = self._object(one, tag_field, tag)
        return Union[tuple(made.values())]  # noqa: UP007 -- a type made at run time

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        return self._definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _meaning(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in _SAY_NOTHING}


def _scalar(meaning: dict[str, Any]) -> Any:
    match meaning:
        case {"type": "string", "enum": words, **rest} if not rest:
            return Literal[tuple(words)]
        case {"type": "string", **rest}:
            return _limited(str, rest, minLength="min_length", maxLength="max_length")
        case {"type": "integer", **rest}:
            least, most = _INTEGERS
            return _limited(int, {"minimum": least, "maximum": most} | rest, minimum="ge", maximum="le")
        case {"type": "boolean", **rest} if not rest:
            return bool
    raise NoShapeError


def _limited(kind: type, limits: dict[str, Any], **names: str) -> Any:
    if not limits.keys() <= names.keys():
        raise NoShapeError
    return Annotated[kind, Meta(**{names[key]: limit for key, limit in limits.items()})] if limits else kind


def _telling_member(objects: list[dict[str, Any]], resolved: Any) -> str:
    """Return the name of the required member that is one of some words in each of several objects."""
    found: Counter[str] = Counter()
    for one in objects:
        found.update(_members_of_words(one, resolved))
    for name, count in found.items():
        if count == len(objects):
            return name
    raise NoShapeError


def _members_of_words(schema: dict[str, Any], resolved: Any) -> Iterator[str]:
    for name in schema.get("required", ()):
        if "enum" in resolved(schema.get("properties", {}).get(name, {})):
            yield name


def _cannot_be(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether an object that fits one schema, closed, surely lacks what another asks for."""
    return not set(other.get("required", ())) <= one["properties"].keys()
