"""The door of ``apps_api`` for clients over ``requests``, by ``responses``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING

import responses

from apps_contract.http.routes import TOKEN_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import PreparedRequest

    from apps_contract.run.apps_api import AppsApi

_METHODS = (responses.GET, responses.POST, responses.PATCH, responses.DELETE, responses.PUT)
_PATHS = (r"/v1/projects/.*", re.escape(TOKEN_PATH))


@contextmanager
def requests_mock(api: AppsApi) -> Iterator[responses.RequestsMock]:
    """Answer for the API in this process until the end of the ``with`` statement; ``responses`` refuses the rest."""

    def answer(sent: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        headers = tuple((str(name), str(value)) for name, value in sent.headers.items())
        answered = api.take(sent.method or "", sent.url or "", headers, whole(sent.body))
        return answered.status, dict(answered.headers), answered.body

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        api.on_pass_through(mock.add_passthru)
        for method in _METHODS:
            for path in _PATHS:
                mock.add_callback(method, re.compile(rf"https?://[^/]+{path}"), answer)
        yield mock


def whole(body: object) -> bytes:
    """Return a prepared body as bytes: text, bytes, a file, or pieces of either."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    if callable(read := getattr(body, "read", None)):
        return whole(read())
    if isinstance(body, Iterable):
        return b"".join(whole(piece) for piece in body)
    raise TypeError(f"a body of type {type(body).__name__} cannot be sent")
