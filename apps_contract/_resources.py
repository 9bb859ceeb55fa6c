"""Where the data and the suites lie: inside an installed wheel, or beside the package in a checkout."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def folder(name: str) -> Path:
    """Return the path of ``schemas``, ``contract_tests`` or ``fuzzers``; raise FileNotFoundError if it is missing."""
    for parent in (_PACKAGE / "_suite", _PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    message = f"the folder {name!r} is missing from this installation of apps-contract: install it again"
    raise FileNotFoundError(message)
