"""Text as words of a POSIX shell: what a person pastes, and what the shell makes of it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PLAIN: Final = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
# Within double quotes these mean themselves, also in an interactive shell.
_PLAIN_IN_DOUBLE_QUOTES: Final = re.compile(r"[\w @%+=:,./?&;#~()<>|*{}\[\]^'-]*", re.ASCII)
# A short unit that comes a hundred times and more; "yes" would take a leading minus for an option.
_RUN: Final = re.compile(rb"((?!-)[^\n\0]{1,8}?)\1{99,}", re.DOTALL)
_PRINTABLE: Final = re.compile(rb"[ -&(-~]")
_ESCAPES: Final = {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t", ord("\\"): "\\\\", ord("%"): "%%"}


@dataclass(frozen=True)
class Variable:
    """A pattern that stands for a shell expression: ``expression`` goes where ``pattern`` is found in a text."""

    pattern: re.Pattern[bytes]
    expression: str


def word(text: str, variables: Sequence[Variable] = ()) -> str:
    """Return ``text`` quoted as one word, with variables in their places."""
    parts = list(_parts(text.encode("utf-8", "surrogatepass"), variables))
    texts = [part.decode("utf-8", "surrogatepass") if isinstance(part, bytes) else "" for part in parts]
    if len(parts) > 1 and all(map(_PLAIN_IN_DOUBLE_QUOTES.fullmatch, texts)):
        return '"' + "".join(part if isinstance(part, str) else part.decode() for part in parts) + '"'
    quoted = [f'"{part}"' if isinstance(part, str) else _quote(part) for part in parts]
    return "".join(quoted) or "''"


def printf(data: bytes, variables: Sequence[Variable] = ()) -> str:
    """Return a command that prints ``data`` byte for byte, with variables in their places; long runs are counted."""
    template = ""
    arguments = []
    for part in _parts(data, variables):
        if isinstance(part, str):
            template += "%s"
            arguments.append(f'"{part}"')
            continue
        position = 0
        for run in _runs(part):
            template += _escape(part[position : run.start()]) + "%s"
            times = len(run[0]) // len(run[1])
            arguments.append(f"\"$(yes {_quote(run[1])} | head -n {times} | tr -d '\\n')\"")
            position = run.end()
        template += _escape(part[position:])
    return " ".join([f"printf '{template}'", *arguments])


def has_long_run(data: bytes) -> bool:
    """Tell whether ``data`` is better counted than spelled out."""
    return any(_runs(data))


def _runs(data: bytes) -> Iterator[re.Match[bytes]]:
    return (
        run for run in _RUN.finditer(data) if run[1].decode("utf-8", "replace").replace("\ufffd", "\0").isprintable()
    )


def _parts(data: bytes, variables: Sequence[Variable]) -> Iterator[bytes | str]:
    """Cut ``data`` at the variables: bytes are literal, texts are shell expressions."""
    position = 0
    while position < len(data):
        hits = [(hit.start(), hit.end(), v.expression) for v in variables if (hit := v.pattern.search(data, position))]
        start, end, expression = min(hits, default=(len(data), len(data), ""))
        if start > position:
            yield data[position:start]
        if expression:
            yield expression
        position = end


def _quote(part: bytes) -> str:
    text = part.decode("utf-8", "surrogatepass")
    return text if _PLAIN.fullmatch(text) else "'" + text.replace("'", "'\\''") + "'"


def _escape(data: bytes) -> str:
    return "".join(
        _ESCAPES.get(byte) or (chr(byte) if _PRINTABLE.match(data, index) else f"\\{byte:03o}")
        for index, byte in enumerate(data)
    )
