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
_RUN: Final = re.compile(rb"([^\n\0])\1{199,}", re.DOTALL)
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
        for run in _RUN.finditer(part):
            template += _escape(part[position : run.start()]) + "%s"
            arguments.append(f"\"$(head -c {len(run[0])} /dev/zero | tr '\\0' '{_escape(run[1], octal='[-')}')\"")
            position = run.end()
        template += _escape(part[position:])
    return " ".join([f"printf '{template}'", *arguments])


def has_long_run(data: bytes) -> bool:
    """Tell whether ``data`` is better counted than spelled out."""
    return _RUN.search(data) is not None


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


def _escape(data: bytes, octal: str = "'") -> str:
    return "".join(
        _ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 and chr(byte) not in octal else f"\\{byte:03o}")  # noqa: PLR2004 - printable ASCII
        for byte in data
    )
