"""How binding a requirement is (contract section 5)."""

from enum import StrEnum


class Level(StrEnum):
    """MUST fails a run, SHOULD warns (and fails a run only when asked), MAY is measured and reported."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"
