"""Masking secrets by their value, in every form in which they show up in an exchange."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus

from apps_contract.http.authentication import KeyPair
from apps_contract.http.exchange import NotJsonError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from apps_contract.http.exchange import Exchange, Headers, Request, Response

MASK: Final = "***"
FOREIGN_NOTE: Final = "not made by this run"

_MASK_BYTES: Final = MASK.encode()
# A shorter secret would be found in every second word.
_SHORTEST: Final = 4
# In base64 a secret loses up to two characters at either end to its neighbours.
_SHORTEST_IN_BASE64: Final = 8
_BASE64_CHARACTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")
_AUTHORIZATION: Final = frozenset({"authorization", "proxy-authorization"})
_RAW_AUTHORIZATION: Final = re.compile(rb"(?im)^((?:proxy-)?authorization[ \t]*:[ \t]*(?:basic|bearer)?[ \t]*)[^\r\n]+")
# In an answer that is no JSON, texts under these names are still worth reading and hold no secret.
_HARMLESS_MEMBER: Final = re.compile(
    rb'("(?!(?:id|display_name|channel|status|message|code|retention_type|processing_mode)")[^"\\]{1,64}"\s*:\s*")'
    rb'(?:[^"\\]|\\.)+'
)


class Redactor:
    """Masks secrets; safe to use from many threads.

    A secret is a text (a token, a key's secret), or a KeyPair, whose Basic form is then masked as well. Texts shorter
    than 4 characters are not looked for; the Authorization header is masked whatever it holds.
    """

    def __init__(self, secrets: Iterable[str | KeyPair] = ()) -> None:
        self._lock = threading.Lock()
        self._known: set[str | KeyPair] = set()
        self._forms: tuple[bytes, ...] = ()
        self._cores: tuple[bytes, ...] = ()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str | KeyPair) -> None:
        """Mask ``secret`` from now on."""
        with self._lock:
            if secret in self._known:
                return
            self._known.add(secret)
            text = secret.key_secret if isinstance(secret, KeyPair) else secret
            if len(text) < _SHORTEST:
                return
            # Longest first, so that no form is cut up by a shorter one inside it.
            self._forms = tuple(sorted({*self._forms, *_written_forms(text)}, key=len, reverse=True))
            self._cores = tuple({*self._cores, *_base64_cores(text)})

    def bytes(self, data: bytes) -> bytes:
        """Return ``data`` with every secret in it masked."""
        for form in self._forms:
            if form in data:
                data = data.replace(form, _MASK_BYTES)
        for core in self._cores:
            if core in data:
                data = _mask_base64(data, core)
        return data

    def text(self, text: str) -> str:
        """Return ``text`` with every secret in it masked."""
        data = text.encode("utf-8", "surrogatepass")
        masked = self.bytes(data)
        return text if masked is data else masked.decode("utf-8", "surrogatepass")

    def exchange(self, exchange: Exchange, own_ids: Collection[str] | None = None) -> Exchange:
        """Return the exchange with secrets masked in targets, headers, bodies and the failure's message.

        With ``own_ids``, an app in an answer that is not one of them shrinks to its id and a note, since its
        credentials are somebody's real ones. An answer to a create is always the run's own.
        """
        request, response, failure = exchange.request, exchange.response, exchange.failure
        if response is not None:
            response = self._response(response, exchange, own_ids)
        if failure is not None:
            failure = replace(failure, message=self.text(failure.message))
        return replace(exchange, request=self._request(request), response=response, failure=failure)

    def _request(self, request: Request) -> Request:
        return replace(
            request,
            target=self.text(request.target),
            headers=self._headers(request.headers),
            body=None if request.body is None else self.bytes(request.body),
            raw=None if request.raw is None else _RAW_AUTHORIZATION.sub(rb"\1***", self.bytes(request.raw)),
        )

    def _response(self, response: Response, exchange: Exchange, own_ids: Collection[str] | None) -> Response:
        body = response.body
        if own_ids is not None and exchange.request.method != "POST":
            body = _without_foreign_apps(response, {*own_ids}, is_list=exchange.app_id is None)
        return replace(
            response, reason=self.text(response.reason), headers=self._headers(response.headers), body=self.bytes(body)
        )

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._header(name, value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        if name.strip().lower() not in _AUTHORIZATION:
            return self.text(value)
        scheme, space, rest = value.partition(" ")
        is_known_scheme = scheme.lower() in ("basic", "bearer")
        return f"{scheme} {MASK}" if is_known_scheme and rest else scheme + space if is_known_scheme else MASK


def _written_forms(text: str) -> set[bytes]:
    """How a secret may be written: as it is, in a URL, in JSON, in HTML."""
    in_url = {quote(text, safe="", errors="replace"), quote(text, errors="replace"), quote_plus(text, errors="replace")}
    in_url |= {re.sub(r"%[0-9A-F]{2}", lambda escape: escape[0].lower(), form) for form in in_url}
    in_json = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    in_json |= {form.replace("/", "\\/") for form in in_json}
    forms = {text, html.escape(text)} | in_url | in_json
    return {form.encode("utf-8", "surrogatepass") for form in forms}


def _base64_cores(text: str) -> set[bytes]:
    """The characters that stand for a secret in the base64 of any text around it, such as ``key id:secret``."""
    data = text.encode("utf-8", "surrogatepass")
    cores = set()
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data)
        # Characters that also hold bits of the neighbours tell nothing.
        start = -(-shift * 8 // 6)
        end = (shift + len(data)) * 8 // 6
        core = encoded[start:end]
        if len(core) >= _SHORTEST_IN_BASE64:
            cores |= {core, core.translate(bytes.maketrans(b"+/", b"-_"))}
    return cores


def _mask_base64(data: bytes, core: bytes) -> bytes:
    """Mask each run of base64 characters that holds ``core``."""
    result = bytearray()
    position = 0
    while (found := data.find(core, position)) >= 0:
        start, end = found, found + len(core)
        while start > position and data[start - 1] in _BASE64_CHARACTERS:
            start -= 1
        while end < len(data) and data[end] in _BASE64_CHARACTERS:
            end += 1
        result += data[position:start] + _MASK_BYTES
        position = end
    return bytes(result + data[position:])


def _without_foreign_apps(response: Response, own_ids: set[str], *, is_list: bool) -> bytes:
    try:
        answer = response.json
    except NotJsonError:
        return _HARMLESS_MEMBER.sub(rb"\1***", response.body) if is_list else response.body
    stub = partial(_stub, own_ids=own_ids)
    if isinstance(answer, dict) and isinstance(answer.get("apps"), list):
        shown: Any = {**answer, "apps": [stub(app) for app in answer["apps"]]}
    else:
        shown = stub(answer)
    return response.body if shown == answer else json.dumps(shown, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _stub(app: Any, own_ids: set[str]) -> Any:
    """Return an app of somebody else as its id with a note; anything else as it is."""
    if not isinstance(app, dict) or not {"id", "channel_credentials"} & app.keys() or app.get("id") in own_ids:
        return app
    return {"id": app.get("id"), "note": FOREIGN_NOTE}
