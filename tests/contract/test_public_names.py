"""What the contract's package offers, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys

from apps_contract import contract


def test_public_names_are_sorted_and_exist():
    constants, classes, functions = [], [], []
    for name in contract.__all__:
        (constants if name.isupper() else classes if name[0].isupper() else functions).append(name)
        assert hasattr(contract, name)
    assert contract.__all__ == [*sorted(constants), *sorted(classes), *sorted(functions)]


def test_importing_the_contract_loads_no_validator():
    program = "import sys, apps_contract.contract; print(*sorted(sys.modules))"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 -- our own
    assert "apps_contract.contract" in loaded
    assert not {"jsonschema", "jsonschema_rs", "referencing", "difflib", "click"} & set(loaded)
