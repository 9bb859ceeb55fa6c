"""Runs the client suite without a terminal of pytest's: what the commands use."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apps_contract.run.client_suite import AUTHS, ClientRun
from apps_contract.run.hooks import SuiteHooks
from apps_contract.run.runner import SuiteError, _Errors, _pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.checks.client.record import Auth
    from apps_contract.run.events import Listener, RunEnded
    from apps_contract.run.scenario import Again
    from apps_contract.run.settings import Settings
    from apps_contract.run.suite import SuiteRun


def run_client_suite(
    settings: Settings,
    command: str,
    listeners: Sequence[Listener] = (),
    *,
    auths: Sequence[Auth] = AUTHS,
    tests: Sequence[str] = (),
    again: Again | None = None,
) -> RunEnded:
    """Run the client suite against the client behind an adapter, and return how it ended.

    ``tests`` are node ids below ``contract_tests``, all by default; ``again`` restricts them to one case. Raises
    WrongUseError, CannotTestError, SuiteError.
    """
    run = ClientRun(settings, command, listeners, auths=auths, again=again)
    is_judged = False
    try:
        run.start()
        errors = _Errors()
        # pytest asks of a run only what both kinds have.
        _pytest(tests or ["client"], [SuiteHooks(cast("SuiteRun", run)), errors])
        if errors.first and not run.ended_early:
            raise SuiteError(errors.first)
        is_judged = True
    except KeyboardInterrupt:
        run.interrupt()
        is_judged = bool(run.session.auths)
    finally:
        ended = run.finish(judge=is_judged)
    assert ended is not None
    return ended
