"""The adapter protocol: JSON lines out and in (design: one request per line, one answer per line, matched by ``id``).

``schemas/adapter.schema.json`` is the same for other languages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from apps_contract.checks.client.record import ErrorKind, Said
from apps_contract.http.exchange import NotJsonError, parse_json

if TYPE_CHECKING:
    from apps_contract.checks.client.record import Auth
    from apps_contract.contract import Edition
    from apps_contract.http.authentication import KeyPair

KINDS: tuple[ErrorKind, ...] = get_args(ErrorKind)
_SHOWN = 160


class ProtocolError(ValueError):
    """A line that is no answer of the protocol; the message says why."""


@dataclass(frozen=True)
class Configuration:
    """What ``configure`` tells an adapter. ``timeout`` is the overall limit of one operation, in seconds."""

    base_url: str
    token_url: str
    key: KeyPair
    auth: Auth
    edition: Edition
    timeout: float

    @property
    def members(self) -> dict[str, Any]:
        """The members of the request, without ``id``."""
        return {
            "op": "configure",
            "base_url": self.base_url,
            "token_url": self.token_url,
            "project_id": self.key.project_id,
            "key_id": self.key.key_id,
            "key_secret": self.key.key_secret,
            "auth": self.auth,
            "edition": self.edition,
            "timeout": self.timeout,
        }


def written(number: int, members: dict[str, Any]) -> bytes:
    """Return a request as its line."""
    return json.dumps({"id": number, **members}).encode() + b"\n"


def read_answer(line: bytes) -> tuple[int, Said]:
    """Return the id of an answer and what it says; raise ProtocolError for a line that is none."""
    shown = repr(line[:_SHOWN].decode("utf-8", "replace"))
    try:
        answer = parse_json(line)
    except NotJsonError as error:
        raise ProtocolError(f"{shown} is no JSON: {error}") from None
    if not isinstance(answer, dict):
        raise ProtocolError(f"{shown} is no JSON object")
    number, is_ok = answer.get("id"), answer.get("ok")
    if type(number) is not int:
        raise ProtocolError(f'{shown} has no "id" that is an integer')
    if is_ok is True:
        return number, Said(ok=True, result=answer.get("result"))
    if is_ok is not False:
        raise ProtocolError(f'{shown} has no "ok" that is true or false')
    told = answer.get("error")
    if not isinstance(told, dict) or told.get("kind") not in KINDS:
        raise ProtocolError(f'{shown} has no "error" with a "kind" of {", ".join(KINDS)}')
    status = told.get("status")
    message = told.get("message")
    if status is not None and type(status) is not int:
        raise ProtocolError(f'{shown} has a "status" that is no integer')
    return number, Said(kind=told["kind"], status=status, message="" if message is None else str(message))
