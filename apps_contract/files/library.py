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
    return judge.violations(payload, choice, strict=strict)


def _refuse_what_is_no_json(payload: Any) -> None:
    """Raise TypeError that names the place of what no JSON text can say."""
    waiting: list[tuple[Location, Any]] = [((), payload)]
    for place, value in waiting:
        if isinstance(value, dict):
            waiting += [((*place, name), item) for name, item in value.items()]
            odd = next((name for name in value if not isinstance(name, str)), None)
            if odd is not None:
                raise TypeError(f"the payload is no JSON value: {_at(place)}the name {odd!r} is no text")
        elif isinstance(value, (list, tuple)):
            waiting += [((*place, index), item) for index, item in enumerate(value)]
        elif value is not None and not isinstance(value, (str, int, float)):
            raise TypeError(f"the payload is no JSON value: {_at(place)}a {type(value).__name__} is none")


def _at(place: Location) -> str:
    return f"{contract.path_text(place)}: " if place else ""


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
