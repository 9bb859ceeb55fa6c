"""Exchanges out of a HAR file, with a gap wherever its recorder may have left something out or changed it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from apps_contract.http.address import Address, BaseUrlError
from apps_contract.http.exchange import NotJsonError, parse_json
from apps_contract.http.routes import is_preflight
from apps_contract.run.traffic.entry import Entry, NoEntryError, read_entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps_contract.checks.client.record import Recorded

_NOWHERE: Final = "https://api.test"
_VENDOR: Final = re.compile(r"(?:^|\.)sinch\.com$")


class NoHarError(ValueError):
    """Not a HAR file; the message says why."""


@dataclass(frozen=True)
class Archive:
    """What a HAR file holds of the Apps endpoints: calls and token requests in its order.

    ``others`` counts the entries that are neither, ``base_url`` is where the first call went.
    """

    recorded: tuple[Recorded, ...]
    others: int
    base_url: str


def read_archive(data: bytes) -> Archive:
    """Read a HAR file; raise NoHarError."""
    entries = _entries(data)
    found: list[Entry] = []
    others = 0
    for entry in entries:
        try:
            read = read_entry(entry)
        except NoEntryError:
            others += 1
            continue
        if read.recorded.endpoint == "none" or read.is_made_by_browser or is_preflight(read.recorded.exchange.request):
            others += 1
        else:
            found.append(read)
    calls = [read for read in found if read.recorded.endpoint == "api"]
    homes = {read.origin for read in calls}
    used = {_bearer(read.recorded) for read in calls}
    kept = [read.recorded for read in found if read.recorded.endpoint == "api" or _is_ours(read, homes, used)]
    shows_authorization = any(seen.exchange.request.header("authorization") for seen in kept)
    recorded = tuple(seen if shows_authorization else _without_authorization(seen) for seen in kept)
    return Archive(recorded, others + len(found) - len(kept), _usable(calls[0].base_url if calls else ""))


def _usable(base_url: str) -> str:
    """Return where calls can be repeated; a made-up place when a recording does not tell."""
    try:
        Address(base_url)
    except BaseUrlError:
        return _NOWHERE
    return base_url


def _entries(data: bytes) -> Iterable[Any]:
    try:
        document = json.loads(data)
    except RecursionError:
        raise NoHarError("it is nested too deeply to be read") from None
    except ValueError as error:
        raise NoHarError(f"it is no JSON: {error}") from None
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise NoHarError("log.entries is missing")
    return entries


def _without_authorization(seen: Recorded) -> Recorded:
    """Where no entry shows an Authorization header, its recorder has taken them out, as Chrome does."""
    return replace(seen, gaps=seen.gaps | {"authorization"})


def _is_ours(read: Entry, homes: set[str], used: set[str]) -> bool:
    """Tell whether a token endpoint is that of the API: other services have one of the same path."""
    if read.origin in homes or _VENDOR.search(urlsplit(read.origin).hostname or ""):
        return True
    response = read.recorded.exchange.response
    try:
        answer = parse_json(response.body) if response else None
    except NotJsonError:
        return False
    return isinstance(answer, dict) and str(answer.get("access_token")) in used


def _bearer(seen: Recorded) -> str:
    scheme, _, credentials = (seen.exchange.request.header("authorization") or "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else ""
