"""Offers ``--apps-payloads``: ``pytest contract_tests/payloads --apps-payloads FOLDER``, or APPS_PAYLOADS."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from apps_contract._resources import folder
from apps_contract.contract import DEFAULT_EDITION, EDITIONS, Level, unknown_name_message
from apps_contract.files.rules import Rules
from apps_contract.files.sources import sources

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option, as far as this folder is named on the command line."""
    parser.addoption(
        "--apps-payloads",
        action="append",
        metavar="FILE|FOLDER|GLOB",
        help="Payload files to judge, one test each. Default: the published examples. [APPS_PAYLOADS]",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each file."""
    if "payload_file" in metafunc.fixturenames:
        metafunc.parametrize("payload_file", list(_files(metafunc.config)))


@pytest.fixture
def rules(pytestconfig: pytest.Config) -> Rules:
    """How to judge: edition and level are those of the other suites."""
    edition = pytestconfig.getoption("--apps-edition", None) or os.environ.get("APPS_EDITION") or DEFAULT_EDITION
    level = pytestconfig.getoption("--apps-level", None) or os.environ.get("APPS_LEVEL") or "must"
    if edition not in EDITIONS:
        raise pytest.UsageError(unknown_name_message("edition", edition, EDITIONS))
    return Rules(edition=edition, level=Level(level.upper()))


def _files(config: pytest.Config) -> Iterator[str]:
    given = config.getoption("--apps-payloads", None) or os.environ.get("APPS_PAYLOADS", "").split() or _examples()
    missing: list[str] = []
    yield from (source.name for source in sources(given, missing))
    if missing:
        raise pytest.UsageError("; ".join(missing))


def _examples() -> list[str]:
    examples = folder("schemas") / "examples"
    return [str(examples / f"{name}.json") for name in ("create_request", "create_response", "list_response")]
