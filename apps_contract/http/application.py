"""Finding a Python application by its name."""

from __future__ import annotations

import importlib
import sys
from functools import reduce
from pathlib import Path
from typing import Any


class AppImportError(Exception):
    """The application is not where its name says: one line, with what to write instead."""


def load_app(name: str) -> Any:
    """Return the object that ``module:attribute`` names, found from the working directory; raise AppImportError."""
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute:
        raise AppImportError(f"{name!r} names no application: write it as MODULE:ATTRIBUTE, such as shop.main:app")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:  # whatever the module does while it is imported
        raise AppImportError(f"{name!r} cannot be imported: {type(error).__name__}: {_first_line(error)}") from error
    try:
        return reduce(getattr, attribute.split("."), module)
    except AttributeError:
        raise AppImportError(f"the module {module_name!r} has no attribute {attribute!r}") from None


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "")
