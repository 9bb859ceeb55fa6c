"""Puts the data and the suites into the wheel, so that an installed copy needs no checkout beside it."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SUITE_FOLDERS = ("schemas", "contract_tests", "fuzzers")


class SuiteBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # its configuration type is hatchling's own affair
    """Places each suite folder under ``apps_contract/_suite/`` of a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folders, unless the build is editable: then the engine finds them beside the package."""
        if version == "editable":
            return
        for folder in SUITE_FOLDERS:
            build_data["force_include"][str(Path(self.root) / folder)] = f"apps_contract/_suite/{folder}"
