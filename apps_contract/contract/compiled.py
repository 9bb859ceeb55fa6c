"""The compiled schemas: each is compiled once, when it is first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import jsonschema_rs

from apps_contract.contract.schemas import bundle

if TYPE_CHECKING:
    from apps_contract.contract.editions import Edition


@cache
def compiled(schema_name: str, edition: Edition) -> jsonschema_rs.Draft7Validator:
    """Return the validator of a schema; raise UnknownSchemaError."""
    return jsonschema_rs.Draft7Validator(bundle(schema_name, edition))
