"""Which tests of the suites prove which requirement, read from their source: the trace from contract to proof."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MARK = "requirement"


def proofs(suites: Path) -> dict[str, tuple[str, ...]]:
    """Return the tests below a folder of suites (``server/test_x.py::test_y``) by the id that each is marked with."""
    found: dict[str, list[str]] = {}
    for path in sorted(suites.rglob("test_*.py")):
        for requirement_id, name in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(requirement_id, []).append(f"{path.relative_to(suites).as_posix()}::{name}")
    return {requirement_id: tuple(names) for requirement_id, names in sorted(found.items())}


def _marked(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in module.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            match decorator:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(requirement_id)), *_]) if (
                    name == _MARK
                ):
                    yield requirement_id, node.name
