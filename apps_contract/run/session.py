"""One run against one target: who calls, what was made, what was found."""

from __future__ import annotations

import json
import random
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from apps_contract.http.authentication import TokenSource, basic_header
from apps_contract.http.redaction import Redactor
from apps_contract.run.api import Api, Caller
from apps_contract.run.errors import NotApplicableError, NotTestedError
from apps_contract.run.ledger import Ledger, LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apps_contract.contract import Edition
    from apps_contract.http.authentication import KeyPair
    from apps_contract.http.exchange import Exchange
    from apps_contract.http.transport import Transport
    from apps_contract.run.findings import Result
    from apps_contract.run.settings import Settings
    from apps_contract.run.wire import Wire

_OTHER = "other"  # how reports and curl lines call the second project's secrets


@dataclass
class LentApp:
    """An app on loan, as the last answer showed it."""

    app: dict[str, Any]


class Session:
    """What the scenarios of a run share; thread-safe.

    ``key`` and ``other_key`` belong to two projects of the target; ``token_transport`` reaches the token endpoint.
    """

    def __init__(  # noqa: PLR0913 - the parts of a run, three of them optional
        self,
        settings: Settings,
        wire: Wire,
        ledger: Ledger,
        key: KeyPair,
        other_key: KeyPair | None = None,
        *,
        target: str = "",
        tokens: tuple[Transport, str] | None = None,
    ) -> None:
        self.settings = settings
        self.wire = wire
        self.ledger = ledger
        self.key = key
        self.other_key = other_key
        self.target = target
        self.redactor = Redactor([key], shows_made_up_credentials=True)
        if other_key:
            self.redactor.add(other_key, _OTHER)
        self.reused_ids: list[Exchange] = []
        self.results: list[Result] = []
        self.notes: dict[str, str] = {}
        self._tokens = tokens
        self._token_sources: dict[str, TokenSource] = {}
        self._lock = threading.Lock()
        self._once: dict[str, Future[Any]] = {}
        self._names = 0
        self._invented: set[str] = set()
        self._lendable: Queue[tuple[dict[str, Any], Exchange]] = Queue()
        self._known_ids: set[tuple[str, str]] = set()
        self._unsure_of: set[str] = set()
        self._under_way: list[Future[Any]] = []
        self._pool = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="apps-contract")
        # The number tells runs apart, and keeps no secret.
        self._name_prefix = f"apps-contract {random.Random().randrange(16**8):08x}"  # noqa: S311

    @property
    def edition(self) -> Edition:
        """The edition of the contract that this run judges by."""
        return self.settings.edition

    @property
    def owns_everything(self) -> bool:
        """Whether the run may touch apps that it did not make (``--mode full``)."""
        return self.settings.mode == "full"

    def api(self) -> Api:
        """Return a fresh way to call the operations, as the project's own key, with an empty trace."""
        return Api(self, Caller(self.key.project_id, basic_header(self.key)))

    def other_caller(self) -> Caller:
        """Return the caller of the second project; raise NotTestedError where none was given."""
        if self.other_key is None:
            raise NotTestedError("needs a second project: give --other-project, --other-key-id and --other-key-secret")
        return Caller(self.other_key.project_id, basic_header(self.other_key))

    def bearer_header(self, key: KeyPair) -> str:
        """Return an Authorization header with a token; raise NotApplicableError without a token endpoint."""
        if self._tokens is None:
            raise NotApplicableError("no token endpoint was given (--token-url)")
        transport, token_target = self._tokens
        with self._lock:
            source = self._token_sources.get(key.key_id)
            if source is None:
                label = "" if key == self.key else _OTHER
                source = TokenSource(transport, token_target, key, on_token=partial(self.redactor.add, label=label))
                self._token_sources[key.key_id] = source
        return source.bearer_header()

    @property
    def host(self) -> str:
        """The value of a Host header for the target."""
        return urlsplit(self.target).netloc or "localhost"

    @property
    def path_prefix(self) -> str:
        """What the target's URL puts before every path; only a message given byte for byte has to say it."""
        return urlsplit(self.target).path.rstrip("/") if "://" in self.target else ""

    def note(self, requirement_id: str, text: str) -> None:
        """Keep what was measured about a requirement, for the report."""
        self.notes[requirement_id] = text

    def new_name(self) -> str:
        """Return a display name that no other app has."""
        with self._lock:
            self._names += 1
            return f"{self._name_prefix} {self._names:05d}"  # of one length: which body is smallest hangs on no turn

    def invented_id(self, like: str = "") -> str:
        """Return an app id that never existed, of the same form as ``like``."""
        invented = like
        while invented in {"", like} or self._is_known(invented):
            invented = (
                "".join(_other(character) for character in like) if like else f"no-such-app-{self.new_name()[-8:]}"
            )
            if not any(character.isalnum() for character in like):
                like = ""
        with self._lock:
            self._invented.add(invented)
        return invented

    def known_as_absent(self, app_id: str) -> str:
        """Allow the use of an id that was derived from a real one; raise NotApplicableError if an app has it."""
        if self._is_known(app_id):
            raise NotApplicableError(f"{app_id} is the id of another app")
        with self._lock:
            self._invented.add(app_id)
        return app_id

    def _is_known(self, app_id: str) -> bool:
        with self._lock:
            return any(app_id == known for _, known in self._known_ids)

    def may_touch(self, app_id: str, project_id: str) -> bool:
        """Tell whether this run may update or delete an app: its own, and ids that it made up."""
        if self.owns_everything or app_id in self._invented:
            return True
        projects = {self.key.project_id, project_id, *([self.other_key.project_id] if self.other_key else [])}
        return any(self.ledger.has_made(project, app_id) for project in projects)

    def note_existing(self, project_id: str, app_ids: Iterable[str]) -> None:
        """Remember the apps that were there before the run: no create may answer with one of their ids."""
        self._known_ids.update((project_id, app_id) for app_id in app_ids)

    def knows(self, project_id: str, app_id: str) -> bool:
        """Tell whether the run has met an app before."""
        return (project_id, app_id) in self._known_ids

    def note_created(self, project_id: str, app_id: str, exchange: Exchange) -> None:
        """Write an app into the ledger, before anybody uses it; an id that was used before is kept for SRV-STATE-1."""
        with self._lock:
            is_new = (project_id, app_id) not in self._known_ids
            self._known_ids.add((project_id, app_id))
        if is_new:
            self.ledger.created(LedgerEntry(self.target, project_id, app_id))
        else:
            self.reused_ids.append(exchange)

    def note_unsure(self, project_id: str) -> None:
        """Remember that a create may have made an app whose id was never told."""
        self._unsure_of.add(project_id)

    @property
    def unsure_of(self) -> frozenset[str]:
        """The projects that may hold an app of this run whose id is not known."""
        return frozenset(self._unsure_of)

    def is_own_name(self, display_name: object) -> bool:
        """Tell whether ``new_name`` of this run made a display name: nobody else has such a one."""
        return isinstance(display_name, str) and display_name.startswith(f"{self._name_prefix} ")

    def note_deleted(self, project_id: str, app_id: str) -> None:
        """Write into the ledger that an app is gone."""
        self.ledger.deleted(LedgerEntry(self.target, project_id, app_id))

    @contextmanager
    def borrowed_app(self, api: Api) -> Iterator[LentApp]:
        """Lend an app that nobody else touches meanwhile; give its new state back by setting ``lent.app``.

        An app whose loan ends in an error is not lent again: its state is uncertain.
        """
        try:
            app, last_seen = self._lendable.get_nowait()
        except Empty:
            lent = LentApp(api.given_app())
        else:
            lent = LentApp(app)
            api.trace.append(last_seen)  # the trace of a finding has to show what the app was before
        yield lent
        self._lendable.put((lent.app, api.trace[-1]))

    def together(self, work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        """Call ``work`` for each item, several at a time, and return what it returned, in order.

        Must not be called from within ``work``. An error ends it, after the calls already begun.
        """
        futures = self._under_way = [self._pool.submit(work, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            for future in futures:
                future.cancel()
            raise

    def settle(self) -> None:
        """Wait until what an interrupted ``together`` had begun is over: its last answers may name new apps."""
        wait(self._under_way)

    def close(self) -> None:
        """Give the threads and the ledger's file back."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self.ledger.close()

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what ``make`` returned, or raise what it raised, when it was first called for ``key`` in this run."""
        with self._lock:
            future = self._once.get(key)
            mine = future is None
            if future is None:
                future = self._once[key] = Future()
        if mine:
            try:
                future.set_result(make())
            except BaseException as error:
                future.set_exception(error)
                raise
        return future.result()

    def accepts(self, operation: str, body: Any) -> bool:
        """Tell whether the target accepts a valid body; asked once for each body in a run."""

        def ask() -> bool:
            api = self.api()
            if operation == "create":
                return api.create(api.personal(body)).succeeded
            app = self.once("app for twins", lambda: api.given_app())  # noqa: PLW0108 - read at call time
            return api.update(app["id"], body).succeeded

        return bool(self.once(f"{operation} {json.dumps(body, sort_keys=True)}", ask))


def _other(character: str) -> str:
    """Return another character of the same kind, so that an id keeps its form."""
    if character.isdigit():
        return random.choice("0123456789")  # noqa: S311 - no secret
    if character.lower() in "abcdef":
        return random.choice("abcdef" if character.islower() else "ABCDEF")  # noqa: S311 - no secret
    if character.isalpha() and character.isascii():
        return random.choice("ghjkmnpqrstvwxyz" if character.islower() else "GHJKMNPQRSTVWXYZ")  # noqa: S311 - no secret
    return character
