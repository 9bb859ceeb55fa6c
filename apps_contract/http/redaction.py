"""Masking secrets by their value, in every form in which they show up in an exchange."""

from __future__ import annotations

import base64
import binascii
import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from apps_contract.http.authentication import KeyPair, basic_header
from apps_contract.http.foreign_apps import without_foreign_apps
from apps_contract.http.secret_forms import BASE64_CHARACTERS, base64_cores, written_forms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from apps_contract.http.exchange import Exchange, Headers, Request, Response

MASK: Final = "***"
AUTHORIZATION: Final = frozenset({"authorization", "proxy-authorization"})

_MASK_BYTES: Final = MASK.encode()
# A shorter secret would be found in every second word.
_SHORTEST: Final = 4
_RAW_AUTHORIZATION: Final = re.compile(rb"(?im)^((?:proxy-)?authorization[ \t]*:[ \t]*)([^\r\n]+)")


class Redactor:
    """Masks secrets as ``***``; safe to use from many threads.

    A secret is a text (a token, a key's secret), or a KeyPair, whose Basic form is then masked as well. Texts shorter
    than 4 characters are not looked for.

    Authorization headers are masked whatever they hold; ``shows_made_up_credentials=True`` leaves standing what holds
    no known secret, for runs that send nothing but known and made-up credentials. A masked header keeps its scheme,
    and tells by a label whose it is: ``Basic ***``, ``Bearer *** (other)``.
    """

    def __init__(self, secrets: Iterable[str | KeyPair] = (), *, shows_made_up_credentials: bool = False) -> None:
        self._shows_made_up = shows_made_up_credentials
        self._lock = threading.Lock()
        self._labels: dict[str, str] = {}
        self._forms: tuple[bytes, ...] = ()
        self._cores: tuple[bytes, ...] = ()
        forms: set[bytes] = set()
        for text in {part for secret in secrets for part in _parts(secret)}:
            self._labels[text] = ""
            if len(text) >= _SHORTEST:
                forms |= written_forms(text)
                self._cores += tuple(base64_cores(text))
        # Longest first, so that no form is cut up by a shorter one inside it.
        self._forms = tuple(sorted(forms, key=len, reverse=True))

    def add(self, secret: str | KeyPair, label: str = "") -> None:
        """Mask ``secret`` from now on; ``label`` is told in a masked Authorization header."""
        for text in _parts(secret):
            self._add(text, label)

    def _add(self, text: str, label: str) -> None:
        with self._lock:
            if text in self._labels:
                return
            self._labels = {**self._labels, text: label}
            if len(text) >= _SHORTEST:
                self._forms = tuple(sorted({*self._forms, *written_forms(text)}, key=len, reverse=True))
                self._cores = tuple({*self._cores, *base64_cores(text)})

    def data(self, data: bytes) -> bytes:
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
        masked = self.data(data)
        return text if masked is data else masked.decode("utf-8", "surrogatepass")

    def exchange(self, exchange: Exchange, own_ids: Collection[str] | None = None) -> Exchange:
        """Return the exchange with secrets masked in targets, headers, bodies and the failure's message.

        With ``own_ids``, an app in an answer that is not one of them shrinks to its id and a note, since its
        credentials are somebody's real ones. The answer to a create is always the run's own.
        """
        response, failure = exchange.response, exchange.failure
        if response is not None:
            response = self._response(response, exchange, own_ids)
        if failure is not None:
            failure = replace(failure, message=self.text(failure.message))
        return replace(exchange, request=self._request(exchange.request), response=response, failure=failure)

    def _request(self, request: Request) -> Request:
        return replace(
            request,
            target=self.text(request.target),
            headers=self._headers(request.headers),
            body=None if request.body is None else self.data(request.body),
            raw=None if request.raw is None else self.data(_RAW_AUTHORIZATION.sub(self._raw_header, request.raw)),
        )

    def _response(self, response: Response, exchange: Exchange, own_ids: Collection[str] | None) -> Response:
        body = response.body
        if own_ids is not None and exchange.request.method != "POST":
            body = without_foreign_apps(response, own_ids, asked_for=exchange.app_id)
        return replace(
            response, reason=self.text(response.reason), headers=self._headers(response.headers), body=self.data(body)
        )

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._header(name, value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        return self._authorization(value) if name.strip().lower() in AUTHORIZATION else self.text(value)

    def _raw_header(self, found: re.Match[bytes]) -> bytes:
        return found[1] + self._authorization(found[2].decode("latin-1")).encode("latin-1", "replace")

    def _authorization(self, value: str) -> str:
        scheme, _, rest = value.partition(" ")
        if not rest.strip() and scheme.lower() in ("basic", "bearer", ""):
            return value
        if (label := self._labels.get(rest.strip())) is not None:
            return f"{scheme} {MASK} ({label})" if label else f"{scheme} {MASK}"
        if not self._shows_made_up:
            return f"{scheme} {MASK}" if scheme.lower() in ("basic", "bearer") else MASK
        decoded = _decoded(rest)
        masked = self.text(decoded)
        # A real secret in the wrong place, such as id and secret swapped: shown by what was encoded.
        return f"{scheme} {MASK} (base64 of {masked})" if masked != decoded else self.text(value)


def _parts(secret: str | KeyPair) -> tuple[str, ...]:
    if isinstance(secret, KeyPair):
        return secret.key_secret, basic_header(secret).removeprefix("Basic ")
    return (secret,)


def _decoded(word: str) -> str:
    """Return what is encoded in base64, when it is text that can be shown, else nothing."""
    try:
        decoded = base64.b64decode(word.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return decoded if decoded.isprintable() else ""


def _mask_base64(data: bytes, core: bytes) -> bytes:
    """Mask each run of base64 characters that holds ``core``."""
    result = bytearray()
    position = 0
    while (found := data.find(core, position)) >= 0:
        start, end = found, found + len(core)
        while start > position and data[start - 1] in BASE64_CHARACTERS:
            start -= 1
        while end < len(data) and data[end] in BASE64_CHARACTERS:
            end += 1
        result += data[position:start] + _MASK_BYTES
        position = end
    return bytes(result + data[position:])
