"""Fixtures of hypothesis tests: a target, opened as pytest's options say (``--apps-target`` and the others).

Without options it is the embedded reference server. ``--apps-examples`` is the number of examples of each test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from apps_contract._options import PYTEST_PREFIX, TARGET
from apps_contract.run.errors import CannotTestError
from apps_contract.run.fuzz.subject import Subject
from apps_contract.run.options import settings_of
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = 50


def pytest_configure(config: pytest.Config) -> None:
    """Let ``--apps-examples`` say how many examples hypothesis draws."""
    examples = config.getoption("apps_examples", None)
    settings.register_profile(
        "apps-contract",
        max_examples=int(examples) if examples else EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink],
    )
    settings.load_profile("apps-contract")


@pytest.fixture(scope="session")
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Offer a target to try things on; all apps that were made are deleted at the end."""

    def value(key: str) -> Any:
        return request.config.getoption(f"apps_{key}", None)

    try:
        opened = Subject.open(settings_of(value(TARGET.key), value, prefix=PYTEST_PREFIX))
    except (WrongUseError, CannotTestError) as error:
        pytest.exit(f"apps-contract: {error}")
    yield opened
    left = opened.close()
    for item in request.session.items:  # HypoFuzz goes back to tests whose fixtures were taken down: they ask anew
        item._initrequest()  # type: ignore[attr-defined] # noqa: SLF001 - there is no public way
    assert not left, f"left behind: {[entry.app_id for entry in left]}"
