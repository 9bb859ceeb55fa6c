"""Finds the line and column of a place in a JSON text, by reading it once more."""

from __future__ import annotations

import re
from bisect import bisect_left
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from apps_contract.files.errors import NotJsonError
from apps_contract.files.json_reader import Positions, read_json

if TYPE_CHECKING:
    from collections.abc import Collection

    from apps_contract.contract import Location


class JsonLocator:
    """Line and column of places in one JSON text; the text is read once for all places of a call.

    A member that is missing is where the object that lacks it begins. ``first_line`` is the line number of the text's
    first line.
    """

    def __init__(self, text: str, first_line: int = 1) -> None:
        self._text = text
        self._first_line = first_line

    def __call__(self, places: Collection[tuple[Location, bool]]) -> list[tuple[int | None, int | None]]:
        """Return line and column of each place, of the member's name where asked for."""
        positions = Positions([location for location, _ in places])
        with suppress(NotJsonError):  # what was found until there is the best answer
            read_json(self._text, positions)
        return [self._place(location, positions, of_name=of_name) for location, of_name in places]

    def _place(self, location: Location, positions: Positions, *, of_name: bool) -> tuple[int | None, int | None]:
        offset = positions.names.get(location) if of_name else None
        while offset is None:
            offset = positions.values.get(location)
            if offset is None and not location:
                offset = 0
            location = location[:-1]
        line = bisect_left(self._line_ends, offset)
        start = self._line_ends[line - 1] + 1 if line else 0
        return line + self._first_line, offset - start + 1

    @cached_property
    def _line_ends(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self._text)]
