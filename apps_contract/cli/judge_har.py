"""``apps-contract judge --har FILE``: recorded traffic, both sides of it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from apps_contract.checks.client.record import Recorded
from apps_contract.checks.shape import delete_answer_is_empty, error_matches_schema, success_matches_schema
from apps_contract.contract import OPERATIONS
from apps_contract.http.exchange import Exchange, Request, Response
from apps_contract.run.errors import CannotTestError
from apps_contract.run.passive import breaches_on_record
from apps_contract.run.settings import WrongUseError

if TYPE_CHECKING:
    from pathlib import Path

    from apps_contract.run.settings import Settings

_PARTS = (5, 6)


def judge_har(settings: Settings, path: Path, *, quiet: bool) -> int:
    """Judge each call of the Apps endpoints in a HAR file: requests by CLI-REQ, answers by SRV-SHAPE."""
    try:
        entries = json.loads(path.read_text("utf-8-sig"))["log"]["entries"]
    except OSError as error:
        raise WrongUseError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise WrongUseError(f"{path} is no HAR file: log.entries is missing") from None
    judged = broken = 0
    for place, entry in enumerate(entries):
        exchange = _exchange(entry)
        if exchange is None or exchange.operation is None:
            continue
        judged += 1
        breaches = [
            *breaches_on_record(Recorded(exchange, "api"), settings.edition),
            success_matches_schema(exchange, settings.edition),
            delete_answer_is_empty(exchange),
            error_matches_schema(exchange, settings.edition),
        ]
        for breach in breaches:
            if breach is None:
                continue
            broken += 1
            where = f"{exchange.request.method} {exchange.request.target.partition('?')[0]}"
            click.echo(f"entry {place}  {breach.requirement}  {breach.level_in(settings.edition)}  {breach.title}")
            if not quiet:
                click.echo(f"    {where}\n    expected {breach.expected}\n    actual   {breach.actual}")
    if not judged:
        raise CannotTestError(f"{path} holds no call of the Apps endpoints")
    click.echo(f"{judged} calls of {len(entries)} entries judged by edition {settings.edition}: {broken} breaches")
    return 1 if broken else 0


def _exchange(entry: Any) -> Exchange | None:
    """Return an entry as an exchange; None for one that is no HAR entry."""
    try:
        asked, answered = entry["request"], entry["response"]
        parts = urlsplit(asked["url"])
        text = (asked.get("postData") or {}).get("text")
        request = Request(
            asked["method"],
            parts.path + (f"?{parts.query}" if parts.query else ""),
            _headers(asked),
            None if text is None else str(text).encode("utf-8", "surrogatepass"),
        )
        content = answered.get("content") or {}
        body = str(content.get("text") or "")
        data = base64.b64decode(body) if content.get("encoding") == "base64" else body.encode("utf-8", "surrogatepass")
        response = Response(int(answered["status"]), _headers(answered), data)
    except (KeyError, TypeError, ValueError):
        return None
    return Exchange(request, response if response.status else None, operation=_operation(request))


def _headers(message: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(pair["name"]), str(pair["value"])) for pair in message.get("headers", []))


def _operation(request: Request) -> str | None:
    parts = request.target.partition("?")[0].split("/")
    if parts[:3] != ["", "v1", "projects"] or len(parts) not in _PARTS or parts[4] != "apps":
        return None
    slashes = len(parts) - 1
    fitting = (known.id for known in OPERATIONS if known.method == request.method and known.path.count("/") == slashes)
    return next(fitting, None)
