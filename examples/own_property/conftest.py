"""Takes the ``subject`` of the fuzzers: an open target, deleted clean at the end."""

from apps_contract.run.fuzz.fixtures import pytest_configure, subject

__all__ = ["pytest_configure", "subject"]
