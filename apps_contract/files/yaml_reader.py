"""Reads YAML files as the JSON values they stand for, with the line and column of everything.

Of YAML's types only those of JSON are taken: a date stays the text that it is. Aliases are written out, up to a limit,
so that a small file cannot become a huge value.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any, Final

from apps_contract.files.errors import DocumentError, UnreadableFileError
from apps_contract.files.json_reader import MAX_DEPTH, integer, number
from apps_contract.files.parsing import decoded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from apps_contract.contract import Location

_MOST_NODES: Final = 250_000
_PREFIX: Final = "tag:yaml.org,2002:"
_MERGE: Final = f"{_PREFIX}merge"


class YamlDocument:
    """One document of a YAML file: its value, and the line and column of places in it."""

    def __init__(self, node: Any) -> None:
        self._marks: dict[Location, tuple[Any, Any]] = {}
        self._left = _MOST_NODES
        self.value = self._value(node, (), node)

    def __call__(self, places: Collection[tuple[Location, bool]]) -> list[tuple[int | None, int | None]]:
        """Return line and column of each place; a missing member is where the object that lacks it begins."""
        return [self._place(location, of_name=of_name) for location, of_name in places]

    def _place(self, location: Location, *, of_name: bool) -> tuple[int, int]:
        exact = location in self._marks
        while location not in self._marks:
            location = location[:-1]
        of_member, of_value = self._marks[location]
        mark = of_member if of_name and exact else of_value
        return mark.line + 1, mark.column + 1

    def _value(self, node: Any, location: Location, name_node: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise _error(f"its aliases stand for more than {_MOST_NODES:,} values", "too big", node)
        if len(location) > MAX_DEPTH:
            raise _error(f"is nested deeper than {MAX_DEPTH} levels", "deep nesting", node)
        self._marks[location] = (name_node.start_mark, node.start_mark)
        if node.id == "sequence":
            return [self._value(item, (*location, index), item) for index, item in enumerate(node.value)]
        if node.id == "mapping":
            return self._mapping(node, location)
        return _scalar(node)

    def _mapping(self, node: Any, location: Location) -> dict[str, Any]:
        mark = self._marks[location]
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                for other in value.value if value.id == "sequence" else [value]:
                    merged = self._merged(other, location) | merged
        self._marks[location] = mark
        own: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                continue
            if key.id != "scalar":
                raise _error("a name must be plain text; a {{ template }} is put in quotes", "syntax", key)
            if key.value in own:
                raise _error(f"the name {key.value[:40]!r} stands twice in one object", "duplicate name", key)
            own[key.value] = self._value(value, (*location, key.value), key)
        return merged | own

    def _merged(self, node: Any, location: Location) -> dict[str, Any]:
        """Return the members of a mapping that is merged (``<<``) into the one at a location."""
        if node.id != "mapping":
            raise _error("only mappings can be merged by <<", "syntax", node)
        members: dict[str, Any] = self._value(node, location, node)
        return members


def read_yaml(data: bytes) -> Iterator[YamlDocument]:
    """Yield the documents of a YAML file; raise DocumentError, or UnreadableFileError when PyYAML is not installed."""
    try:
        import yaml  # noqa: PLC0415 -- an extra
    except ImportError:
        raise UnreadableFileError("YAML files need PyYAML: pip install 'apps-contract[files]'") from None
    try:
        for node in yaml.compose_all(decoded(data.removeprefix(BOM_UTF8), "YAML"), Loader=yaml.SafeLoader):
            yield YamlDocument(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML"
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise DocumentError(f"is no YAML: {problem}{_hint(problem)}", "syntax", *place) from None
    except RecursionError:
        raise DocumentError(f"is nested deeper than {MAX_DEPTH} levels", "deep nesting") from None


def _hint(problem: str) -> str:
    if "'\\t'" in problem:
        return "; YAML is indented by spaces, not by tabs"
    if "mapping values are not allowed" in problem:
        return "; is the line indented wrongly, or has a text with a colon no quotes?"
    return ""


def _scalar(node: Any) -> Any:
    text: str = node.value
    try:
        match node.tag.removeprefix(_PREFIX):
            case "null":
                return None
            case "bool":
                return text.lower() in {"yes", "true", "on"}
            case "int":
                return _integer(text)
            case "float":
                return _float(text)
            case _:
                return text
    except ValueError as error:
        raise _error(str(error), "number", node) from None


def _float(text: str) -> float:
    plain = text.replace("_", "").lower()
    if ":" in plain or plain.endswith((".inf", ".nan")):
        raise ValueError(f"{text} is no JSON value; in quotes it would be text")
    return number(plain)


def _integer(text: str) -> int:
    if ":" in text:
        raise ValueError(f"{text} is a number to the base 60 in YAML; in quotes it would be text")
    digits = text.replace("_", "").lower()
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    for prefix, base in (("0x", 16), ("0b", 2), ("0o", 8)):
        if digits.startswith(prefix):
            return sign * int(digits[2:], base)
    if digits.startswith("0") and digits.isdigit() and len(digits) > 1:
        return sign * int(digits, 8)
    return sign * integer(digits)


def _error(message: str, kind: str, node: Any) -> DocumentError:
    return DocumentError(message, kind, node.start_mark.line + 1, node.start_mark.column + 1)
