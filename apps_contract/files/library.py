"""Judging payloads from Python: the functions behind ``apps_contract.validate`` and ``apps_contract.assert_valid``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract import contract
from apps_contract.contract import DEFAULT_EDITION, Level
from apps_contract.files import judge
from apps_contract.files.finding import Severity
from apps_contract.files.rules import Rules
from apps_contract.files.schema_choice import Choice, schema_name

if TYPE_CHECKING:
    from apps_contract.contract import Edition, Location, Violation


class InvalidPayloadError(AssertionError):
    """A payload does not keep to its schema; ``violations`` holds all that is wrong, warnings included."""

    def __init__(self, schema: str, edition: Edition, violations: list[Violation]) -> None:
        self.schema = schema
        self.edition = edition
        self.violations = violations
        lines = [f"no valid {schema!r} payload of edition {edition}:", *(f"  {_line(one)}" for one in violations)]
        super().__init__("\n".join(lines))


def validate(payload: Any, schema: str, *, edition: Edition = DEFAULT_EDITION, strict: bool = False) -> list[Violation]:
    """Return what is wrong with a JSON value, in document order; an empty list means valid.

    ``schema`` is ``create``, ``update``, ``app``, ``list``, ``credential`` … (see ``apps-contract schema list``).
    With ``strict`` every member that the contract does not know is a violation, in answers too. The messages show
    no secret. Raises UnknownSchemaError, ValueError for an unknown edition, and TypeError for a payload that holds
    what JSON cannot: bytes, dates, sets, names that are no text.
    """
    if edition not in contract.EDITIONS:
        raise ValueError(contract.unknown_name_message("edition", str(edition), contract.EDITIONS))
    choice = Choice(schema_name(schema, edition), edition, "option")
    _refuse_what_is_no_json(payload)
    try:
        return judge.violations(payload, choice, strict=strict)
    except (ValueError, RecursionError) as error:
        raise TypeError(f"the payload is no JSON value: {error}") from None


def _refuse_what_is_no_json(payload: Any) -> None:
    """Raise TypeError that names the place of what no JSON text can say."""
    waiting: list[tuple[Location, Any]] = [((), payload)]
    seen: set[int] = set()  # a value may hold itself
    for place, value in waiting:
        if isinstance(value, (dict, list, tuple)):
            if id(value) in seen:
                continue
            seen.add(id(value))
            items = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [((*place, step), item) for step, item in items]
            odd = next((step for step in value if not isinstance(step, str)), None) if isinstance(value, dict) else None
            if odd is not None:
                raise TypeError(f"the payload is no JSON value: {_at(place)} has the name {odd!r}, which is no text")
        elif value is not None and not isinstance(value, (str, int, float)):
            raise TypeError(f"the payload is no JSON value: {_at(place)} is of type {type(value).__name__}")


def _at(place: Location) -> str:
    return contract.path_text(place) or "it"


def assert_valid(
    payload: Any, schema: str, *, edition: Edition = DEFAULT_EDITION, strict: bool = False, level: str = "must"
) -> None:
    """Raise InvalidPayloadError, an AssertionError, if a payload breaks a rule of ``level`` (``must``, ``should``).

    What fails, and the messages, are those of ``apps-contract validate``.
    """
    found = validate(payload, schema, edition=edition, strict=strict)
    rules = Rules(edition=edition, strict=strict, level=Level(level.upper()))
    if any(rules.severity(violation) is Severity.ERROR for violation in found):
        raise InvalidPayloadError(schema, edition, found)


def _line(violation: Violation) -> str:
    return f"{violation} ({violation.requirement})" if violation.requirement else str(violation)
