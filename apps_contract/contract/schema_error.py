"""The errors of jsonschema as small typed data; the one module that imports that library, which is slow to load."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator

from apps_contract.contract.schemas import bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.exceptions import ValidationError

    from apps_contract.contract.editions import Edition
    from apps_contract.contract.violations import Location

# Deeper than any schema looks: below this, a container's content decides nothing.
_DEEPEST = 16

# Beyond every range of the contract; Python refuses to write integers of some thousand digits.
_HUGE = 1 << 1024


@dataclass(frozen=True)
class SchemaError:
    """One keyword that an instance breaks.

    ``place`` is the instance's location in the payload, ``trail`` the keyword's in the schema, and ``depth`` how far
    below the alternatives it is that it belongs to. ``branches`` holds, for anyOf and oneOf, the errors of each.
    """

    keyword: str
    allowed: Any
    schema: dict[str, Any]
    instance: Any
    place: Location
    trail: Location
    depth: int
    branches: tuple[tuple[SchemaError, ...], ...]


def schema_errors(payload: Any, schema_name: str, edition: Edition) -> Iterator[SchemaError]:
    """Yield every keyword of a schema that a payload breaks."""
    for error in _validator(schema_name, edition).iter_errors(manageable(payload)):
        yield _converted(error)


def manageable(value: Any, depth: int = _DEEPEST) -> Any:
    """Copy a JSON value so that jsonschema can write it: very deep containers emptied, huge integers cut down."""
    if isinstance(value, dict):
        return {key: manageable(item, depth - 1) for key, item in value.items()} if depth else {}
    if isinstance(value, list):
        return [manageable(item, depth - 1) for item in value] if depth else []
    if isinstance(value, int) and not -_HUGE < value < _HUGE:
        return _HUGE if value > 0 else -_HUGE
    return value


@cache
def _validator(schema_name: str, edition: Edition) -> Draft7Validator:
    return Draft7Validator(bundle(schema_name, edition))


def _converted(error: ValidationError) -> SchemaError:
    branches: dict[Any, list[SchemaError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(_converted(inner))
    return SchemaError(
        keyword=str(error.validator),
        allowed=error.validator_value,
        schema=dict(error.schema) if isinstance(error.schema, dict) else {},
        instance=error.instance,
        place=tuple(error.absolute_path),
        trail=tuple(error.absolute_schema_path),
        depth=len(error.path),
        branches=tuple(tuple(errors) for errors in branches.values()),
    )
