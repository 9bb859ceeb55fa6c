"""The rooms of the engine: each imports only rooms above it in the list, and nobody imports the doors."""

import ast
from pathlib import Path

import pytest

import apps_contract

PACKAGE = Path(apps_contract.__file__).parent
ROOMS = ["contract", "http", "files", "payloads", "checks", "service", "clients", "run", "report", "cli"]
DOORS = {"cli", "pytest_plugin", "_pytest_run", "__main__"}
# Rooms beside the line: what they may import, and who may import them.
SHARED = {"_resources", "_options"}


def room_of(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(path):
    """Every module of ours that a file imports, at whatever depth, also for types only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = (
                [f"{node.module}.{alias.name}" for alias in node.names]
                if node.module == "apps_contract"
                else [node.module]
            )
            yield from (name for name in names if name.split(".")[0] == "apps_contract")
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "apps_contract")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_above_it(room):
    allowed = {*ROOMS[: ROOMS.index(room) + 1], *SHARED, "", "__version__"}
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for module in imports(path)
        if room_of(module) not in allowed
    ]
    assert wrong == []


def test_nobody_imports_the_doors():
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for module in imports(path)
        if room_of(module) in DOORS and path.relative_to(PACKAGE).parts[0].removesuffix(".py") not in DOORS
    ]
    assert wrong == []


def test_every_room_is_in_the_list():
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms - {"_suite"} <= set(ROOMS)
