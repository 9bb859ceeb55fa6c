"""The documented states of the API (contract section 1)."""

from typing import Literal, get_args

Edition = Literal["2021", "2023", "2026"]

EDITIONS: tuple[Edition, ...] = get_args(Edition)
DEFAULT_EDITION: Edition = "2023"
