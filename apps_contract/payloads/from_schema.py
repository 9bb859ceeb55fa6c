"""The one module that knows hypothesis-jsonschema: strategies straight from a schema, for small flat objects only.

It takes a hundred milliseconds for a body of a whole request, and ignores keywords that it does not know; so the whole
is drawn by ``strategies``, and every value drawn here is checked by the validator before it is given out.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from apps_contract.contract import is_valid, schema

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from apps_contract.contract import Edition

_FLAT = frozenset({"string", "integer", "boolean"})


class NotFlatError(ValueError):
    """The schema is too much for this way of drawing; ``strategies`` has one for it."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is no small flat object: use apps_contract.payloads.strategies for it")


@cache
def flat_object(name: str, edition: Edition) -> SearchStrategy[dict[str, Any]]:
    """Draw values of a small object's schema (``retention_policy_request``), valid ones only; raise NotFlatError."""
    from hypothesis_jsonschema import from_schema  # noqa: PLC0415 -- loads jsonschema, which takes a while

    document = schema(name, edition)
    members = document.get("properties", {})
    if not members or not all(member.get("type") in _FLAT for member in members.values()):
        raise NotFlatError(name)
    strategy = cast("SearchStrategy[dict[str, Any]]", from_schema(document))
    return strategy.filter(lambda value: is_valid(value, name, edition))
