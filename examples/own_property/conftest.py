"""Takes the ``bench`` of the fuzzers: an open target, deleted clean at the end."""

from apps_contract.run.fuzz.fixtures import bench, pytest_configure

__all__ = ["bench", "pytest_configure"]
