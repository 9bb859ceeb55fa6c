"""Where two JSON values first differ, by the rules of JSON: order of members is free, everything else counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps_contract.checks.breach import shown


class _Absent:
    """Stands for a member that is not there."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()


@dataclass(frozen=True)
class Difference:
    """One place where a value is not what it should be; either side may be ``ABSENT``."""

    path: str
    expected: Any
    actual: Any

    @property
    def expected_text(self) -> str:
        """The expected value, for a person."""
        return _text(self.expected)

    @property
    def actual_text(self) -> str:
        """The value found, for a person; two texts that look alike are told apart by their code points."""
        text = _text(self.actual)
        if text == self.expected_text or (isinstance(self.actual, str) and isinstance(self.expected, str)):
            return f"{text} ({_first_code_points(self.expected, self.actual)})"
        return text


def first_difference(expected: Any, actual: Any, path: str = "", *, subset: bool = False) -> Difference | None:
    """Return the first place where ``actual`` differs from ``expected``, or None.

    A null member counts as absent, since the contract lets a server say either; with ``subset`` an object may hold more
    members than expected, also in place of a null. Arrays must agree in length and order always.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _object_difference(expected, actual, path, subset=subset)
    if isinstance(expected, list) and isinstance(actual, list):
        for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
            if found := first_difference(one, other, f"{path}[{index}]", subset=subset):
                return found
        if len(expected) != len(actual):
            return Difference(path, f"{len(expected)} elements", f"{len(actual)} elements")
        return None
    return None if same_scalar(expected, actual) else Difference(path, expected, actual)


def same_scalar(one: Any, other: Any) -> bool:
    """Tell whether two JSON values of simple type are equal: true is not 1, while 7 and 7.0 are the same number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    return type(one) is type(other) and bool(one == other)


def join(path: str, member: str) -> str:
    """Write the path of a member below ``path``."""
    return f"{path}.{member}" if path else member


def _object_difference(
    expected: dict[str, Any], actual: dict[str, Any], path: str, *, subset: bool
) -> Difference | None:
    members = list(expected) if subset else [*expected, *(name for name in actual if name not in expected)]
    for name in members:
        one, other = expected.get(name, ABSENT), actual.get(name, ABSENT)
        if _empty(one) and (subset or _empty(other)):
            continue
        if one is ABSENT or other is ABSENT:
            return Difference(join(path, name), one, other)
        if found := first_difference(one, other, join(path, name), subset=subset):
            return found
    return None


def _empty(value: Any) -> bool:
    return value is ABSENT or value is None


def _text(value: Any) -> str:
    return "absent" if value is ABSENT else shown(value)


def _first_code_points(expected: Any, actual: Any) -> str:
    """Name the first character in which two texts differ."""
    if not (isinstance(expected, str) and isinstance(actual, str)):
        return f"a JSON {type(actual).__name__} where a {type(expected).__name__} was expected"
    for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
        if one != other:
            return f"character {index} is U+{ord(other):04X} in place of U+{ord(one):04X}"
    return f"{len(actual)} characters in place of {len(expected)}"
