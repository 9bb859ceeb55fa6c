"""How an answer is put on the wire: chunked, compressed, slow, with odd header case, as the dialect says."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import Send

    from apps_contract.service.dialect import Dialect
    from apps_contract.service.message import Answer, Call

_CHUNK = 64


async def deliver(answer: Answer, call: Call, dialect: Dialect, request: Request, send: Send) -> None:
    """Send the answer to a call in the manner of the dialect."""
    if dialect.delay_s:
        await asyncio.sleep(dialect.delay_s)
    body = answer.body
    headers = [*answer.headers, ("vary", "Authorization")]
    if dialect.compressed and "gzip" in (call.header("accept-encoding") or ""):
        body = gzip.compress(body, mtime=0)
        headers.append(("content-encoding", "gzip"))
    if not dialect.keep_alive:
        headers.append(("connection", "close"))
    if not dialect.chunked:
        headers.append(("content-length", str(len(body))))
    rewrite = _CASES[dialect.header_case]
    raw_headers = [(rewrite(name).encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    if dialect.chunked:
        await _send_in_pieces(answer.status, raw_headers, body, send)
        return
    response = Response(body, answer.status)
    response.raw_headers = raw_headers
    await response(request.scope, request.receive, send)


async def _send_in_pieces(status: int, headers: list[tuple[bytes, bytes]], body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for start in range(0, len(body), _CHUNK):
        await send({"type": "http.response.body", "body": body[start : start + _CHUNK], "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _odd(name: str) -> str:
    return "".join(character.upper() if index % 2 else character for index, character in enumerate(name))


_CASES: dict[str, Callable[[str], str]] = {"lower": str, "title": str.title, "odd": _odd}
