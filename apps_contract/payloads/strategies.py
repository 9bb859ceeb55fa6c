"""Hypothesis strategies for bodies: every channel, all members there or not, edges on purpose, all of Unicode.

They are valid by construction, from the facts of the schemas, and each value is checked by the validator all the same.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

from apps_contract.contract import DEFAULT_EDITION, EDITIONS, unknown_name_message
from apps_contract.payloads.boundaries import LARGEST_BODY
from apps_contract.payloads.making import make_case, make_entry, make_request, make_text, make_value
from apps_contract.payloads.sampling import sample
from apps_contract.payloads.texts import LONGEST_NAME, NONCHARACTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import DrawFn, SearchStrategy

    from apps_contract.contract import CredentialForm, Edition
    from apps_contract.payloads.cases import Case
    from apps_contract.payloads.making import Source
    from apps_contract.payloads.shapes import Shape

__all__ = ["app_text", "create_request", "entry", "invalid_case", "sample", "update_request", "value_of"]

Option = TypeVar("Option")
Made = TypeVar("Made")


class _Drawn:
    """A source of decisions that shrink."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def pick(self, options: Sequence[Option]) -> Option:
        return options[self._draw(_up_to(len(options) - 1))]

    def integer(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def characters(self, longest: int, *, ascii_only: bool) -> str:
        return self._draw(_characters(longest, ascii_only=ascii_only))

    def part(self, make: Callable[[Source], Made]) -> Made:
        return self._draw(_part(make))


@st.composite
def _part(draw: DrawFn, make: Callable[[Source], Made]) -> Made:
    return make(_Drawn(draw))


@lru_cache(maxsize=1024)
def _up_to(last: int) -> SearchStrategy[int]:
    return st.integers(0, last)


@cache
def app_text(longest: int = LONGEST_NAME) -> SearchStrategy[str]:
    """Draw a text that a server must take and keep: not empty, without U+0000, at most ``longest`` characters."""
    return st.composite(lambda draw: make_text(_Drawn(draw), longest))()


@cache
def _characters(longest: int, *, ascii_only: bool) -> SearchStrategy[str]:
    alphabet = (
        st.characters(min_codepoint=0x20, max_codepoint=0x7E)
        if ascii_only
        else st.characters(codec="utf-8", min_codepoint=1, exclude_characters="".join(sorted(NONCHARACTERS)))
    )
    return st.text(alphabet, min_size=1, max_size=longest)


@cache
def value_of(shape: Shape) -> SearchStrategy[Any]:
    """Draw a valid value of a shape without entries, both ends of a range more often than chance would."""
    return st.composite(lambda draw: make_value(_Drawn(draw), shape))()


@cache
def entry(edition: Edition, form: CredentialForm) -> SearchStrategy[dict[str, Any]]:
    """Draw a valid entry of one form."""
    return st.composite(lambda draw: make_entry(_Drawn(draw), edition, form))()


def create_request(
    *, edition: Edition = DEFAULT_EDITION, repeated_channels: bool = False
) -> SearchStrategy[dict[str, Any]]:
    """Draw the body of a create that a server must take, or may refuse if ``repeated_channels`` are let in."""
    return _request("create", edition, repeated_channels=repeated_channels)


def update_request(
    *, edition: Edition = DEFAULT_EDITION, repeated_channels: bool = False
) -> SearchStrategy[dict[str, Any]]:
    """Draw the body of an update that a server must take, or may refuse if ``repeated_channels`` are let in."""
    return _request("update", edition, repeated_channels=repeated_channels)


@cache
def invalid_case(edition: Edition, operation: str) -> SearchStrategy[Case]:
    """Draw a case with exactly one defect, anywhere in any valid body of a create or an update, which is its twin."""
    bodies = _request(operation, edition, repeated_channels=False).filter(bool)  # in nothing, nothing can be wrong

    @st.composite
    def drawn(draw: DrawFn) -> Case:
        body = draw(bodies)
        return make_case(_Drawn(draw), body, operation, edition)

    return drawn()


@cache
def _request(operation: str, edition: Edition, *, repeated_channels: bool) -> SearchStrategy[dict[str, Any]]:
    if edition not in EDITIONS:
        raise ValueError(unknown_name_message("edition", str(edition), EDITIONS))

    @st.composite
    def drawn(draw: DrawFn) -> dict[str, Any]:
        return make_request(_Drawn(draw), operation, edition, repeated_channels=repeated_channels)

    return drawn().filter(lambda body: len(json.dumps(body)) < LARGEST_BODY)
