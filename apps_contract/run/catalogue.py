"""Which tests of the suite prove which requirement, read from their source without running them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

from apps_contract._resources import folder


@dataclass(frozen=True)
class SuiteTest:
    """One test as its source shows it: its id in reports, its requirement, and the sentence that it proves."""

    id: str
    requirement: str
    sentence: str


def proofs_of(requirement_id: str) -> tuple[SuiteTest, ...]:
    """Return the tests that prove a requirement, in the order of the suite."""
    return tuple(test for test in all_tests() if test.requirement == requirement_id)


@cache
def all_tests() -> tuple[SuiteTest, ...]:
    """Return every test of the suite that is marked with a requirement."""
    root = folder("contract_tests")
    found: list[SuiteTest] = []
    for path in sorted(root.rglob("test_*.py")):
        place = path.relative_to(root).as_posix()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and (proven := _requirement_of(node)):
                sentence = " ".join((ast.get_docstring(node) or _words(node.name)).split("\n\n")[0].split())
                found.append(SuiteTest(f"{place}::{node.name}[{proven}]", proven, sentence))
    return tuple(found)


def _words(name: str) -> str:
    """Read a test's name as the sentence that it is."""
    return f"{name.removeprefix('test_').replace('_', ' ').capitalize()}."


def _requirement_of(function: ast.FunctionDef) -> str:
    """Read the id out of ``@requirement("SRV-STATE-1", …)``."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name):
            first = decorator.args[0] if decorator.func.id == "requirement" and decorator.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                return first.value
    return ""
