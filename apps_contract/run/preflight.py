"""Asks, before anything is judged: is the target there, is it the Apps API, does it take the credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.http.authentication import TokenError, basic_header
from apps_contract.http.exchange import NotJsonError
from apps_contract.run.api import Api, Caller
from apps_contract.run.errors import CannotTestError, NotTestedError, RunEndedError, TargetLostError

if TYPE_CHECKING:
    from apps_contract.http.authentication import KeyPair
    from apps_contract.http.exchange import Exchange, Failure
    from apps_contract.run.session import Session

_OK = 200
_FIRST_REDIRECT = 300
_FIRST_ERROR = 400
_FIRST_SERVER_ERROR = 500
_NOT_THE_API = (404, 405, 410, 501)


def check(session: Session) -> None:
    """Make sure that the run can say something; raise CannotTestError with one line: why not, and what to do."""
    try:
        own = session.api().list()
    except TargetLostError as error:
        raise CannotTestError(_lost_line(session, error)) from None
    _judge(session, own, session.key, "--key-id and --key-secret")
    session.note_existing(session.key.project_id, _ids(session, own))
    if session.other_key:
        other = Api(session, Caller(session.other_key.project_id, basic_header(session.other_key))).list()
        _judge(session, other, session.other_key, "--other-key-id and --other-key-secret")
        session.note_existing(session.other_key.project_id, _ids(session, other))
    if session.settings.token_url:
        try:
            session.bearer_header(session.key)
        except TokenError as error:
            raise CannotTestError(f"no token from {session.settings.token_url}: {error}") from None


def _judge(session: Session, listed: Exchange, key: KeyPair, options: str) -> None:
    if listed.failure:
        raise CannotTestError(_failure_line(session, listed.failure))
    response = listed.response
    assert response is not None
    status, target = response.status, session.target
    if status in (401, 403):
        raise CannotTestError(
            f"{target} refuses the credentials of project {key.project_id!r} with {status}: check {options}"
        )
    if _FIRST_REDIRECT <= status < _FIRST_ERROR:
        where = response.header("location") or "another place"
        raise CannotTestError(f"{target} redirects to {where}: give the URL of the API itself")
    if status in _NOT_THE_API:
        raise CannotTestError(
            f"{target} is no Apps API: GET {listed.request.target} answers {status}; check the URL and --project"
        )
    # Malformed JSON, or no body at all, is for the suite to judge; another kind of document is another kind of server.
    if (
        status < _FIRST_REDIRECT
        and response.body
        and response.media_type != "application/json"
        and not _is_json(listed)
    ):
        found = response.media_type or "something"
        raise CannotTestError(
            f"{target} is no Apps API: GET {listed.request.target} answers {found} that is no JSON; check the URL"
        )


def _is_json(exchange: Exchange) -> bool:
    assert exchange.response is not None
    try:
        exchange.response.json  # noqa: B018 - reading it is the question
    except NotJsonError:
        return False
    return True


def _ids(session: Session, listed: Exchange) -> list[str]:
    try:
        return [str(app.get("id")) for app in session.api().apps_in(listed)]
    except (NotTestedError, RunEndedError):
        return []


def _lost_line(session: Session, error: TargetLostError) -> str:
    failures = [exchange.failure for exchange in session.wire.traffic if exchange.failure]
    return _failure_line(session, failures[-1]) if failures else str(error)


def _failure_line(session: Session, failure: Failure) -> str:
    if failure.kind == "connect":
        return f"cannot reach {session.target}: {failure.message}; is it running, and is the URL right?"
    if failure.kind == "timeout":
        return (
            f"{session.target} does not answer within {session.settings.timeout:g} s: is it up? (--timeout allows more)"
        )
    return f"{session.target} does not speak HTTP as expected: {failure.message}"
