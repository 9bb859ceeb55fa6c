"""One try of one client scenario: a judge of its own, an adapter on loan, and what was seen and heard."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from apps_contract.checks.client.patience import Retries
from apps_contract.clients.protocol import Configuration
from apps_contract.run.api import BrokenError
from apps_contract.run.errors import NotApplicableError, NotTestedError
from apps_contract.service.judge.judge import Judge
from apps_contract.service.judge.script import LOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Auth, Insight, Recorded, Said
    from apps_contract.clients.adapter import Adapter
    from apps_contract.contract import Edition
    from apps_contract.http.exchange import Exchange
    from apps_contract.service.judge.script import Script

# Overall time-outs that clients are given: where an answer comes, and where none does.
ORDINARY_S = 8.0
READING_S = 4.0  # the answer comes at once, and there is a lot to read
SHORT_S = 1.5
# For a client that hangs where whole answers come: what it still does well, it does in this time.
HASTY_S = 2.0


@dataclass(frozen=True)
class Context:
    """What requests have to be judged by: the ids that the caller gave, and what the client knew.

    ``sent_back`` says that the caller gave back what get had answered; ``led_astray`` that redirects were answered, so
    that requests to other places are no fault.
    """

    project_id: str
    app_ids: tuple[str, ...]
    insight: Insight
    sent_back: bool = False
    led_astray: bool = False


@dataclass(frozen=True)
class Origin:
    """The test and the case, by its label, that a drill is run for; ``turn`` is the place of the case."""

    test: str
    case: str
    turn: int = 0


@dataclass(frozen=True)
class Seen:
    """One request of the run with its context, and where it came from: what tests over all traffic judge."""

    recorded: Recorded
    context: Context
    origin: Origin | None = None


@dataclass
class Act:
    """One judge of a drill, with the ids that its caller used."""

    judge: Judge
    app_ids: list[str] = field(default_factory=list)
    sent_back: bool = False
    led_astray: bool = False

    @property
    def context(self) -> Context:
        """What its requests have to be judged by."""
        judge = self.judge
        return Context(judge.key.project_id, tuple(self.app_ids), judge.insight, self.sent_back, self.led_astray)


class Drill:
    """Runs one scenario. Used by one thread; ``close`` gives the judges' ports back."""

    def __init__(
        self,
        adapter: Adapter,
        edition: Edition,
        auths: Sequence[Auth],
        origin: Origin | None = None,
        longest_s: float = ORDINARY_S,
    ) -> None:
        self._adapter = adapter
        self.edition = edition
        self._auths = tuple(auths)
        self._origin = origin
        self._turn = origin.turn if origin else 0
        self._longest_s = longest_s
        self._breaks_answers = False
        self._acts: list[Act] = []
        self._output = b""
        self._asked = 0.0
        self.heard: list[Said] = []
        self.known_apps: list[Any] = []

    # -- setting the scene ---------------------------------------------------------------------------------------

    def start(
        self,
        script: Script | None = None,
        *,
        auth: Auth | None = None,
        timeout: float = ORDINARY_S,
        project_id: str = "",
        apps: Sequence[dict[str, Any]] = (),
    ) -> Drill:
        """Open a judge that follows a script and holds ``apps``, and point the client at it.

        Without ``auth`` the kinds that the client has take turns. Raises NotApplicableError when it has not this one.
        """
        if auth is not None and auth not in self._auths:
            raise NotApplicableError(f"the client cannot authenticate by {auth}")
        if not self._auths:
            raise NotTestedError("the client could not be configured")
        judge = Judge(self.edition, script, project_id=project_id).__enter__()
        self._acts.append(Act(judge))
        judge.seed(*apps)
        self.known_apps += apps
        chosen = auth or self._auths[self._turn % len(self._auths)]
        self._note(script)
        limit = min(timeout, self._longest_s)
        configuration = Configuration(judge.base_url, judge.token_url, judge.key, chosen, self.edition, limit)
        self._output += self._adapter.error_output if len(self._acts) > 1 else b""
        said = self._adapter.configure(configuration)
        if said.kind == "unsupported":
            raise NotApplicableError(said.message or "the client cannot be configured so")
        if not said.ok:
            self.heard.append(said)
            raise NotTestedError(f"configure failed: {said.text}")
        return self

    @property
    def judge(self) -> Judge:
        """The judge that the client talks to now."""
        return self._acts[-1].judge

    def follow(self, script: Script) -> None:
        """Answer by another script from now on."""
        self._note(script)
        self.judge.follow(script)

    def _note(self, script: Script | None) -> None:
        rules = script.rules if script else ()
        self._breaks_answers = self._breaks_answers or any(rule.reply.wire in LOST for rule in rules)

    @property
    def hung(self) -> bool:
        """Whether the client was silent although every answer was whole."""
        return not self._breaks_answers and any(said.ending == "silent" for said in self.heard)

    def lead_astray(self) -> None:
        """Note that redirects are answered."""
        self._acts[-1].led_astray = True

    def send_back(self) -> None:
        """Note that the caller gives back what get answered."""
        self._acts[-1].sent_back = True

    # -- what the caller does ------------------------------------------------------------------------------------

    def ask(self, op: str, **members: Any) -> Said:
        """Let the client's caller run one operation; raise NotApplicableError where the client has not this one."""
        return self.ask_at_once([{"op": op, **members}])[0]

    def ask_at_once(self, requests: Sequence[dict[str, Any]]) -> list[Said]:
        """Let the caller start several operations before the first is answered."""
        for request in requests:
            if "app_id" in request:
                self._acts[-1].app_ids.append(request["app_id"])
        self._asked = time.monotonic()
        heard = self._adapter.ask_at_once(requests)
        for said in heard:
            if said.kind == "unsupported":
                raise NotApplicableError(said.message or "the client cannot express this")
        self.heard += heard
        return heard

    # -- what was seen -------------------------------------------------------------------------------------------

    def calls(self, operation: str = "") -> list[Recorded]:
        """Return the requests to the API that the current judge saw, or those of one operation (or ``token``)."""
        seen = self.judge.records
        if operation:
            return [recorded for recorded in seen if recorded.operation == operation]
        return [recorded for recorded in seen if recorded.endpoint == "api"]

    def retries(self, operation: str) -> Retries:
        """Return the requests of the last call, and how long after it was asked for the first request came."""
        arrived = [recorded.arrived for recorded in self.judge.records if recorded.arrived >= self._asked]
        return Retries(self.calls(operation), min(arrived, default=self._asked) - self._asked)

    def seen(self) -> list[Seen]:
        """Return every request of the drill with its context."""
        return [
            Seen(
                recorded,
                Context(act.judge.key.project_id, tuple(act.app_ids), act.judge.insight, act.sent_back, act.led_astray),
                self._origin,
            )
            for act in self._acts
            for recorded in act.judge.records
        ]

    @property
    def output(self) -> bytes:
        """What the adapter wrote on standard error in this drill."""
        return self._output + self._adapter.error_output

    @property
    def insights(self) -> tuple[Insight, ...]:
        """The secrets of this drill."""
        return tuple(act.judge.insight for act in self._acts)

    @property
    def trace(self) -> tuple[Exchange, ...]:
        """The exchanges of this drill."""
        return tuple(seen.recorded.exchange for seen in self.seen())

    def require(self, *breaches: Breach | None) -> None:
        """End the case with the first breach that is not None."""
        for breach in breaches:
            if breach is not None:
                raise BrokenError(breach)

    def wait(self, seconds: float) -> None:
        """Let time pass, for a token to expire."""
        threading.Event().wait(seconds)

    def settle(self, count: int, operation: str, seconds: float = 0.3) -> None:
        """Give requests that are still on their way a moment to arrive."""
        end = time.monotonic() + seconds
        while len(self.calls(operation)) <= count and time.monotonic() < end:
            self.wait(0.02)

    def close(self) -> None:
        """Close all judges."""
        for act in self._acts:
            act.judge.close()
