"""Compares two bundled schemas place by place, without a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps_contract.contract.change import Kind
from apps_contract.contract.words import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

# Keywords that are rules of their own: they are compared as they stand.
_RULES = ("if", "then", "else", "oneOf")


@dataclass(frozen=True)
class Fact:
    """What is different at one place."""

    path: str
    kind: Kind
    old: Any = None
    new: Any = None

    @property
    def name(self) -> str:
        """The last name of the path."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True)
class _Node:
    """A place in a schema, with what its references point to."""

    schema: dict[str, Any]
    document: dict[str, Any]

    @classmethod
    def at(cls, schema: dict[str, Any], document: dict[str, Any]) -> _Node:
        while "$ref" in schema:
            schema = document["definitions"][schema["$ref"].rpartition("/")[2]]
        return cls(schema, document)

    def below(self, schema: dict[str, Any]) -> _Node:
        return _Node.at(schema, self.document)

    @property
    def members(self) -> dict[str, Any]:
        return dict(self.schema.get("properties", {}))

    @property
    def required(self) -> set[str]:
        return set(self.schema.get("required", ()))

    def without_null(self) -> tuple[_Node, bool]:
        """Return the place as it is when not null, and whether it may be null."""
        choices = [choice for choice in self.schema.get("anyOf", []) if choice != {"type": "null"}]
        if len(choices) == 1:
            return self.below(choices[0]), True
        return self, False

    def bounds(self) -> tuple[float, float]:
        low = self.schema.get("minimum", self.schema.get("minLength", float("-inf")))
        high = self.schema.get("maximum", self.schema.get("maxLength", float("inf")))
        return low, high

    def bounds_text(self) -> str | None:
        if "minLength" in self.schema or "maxLength" in self.schema:
            lengths = {"minimum": self.schema.get("minLength"), "maximum": self.schema.get("maxLength")}
            return f"{limits(lengths)} characters"
        return limits(self.schema) if {"minimum", "maximum"} & set(self.schema) else None


def schema_facts(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Fact]:
    """Yield what is different between two bundled schemas; nothing is named below a member that came or went."""
    yield from _compare(_Node.at(old, old), _Node.at(new, new), "")


def _compare(old: _Node, new: _Node, path: str) -> Iterator[Fact]:
    old, old_null = old.without_null()
    new, new_null = new.without_null()
    if old_null != new_null:
        yield Fact(path, Kind.NULL_ALLOWED if new_null else Kind.NULL_FORBIDDEN)
    if old.schema.get("type") != new.schema.get("type"):
        yield Fact(path, Kind.TYPE_CHANGED, old.schema.get("type"), new.schema.get("type"))
        return
    yield from _compare_values(old, new, path)
    yield from _compare_members(old, new, path)
    if "items" in old.schema and "items" in new.schema:
        yield from _compare(old.below(old.schema["items"]), new.below(new.schema["items"]), f"{path}[]")


def _compare_values(old: _Node, new: _Node, path: str) -> Iterator[Fact]:
    before, after = old.schema.get("enum", []), new.schema.get("enum", [])
    yield from (Fact(path, Kind.VALUE_REMOVED, value, None) for value in before if value not in after)
    yield from (Fact(path, Kind.VALUE_ADDED, None, value) for value in after if value not in before)
    if old.bounds() != new.bounds():
        (old_low, old_high), (new_low, new_high) = old.bounds(), new.bounds()
        if new_low < old_low or new_high > old_high:
            yield Fact(path, Kind.RANGE_WIDENED, old.bounds_text(), new.bounds_text())
        if new_low > old_low or new_high < old_high:
            yield Fact(path, Kind.RANGE_NARROWED, old.bounds_text(), new.bounds_text())
    if old.schema.get("default") != new.schema.get("default"):
        yield Fact(path, Kind.DEFAULT_CHANGED, old.schema.get("default"), new.schema.get("default"))
    rules = [{key: node.schema[key] for key in _RULES if key in node.schema} for node in (old, new)]
    if rules[0] != rules[1]:
        yield Fact(path, Kind.RULE_REMOVED if rules[0] else Kind.RULE_ADDED)


def _compare_members(old: _Node, new: _Node, path: str) -> Iterator[Fact]:
    before, after = old.members, new.members
    for name in before:
        place = f"{path}.{name}" if path else name
        if name not in after:
            yield Fact(place, Kind.REQUIRED_MEMBER_REMOVED if name in old.required else Kind.MEMBER_REMOVED)
            continue
        if (name in old.required) != (name in new.required):
            yield Fact(place, Kind.BECAME_REQUIRED if name in new.required else Kind.BECAME_OPTIONAL)
        yield from _compare(old.below(before[name]), new.below(after[name]), place)
    for name in after:
        if name not in before:
            place = f"{path}.{name}" if path else name
            yield Fact(place, Kind.REQUIRED_MEMBER_ADDED if name in new.required else Kind.MEMBER_ADDED)
