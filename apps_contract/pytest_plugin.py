"""pytest's door: ``pytest contract_tests --apps-target URL``.

It is loaded in every pytest run of whoever installed the package, so it holds options only; all the rest is imported
when a module of the suite is collected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apps_contract._options import ADAPTER, AUTH, OPTIONS, PYTEST_PREFIX, TARGET
from apps_contract._resources import folder

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from apps_contract.run.apps_api import AppsApi

NOT_DISTRIBUTED = (
    "the contract tests share one run and send several requests at a time by themselves: run them without -n (xdist)"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options of a run; the environment variables of the command are read as well."""
    group = parser.getgroup("apps-contract", "the contract of the Apps endpoints (pytest contract_tests)")
    for option in (TARGET, ADAPTER, AUTH, *OPTIONS):
        group.addoption(
            PYTEST_PREFIX + option.name,
            dest=f"apps_{option.key}",
            action="append" if option.repeatable else "store",
            default=None,
            metavar=option.metavar,
            help=f"{option.help}{f' Default: {option.default}.' if option.default else ''} [{option.variable}]",
        )


def pytest_configure(config: pytest.Config) -> None:
    """Make the suite's marker known."""
    config.addinivalue_line("markers", "apps_requirement(plan): the requirement of the contract that a test proves")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Refuse to spread the suite over processes, before any of them starts."""
    if config.getoption("numprocesses", None):
        places = (config.invocation_params.dir / argument.partition("::")[0] for argument in config.args)
        if any(_is_of_the_suite(place) for place in places):
            raise pytest.UsageError(NOT_DISTRIBUTED)


@pytest.fixture
def apps_api(request: pytest.FixtureRequest) -> Iterator[AppsApi]:
    """Answer for the Apps API in this process, for clients over ``requests`` or ``httpx``, and judge them."""
    from apps_contract.run.apps_api import apps_api_mock  # noqa: PLC0415
    from apps_contract.run.options import settings_of  # noqa: PLC0415 - whoever does not use it pays nothing

    edition = settings_of(None, {"edition": request.config.getoption("apps_edition")}.get).edition
    with apps_api_mock(edition) as api:
        yield api


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test, and not only its teardown, whose client swallowed what ``apps_api`` said of a request."""
    result = yield
    api = getattr(item, "funcargs", {}).get("apps_api")
    if api is not None:
        api.verify()
    return result


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
    """Attach the run when the first module of the suite is collected."""
    if _is_of_the_suite(module_path):
        from apps_contract._pytest_run import attach  # noqa: PLC0415 - nobody else pays for it

        attach(parent.config)


def _is_of_the_suite(path: Path) -> bool:
    try:
        suite = folder("contract_tests")
    except FileNotFoundError:
        return False
    path = path.resolve()
    return path == suite or suite in path.parents
