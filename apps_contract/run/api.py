"""The five operations as a scenario calls them: each call is one exchange, kept in the scenario's trace."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from apps_contract.contract import operation
from apps_contract.http.exchange import NotJsonError, Request
from apps_contract.payloads.valid import full_create
from apps_contract.run.errors import NotTestedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.checks.breach import Breach
    from apps_contract.contract import Edition
    from apps_contract.http.authentication import KeyPair
    from apps_contract.http.exchange import Exchange, Headers
    from apps_contract.run.session import Session

JSON = "application/json"
_FIRST_SERVER_ERROR = 500
_UNSET = object()


class BrokenError(Exception):
    """A requirement was seen broken; carries the breach and ends the scenario's case."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach.title)
        self.breach = breach


@dataclass(frozen=True)
class Caller:
    """Which project is called, and with which Authorization header (None for none)."""

    project_id: str
    authorization: str | None


class Api:
    """Calls the operations of one project as one caller.

    Every exchange is added to ``trace``. A method returns the exchange whatever the answer was; only ``given_app`` and
    ``app_in`` insist on success, and raise NotTestedError.
    """

    def __init__(self, session: Session, caller: Caller, trace: list[Exchange] | None = None) -> None:
        self.session = session
        self.caller = caller
        self.trace: list[Exchange] = [] if trace is None else trace

    # -- who calls ---------------------------------------------------------------------------------------------

    def with_authorization(self, value: str | None) -> Api:
        """Return the same API called with another Authorization header, or none."""
        return Api(self.session, replace(self.caller, authorization=value), self.trace)

    def with_bearer(self, key: KeyPair | None = None) -> Api:
        """Return the same API called with a token of the own key; raise NotApplicableError without a token endpoint."""
        return self.with_authorization(self.session.bearer_header(key or self.session.key))

    def of_other_project(self) -> Api:
        """Return the second project's API, called with its own key; raise NotTestedError where none was given."""
        return Api(self.session, self.session.other_caller(), self.trace)

    def as_intruder(self) -> Api:
        """Return this project's API called with the second project's key."""
        return self.with_authorization(self.session.other_caller().authorization)

    @property
    def edition(self) -> Edition:
        """The edition that this run judges by."""
        return self.session.edition

    # -- the operations ------------------------------------------------------------------------------------------

    def list(self) -> Exchange:
        """List the project's apps."""
        return self.call("list")

    def create(self, body: Any, *, content_type: str = JSON) -> Exchange:
        """Create an app from a JSON value, or from bytes as they are."""
        self._needs_writing()
        return self.call("create", body=body, content_type=content_type)

    def get(self, app_id: str) -> Exchange:
        """Get an app."""
        return self.call("get", app_id)

    def update(
        self, app_id: str, body: Any, mask: Sequence[str] | None = None, *, content_type: str = JSON
    ) -> Exchange:
        """Update an app by a JSON value, or by bytes as they are; ``mask`` names the fields to change."""
        self._needs_writing(app_id)
        return self.call("update", app_id, body=body, query=self.mask_query(mask), content_type=content_type)

    def delete(self, app_id: str) -> Exchange:
        """Delete an app."""
        self._needs_writing(app_id)
        exchange = self.call("delete", app_id)
        if exchange.succeeded:
            self.session.note_deleted(self.caller.project_id, app_id)
        return exchange

    def perform(self, name: str, app_id: str, body: Any) -> Exchange:
        """Do an operation by its short name; it takes what it needs of the id and the body."""
        match name:
            case "list":
                return self.list()
            case "create":
                return self.create(body)
            case "update":
                return self.update(app_id, body)
            case "delete":
                return self.delete(app_id)
            case _:
                return self.get(app_id)

    def call(
        self,
        name: str,
        app_id: str = "",
        *,
        body: Any = _UNSET,
        query: str = "",
        headers: Headers = (),
        content_type: str | None = JSON,
    ) -> Exchange:
        """Call an operation by its name, with extra headers or another media type."""
        called = operation(name)
        path = called.path.replace("{project_id}", quote(self.caller.project_id, safe=""))
        path = path.replace("{app_id}", quote(app_id, safe=""))
        return self.send(
            called.method,
            path + query,
            body=None if body is _UNSET else encoded(body),
            headers=headers,
            content_type=content_type,
            operation_id=called.id,
            app_id=app_id or None,
        )

    def send(  # noqa: PLR0913 - what a request is made of, and what is known of it; all but two are keywords
        self,
        method: str,
        target: str,
        *,
        body: bytes | None = None,
        headers: Headers = (),
        content_type: str | None = None,
        operation_id: str | None = None,
        app_id: str | None = None,
    ) -> Exchange:
        """Send a request of any form as this caller. Without ``operation_id`` it counts as none of the operations."""
        own: list[tuple[str, str]] = []
        if self.caller.authorization is not None:
            own.append(("Authorization", self.caller.authorization))
        if body is not None and content_type is not None:
            own.append(("Content-Type", content_type))
        return self.exchange(Request(method, target, (*own, *headers), body), operation_id, app_id)

    def exchange(
        self,
        request: Request,
        operation_id: str | None = None,
        app_id: str | None = None,
        *,
        timeout: float | None = None,
    ) -> Exchange:
        """Send a request exactly as it is; ``timeout`` is in seconds, by default the run's.

        Nothing but GET leaves in mode read-only, and what made an app is written down before anybody sees its answer.
        """
        if request.method != "GET":
            self._needs_writing()
        done = self.session.wire.send(request, operation=operation_id, app_id=app_id, timeout=timeout)
        if request.method == "POST":
            self._note_made(done)
        self.trace.append(done)
        return done

    def mask_query(self, mask: Sequence[str] | None) -> str:
        """Write an update mask as the edition's query; None means no mask, an empty sequence an empty mask."""
        if mask is None:
            return ""
        called = operation("update")
        name = called.mask_parameter(self.edition)
        if called.mask_is_repeated(self.edition):
            return "?" + "&".join(f"{name}={quote(field, safe='')}" for field in mask or [""])
        return f"?{name}={quote(','.join(mask), safe=',')}"

    # -- prerequisites and verdicts ------------------------------------------------------------------------------

    def require(self, *breaches: Breach | None) -> None:
        """End the case with the first breach that is not None."""
        for breach in breaches:
            if breach is not None:
                raise BrokenError(breach)

    def given_app(self, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return a new app, as create answered it; by default one with every member. Raises NotTestedError."""
        return self.app_in(self.create(body or full_create(self.edition, self.session.new_name())))

    def app_in(self, exchange: Exchange) -> dict[str, Any]:
        """Return the App that a call answered; raise NotTestedError if it answered none."""
        name = operation(exchange.operation or "").name
        app = json_object(exchange)
        if app is None or not isinstance(app.get("id"), str):
            seen = f"status {exchange.status}" if exchange.response else exchange.failure and exchange.failure.message
            raise NotTestedError(f"{name} did not answer with an App ({seen})")
        return app

    def apps_in(self, exchange: Exchange) -> Sequence[dict[str, Any]]:
        """Return the apps that a list answered; raise NotTestedError if it answered none."""
        body = json_object(exchange)
        apps = None if body is None else body.get("apps", []) or []
        if not isinstance(apps, list):
            raise NotTestedError(f"list did not answer with apps (status {exchange.status})")
        return [app for app in apps if isinstance(app, dict)]

    def personal(self, body: Any) -> Any:
        """Return a create body under a name of its own, so that its app can be told from all others."""
        if isinstance(body, dict) and isinstance(body.get("display_name"), str):
            return {**body, "display_name": self.session.new_name()}
        return body

    def again(self, exchange: Exchange) -> Exchange:
        """Send what an exchange sent once more: a delete or update goes to a new app, if its own was there before."""
        request, app_id = exchange.request, exchange.app_id
        if app_id and exchange.operation in {"App_DeleteApp", "App_UpdateApp"} and exchange.succeeded:
            fresh = str(self.given_app()["id"])
            request = replace(request, target=request.target.replace(quote(app_id, safe=""), quote(fresh, safe="")))
            app_id = fresh
        return self.exchange(request, exchange.operation, app_id)

    def _note_made(self, exchange: Exchange) -> None:
        """Note the app that a POST made, also one that is no create by its form, or that it may have made one."""
        project_id = self.caller.project_id
        made = _id_in(exchange)
        if made is None:
            status = exchange.status
            if status is None or exchange.succeeded or status >= _FIRST_SERVER_ERROR:
                self.session.note_unsure(project_id)
        elif exchange.operation == "App_CreateApp" or not self.session.knows(project_id, made):
            self.session.note_created(project_id, made, exchange)

    def _needs_writing(self, app_id: str = "") -> None:
        if self.session.settings.mode == "read-only":
            raise NotTestedError("needs to write, and --mode read-only forbids it")
        if app_id and not self.session.may_touch(app_id, self.caller.project_id):
            raise NotTestedError(f"app {app_id} was not made by this run, and --mode own leaves it alone")


def encoded(body: Any) -> bytes:
    """Write a JSON value as it goes out: UTF-8 as it is, lone surrogates (which UTF-8 cannot hold) as escapes."""
    if isinstance(body, bytes):
        return body
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(body).encode()


def json_object(exchange: Exchange) -> dict[str, Any] | None:
    """Return the JSON object of a success, or None where there is none."""
    if exchange.response is None or not exchange.succeeded:
        return None
    try:
        body = exchange.response.json
    except NotJsonError:
        return None
    return body if isinstance(body, dict) else None


def _id_in(exchange: Exchange) -> str | None:
    """Return the id of the app that a create made; also from an answer with an odd success status."""
    response = exchange.response
    if response is None or not exchange.succeeded:
        return None
    try:
        made = response.json.get("id")
    except (NotJsonError, AttributeError):
        return None
    return made if isinstance(made, str) and made else None
