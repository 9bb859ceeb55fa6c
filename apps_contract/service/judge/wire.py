"""Puts an answer on the wire, whole or broken in one of the ways of ``script.Wire``."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

    from apps_contract.service.judge.script import Wire
    from apps_contract.service.message import Answer

_DRIP_S = 0.1
_PIECES = 4
_PADDING = 1 << 16
# How long a connection is held for a client that gets no answer; its own end comes first.
_LONGEST_S = 120.0


async def send(  # noqa: C901, PLR0912 -- one case for each way
    answer: Answer, wire: Wire, reader: StreamReader, writer: StreamWriter, *, head_only: bool
) -> bool:
    """Send an answer; return whether the connection can serve another request."""
    body = answer.body
    match wire:
        case "whole" | "reset-after":
            writer.write(head(answer, len(body)) + (b"" if head_only else body))
            await writer.drain()
            if wire == "reset-after":
                await asyncio.sleep(0.2)  # a reset that arrives together with the answer would take it back
                reset(writer)
            return wire == "whole"
        case "chunked":
            writer.write(head(answer, None) + b"".join(chunk(part) for part in _parts(body)) + b"0\r\n\r\n")
            await writer.drain()
            return True
        case "pieces":
            writer.write(head(answer, len(body)))
            for part in _parts(body):
                await asyncio.sleep(0.3 / _PIECES)
                writer.write(part)
                await writer.drain()
            return True
        case "until-close":
            writer.write(head(answer, None, closes=True) + body)
        case "short":
            writer.write(head(answer, len(body) + 64) + body[: len(body) // 2 + 1])
        case "cut":
            kept = body[: len(body) // 2 + 1] if len(body) > 1 else b'{"'
            writer.write(head(answer, len(kept)) + kept)
            await writer.drain()
            return True
        case "chunk-cut":
            writer.write(head(answer, None) + chunk(body[: len(body) // 2 + 1]))
        case "reset-head":
            writer.write(head(answer, len(body))[:24])
        case "reset-body":
            writer.write(head(answer, len(body) + 64) + body[: len(body) // 2 + 1])
        case "drip":
            writer.write(head(answer, len(body) + _PADDING))
            await _drip(body + b" " * _PADDING, reader, writer)
        case "drip-head":
            await _drip(head(answer, len(body))[:-2] + b"X-Padding: " + b"x" * _PADDING, reader, writer)
        case "never":
            await _until_client_leaves(reader, _LONGEST_S)
        case "close-before" | "reset-before":
            pass
    await writer.drain()
    if wire.startswith("reset"):
        await asyncio.sleep(0.02)  # lets what was written arrive before the reset
        reset(writer)
    return False


def head(answer: Answer, length: int | None, *, closes: bool = False) -> bytes:
    """Return the head of an answer, with its length, or chunked when that is None, or ended by closing."""
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {answer.status} {reason}", f"Date: {formatdate(usegmt=True)}"]
    lines += [f"{name.title()}: {value}" for name, value in answer.headers]
    if closes:
        lines.append("Connection: close")
    else:
        lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunk(part: bytes) -> bytes:
    """Return one chunk of a chunked body."""
    return f"{len(part):x}\r\n".encode() + part + b"\r\n" if part else b""


def reset(writer: StreamWriter) -> None:
    """End the connection by a reset instead of an orderly close."""
    raw = writer.get_extra_info("socket")
    with suppress(AttributeError, OSError):  # already closed, by either side
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _parts(body: bytes) -> list[bytes]:
    size = max(1, -(-len(body) // _PIECES))
    return [body[start : start + size] for start in range(0, len(body), size)]


async def _drip(data: bytes, reader: StreamReader, writer: StreamWriter) -> None:
    for place in range(len(data)):
        writer.write(data[place : place + 1])
        await writer.drain()
        if await _until_client_leaves(reader, _DRIP_S):
            return


async def _until_client_leaves(reader: StreamReader, seconds: float) -> bool:
    """Wait; return True as soon as the client has closed its side."""
    try:
        async with asyncio.timeout(seconds):
            while await reader.read(4096):
                pass
    except TimeoutError:
        return False
    return True
