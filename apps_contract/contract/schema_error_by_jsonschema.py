"""The errors of jsonschema: for what jsonschema-rs does not read, and to hold its errors against.

The one module that imports that library, which is slow to load.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator

from apps_contract.contract.schema_error import SchemaError, manageable
from apps_contract.contract.schemas import bundle

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from apps_contract.contract.editions import Edition


def schema_errors(payload: Any, schema_name: str, edition: Edition, part: int = 0) -> list[SchemaError]:
    """Return every keyword of a schema that a payload breaks, in one of its parts."""
    return [_converted(error) for error in _validator(schema_name, edition).iter_errors(manageable(payload, part))]


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
