"""Takes the fixtures of the engine: ``subject``, a target to try things on."""

from apps_contract.run.fuzz.fixtures import pytest_configure, subject

__all__ = ["pytest_configure", "subject"]
