"""Validates payloads: a fast yes or no, and a slower explanation of what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.contract.semantics import semantic_violations

if TYPE_CHECKING:
    from apps_contract.contract.editions import Edition
    from apps_contract.contract.violations import Violation


def is_valid(payload: Any, schema_name: str, edition: Edition) -> bool:
    """Tell whether a JSON value keeps to a schema and to the semantic rules, advice included.

    A payload that breaks nothing but advice is not valid here, and ``validate`` tells it from a real violation:
    so it is never generated as a valid one, and nobody is judged by it. Raises UnknownSchemaError.
    """
    return _keeps_schema(payload, schema_name, edition) and not any(semantic_violations(payload, schema_name, edition))


def validate(payload: Any, schema_name: str, edition: Edition) -> list[Violation]:
    """Return what is wrong with a JSON value, in document order; an empty list means valid. Raises UnknownSchemaError.

    The semantic rules are looked at once the schema is kept.
    """
    if _keeps_schema(payload, schema_name, edition):
        return list(semantic_violations(payload, schema_name, edition))
    from apps_contract.contract.explanation import explain  # noqa: PLC0415 -- only once something is wrong

    return explain(payload, schema_name, edition)


def _keeps_schema(payload: Any, schema_name: str, edition: Edition) -> bool:
    from apps_contract.contract.compiled import compiled  # noqa: PLC0415 -- so that importing the contract costs nothing

    try:
        return compiled(schema_name, edition).is_valid(payload)
    except UnicodeEncodeError:  # jsonschema-rs reads no lone surrogates
        from apps_contract.contract.explanation import explain  # noqa: PLC0415 -- see above

        return not explain(payload, schema_name, edition)
