"""Which requirements a run is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.contract import UnknownRequirementError, select
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.contract import Requirement


def selected_requirements(prefixes: Sequence[str], *sides: str) -> tuple[Requirement, ...]:
    """Return the requirements of the sides that ids or prefixes name; raise WrongUseError if one names nothing."""
    try:
        found = tuple(requirement for requirement in select(prefixes) if requirement.side in sides)
    except UnknownRequirementError as error:
        raise WrongUseError(str(error)) from None
    if not found:
        raise WrongUseError(f"{', '.join(prefixes)} names no requirement of the {' or '.join(sides)} side")
    return found
