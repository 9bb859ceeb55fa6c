"""Secrets that show up in traffic: learned from where they stand, then masked by their value wherever they do."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from apps_contract.checks.client.passing import SECRET_PARAMETERS, basic_parts
from apps_contract.files.masking import is_secret
from apps_contract.http.exchange import NotJsonError, parse_json
from apps_contract.http.redaction import MASK, Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Insight, Recorded
    from apps_contract.contract import Location
    from apps_contract.http.exchange import Exchange, Headers

_MOST: Final = 256
# A member with its text, in what is not quite JSON.
_PAIR: Final = re.compile(r"""(["'])([^"']{1,60})\1\s*:\s*(["'])((?:(?!\3)[^\\]|\\.)*)""")
_HEADERS: Final = frozenset({"cookie", "set-cookie", "x-api-key", "x-auth-token", "authentication-info"})


class SeenSecrets:
    """The keys and tokens that calls carried or were given: the last few hundred, for they may leak elsewhere."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, text: object) -> bool:
        return text in self._seen

    def learn(self, seen: Recorded, insight: Insight | None = None) -> None:
        """Remember what a call carried or was given; ``insight`` names the key that it should have carried."""
        if insight is not None:
            self._add(insight.key.key_secret)
        for secret in _of_the_caller(seen):
            self._add(secret)

    def _add(self, secret: str) -> None:
        self._seen[secret] = None
        self._seen.move_to_end(secret)
        if len(self._seen) > _MOST:
            self._seen.popitem(last=False)

    def text(self, text: str) -> str:
        """Return a text without any remembered secret."""
        return Redactor(self._seen).text(text)

    def masked(self, seen: Recorded, breach: Breach) -> tuple[Breach, Exchange]:
        """Return a breach and its exchange for a report, without any secret of theirs or of earlier calls."""
        redactor = Redactor([*self._seen, *_of_the_caller(seen), *_of_apps(seen.exchange)])
        exchange = redactor.exchange(_without_named_secrets(seen.exchange))
        title, expected, actual = (redactor.text(text) for text in (breach.title, breach.expected, breach.actual))
        return replace(breach, title=title, expected=expected, actual=actual), exchange


def _of_the_caller(seen: Recorded) -> Iterator[str]:
    request, response = seen.exchange.request, seen.exchange.response
    for name, value in request.headers:
        if name.lower() in {"authorization", "proxy-authorization"}:
            scheme, _, credentials = value.strip().partition(" ")
            yield credentials.strip() or scheme
            parts = basic_parts(credentials.strip())
            if scheme.lower() == "basic" and parts:
                yield parts[1]
    for name, value in parse_qsl(request.target.partition("?")[2]):
        if name.lower() in SECRET_PARAMETERS:
            yield value
    if seen.endpoint == "token":
        form = parse_qsl((request.body or b"").decode("utf-8", "replace"))
        yield from (value for name, value in form if is_secret((name,)) or name.lower() in SECRET_PARAMETERS)
        answer = _json(response.body if response else b"")
        for name in ("access_token", "refresh_token", "id_token"):
            if isinstance(answer, dict) and isinstance(answer.get(name), str):
                yield answer[name]


def _of_apps(exchange: Exchange) -> Iterator[str]:
    """Walk the credentials of the apps in both bodies."""
    for body in (exchange.request.body, exchange.response.body if exchange.response else b""):
        value = _json(body or b"")
        yield from _secret_texts(value, ())
        if value is None and body:
            pairs = _PAIR.findall(body.decode("utf-8", "replace"))
            yield from (text for _, name, _, text in pairs if is_secret((name,)))


def _secret_texts(value: Any, location: Location) -> Iterator[str]:
    if isinstance(value, str):
        if is_secret(location):
            yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _secret_texts(inner, (*location, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _secret_texts(inner, (*location, index))


def _without_named_secrets(exchange: Exchange) -> Exchange:
    """Mask what is secret by the name of its header."""
    request = replace(exchange.request, headers=_headers(exchange.request.headers))
    response = exchange.response and replace(exchange.response, headers=_headers(exchange.response.headers))
    return replace(exchange, request=request, response=response)


def _headers(headers: Headers) -> Headers:
    return tuple((name, MASK if name.lower() in _HEADERS else value) for name, value in headers)


def _json(body: bytes) -> Any:
    try:
        return parse_json(body)
    except NotJsonError:
        return None
