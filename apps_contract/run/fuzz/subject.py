"""A target for tests that draw their own requests: what ``fuzzers/`` and a user's own properties stand on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apps_contract.http.curl import curl_lines
from apps_contract.http.exchange import Request
from apps_contract.payloads.cases import Case
from apps_contract.run import cleanup, preflight
from apps_contract.run.fuzz.attempts.attempt import attempt
from apps_contract.run.fuzz.attempts.lives import Life
from apps_contract.run.fuzz.attempts.stand import Stand
from apps_contract.run.fuzz.memory import CampaignLedger, CampaignSession, Tally
from apps_contract.run.fuzz.trials import BodyTrial
from apps_contract.run.ledger import FILE_NAME
from apps_contract.run.outcomes import fails
from apps_contract.run.target import open_target
from apps_contract.run.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.checks.breach import Breach
    from apps_contract.contract import Edition
    from apps_contract.http.exchange import Exchange
    from apps_contract.run.api import Api
    from apps_contract.run.fuzz.attempts.attempt import Attempt
    from apps_contract.run.fuzz.trials import Trial
    from apps_contract.run.ledger import LedgerEntry
    from apps_contract.run.settings import Settings
    from apps_contract.run.target import Target


class Subject:
    """Tries one thing after another on one target, and remembers what was made there."""

    def __init__(self, target: Target, session: CampaignSession) -> None:
        self._target = target
        self._session = session
        self._stand = Stand()

    @classmethod
    def open(cls, settings: Settings, *, remembers: bool = False) -> Subject:
        """Open what the settings name; raise WrongUseError or CannotTestError with one line for the user.

        With ``remembers`` what is made is written down in the report folder, which is then held alone, as by a run.
        """
        target = open_target(settings)
        is_ours = not (settings.url or settings.asgi or settings.wsgi)
        ledger_path = settings.report_dir / FILE_NAME if remembers and settings.report_dir and not is_ours else None
        probe = Request("GET", f"/v1/projects/{target.key.project_id}/apps")
        wire = Wire(target.transport, probe, rate=settings.rate, timeout=settings.timeout)
        wire.traffic = Tally()
        session = CampaignSession(
            target.settings,
            wire,
            CampaignLedger(ledger_path),
            target.key,
            target.other_key,
            target=target.name,
            tokens=target.tokens,
        )
        opened = cls(target, session)
        try:
            preflight.check(session)
            cleanup.clean_left_overs(session)
        except BaseException:
            opened._give_back()
            raise
        return opened

    def close(self) -> tuple[LedgerEntry, ...]:
        """Delete what was made, and close the target; return what could not be deleted."""
        try:
            return cleanup.clean(self._session)
        finally:
            self._give_back()

    @property
    def edition(self) -> Edition:
        """The edition of the contract to judge by."""
        return self._session.edition

    @property
    def api(self) -> Api:
        """A fresh way to call the operations as the project's own key; what it makes is deleted at the end."""
        return self._session.api()

    def life(self) -> Life:
        """Return a model of two projects without apps, to apply steps to."""
        return Life(self.api)

    @property
    def base_url(self) -> str:
        """Where requests can be repeated by hand."""
        return self._target.base_url

    def tried(self, trial: Trial) -> Attempt:
        """Try a trial with an app and a valid twin of its own, as somebody would who repeats it; secrets are masked."""
        self._stand.forget()
        if isinstance(trial, BodyTrial) and trial.is_defect:
            self._stand.ask_again(trial.case.operation, trial.case.twin)
        found = attempt(self._session, trial, self._stand)
        masked = [
            (key, self._masked(breach), tuple(self._session.redactor.exchange(one) for one in trace))
            for key, breach, trace in found.breaches
        ]
        return replace(found, breaches=tuple(masked))

    def _masked(self, breach: Breach) -> Breach:
        mask = self._session.redactor.text
        return replace(breach, title=mask(breach.title), expected=mask(breach.expected), actual=mask(breach.actual))

    def check(self, trial: Trial) -> None:
        """Try a trial; raise AssertionError, with the steps to repeat it, if it breaks the contract."""
        tried = attempt(self._session, trial, self._stand)
        broken = [(breach, trace) for _, breach, trace in tried.breaches if self._fails(breach)]
        if broken:
            breach, trace = broken[0]
            raise AssertionError(self.explain(breach, trace))

    def check_body(self, operation: str, body: Any) -> None:
        """Try a valid body of a create or an update; raise AssertionError if it breaks the contract."""
        self.check(BodyTrial(Case("a drawn body", operation, body)))

    def explain(self, breach: Breach, trace: Iterable[Exchange]) -> str:
        """Write what is broken and how to repeat it, without secrets."""
        steps = [self._session.redactor.exchange(exchange) for exchange in trace]
        lines = [
            f"{breach.requirement}: {breach.title}",
            f"  expected {breach.expected}",
            f"  actual   {breach.actual}",
            *(f"  {line}" for line in curl_lines(steps, self._target.base_url, shows_made_up_credentials=True)),
        ]
        return self._session.redactor.text("\n".join(lines))

    def _fails(self, breach: Breach) -> bool:
        return fails(breach.level_in(self.edition), self._session.settings.level)

    def _give_back(self) -> None:
        self._session.close()
        self._target.close()
