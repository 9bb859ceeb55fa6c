"""Output where the encoding lacks the signs that we write: plainer ones stand in, and nothing crashes."""

from __future__ import annotations

import codecs
import sys

_HANDLER = "apps-contract-plain"

# Of one column where it stands in a table.
_PLAIN = {
    "✓": "+",
    "✗": "x",
    "·": "-",
    "–": "-",  # noqa: RUF001 - a dash is what is meant
    "—": "-",
    "…": "...",
    "→": "->",
    "←": "<-",
    "×": "x",  # noqa: RUF001 - likewise
    "“": '"',
    "”": '"',
    "‘": "'",  # noqa: RUF001 - likewise
    "’": "'",  # noqa: RUF001 - likewise
    "─": "-",
    "│": "|",
    "▸": ">",
}


def spare_narrow_encodings() -> None:
    """Let standard output and error write a plainer sign, or a code point, for what their encoding cannot."""
    codecs.register_error(_HANDLER, _plainer)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # absent where a test or a host put its own stream
        if reconfigure is not None and "utf" not in (stream.encoding or "").lower():
            reconfigure(errors=_HANDLER)


def _plainer(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    plain = "".join(_PLAIN.get(character) or _code_point(character) for character in text)
    return plain, error.end


def _code_point(character: str) -> str:
    return character.encode("ascii", "backslashreplace").decode("ascii")
