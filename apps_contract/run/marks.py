"""How a test of the suite says what it proves: its requirement, and the cases that it is tried with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from apps_contract.contract import requirement as catalogued

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.run.settings import Settings

MARK = "apps_requirement"

Smaller = Callable[[Any, Callable[[Any], bool]], Any]
Test = TypeVar("Test", bound="Callable[..., Any]")


@dataclass(frozen=True)
class Plan:
    """What a contract test is: its requirement, where its cases come from, and how it is run.

    ``cases`` makes the cases from the run's settings; None means that the test runs once. ``over_traffic`` means that
    the test judges every exchange of the run, after all other tests. ``tries`` is how often a case is tried at most
    before its breach counts as flaky: more than twice where chance plays a part, as under concurrency. ``smaller``
    takes a case and a function that tells whether another case fails likewise, and returns the smallest that does.
    """

    requirement: str
    cases: Callable[[Settings], Iterable[Any]] | None = None
    over_traffic: bool = False
    alone: bool = False
    tries: int = 2
    smaller: Smaller | None = None

    @property
    def requirement_side(self) -> str:
        """Whose requirement it is: server or client."""
        return catalogued(self.requirement).side


def requirement(
    requirement_id: str,
    *,
    each: Callable[[Settings], Iterable[Any]] | None = None,
    over_traffic: bool = False,
    alone: bool = False,
    tries: int = 2,
    smaller: Smaller | None = None,
) -> Callable[[Test], Test]:
    """Mark a test as proof of a requirement.

    ``each`` makes the cases; the test takes one as its argument ``case``, and several run at a time unless ``alone``.
    With ``over_traffic`` the test takes an ``exchange`` and returns a Breach or None.
    """

    def mark(function: Test) -> Test:
        plan = Plan(requirement_id, each, over_traffic, alone, tries, smaller)
        return getattr(pytest.mark, MARK)(plan)(function)  # type: ignore[no-any-return]  # pytest's marks are untyped

    return mark
