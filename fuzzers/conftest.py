"""Takes the fixtures of the engine: ``bench``, a target to try things on."""

from apps_contract.run.fuzz.fixtures import bench, pytest_configure

__all__ = ["bench", "pytest_configure"]
