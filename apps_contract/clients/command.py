"""A client's command as reports may show it: without what looks like a secret."""

from __future__ import annotations

import re
import shlex

from apps_contract.http.redaction import MASK

_NAME = r"[A-Za-z0-9_.-]*(?:secret|token|password|passwd|credential|api[_-]?key|key[_-]?id)[A-Za-z0-9_.-]*"
_GIVEN = re.compile(rf"(?i)^(-{{0,2}}{_NAME}[=:])(.+)$", re.DOTALL)
_OPTION = re.compile(rf"(?i)^--?{_NAME}$")
_USER = re.compile(r"(?<=://)[^/@\s]+(?=@)")


def shown_command(command: str) -> str:
    """Return a shell command with the values of secret-looking options and variables, and users in URLs, masked.

    A command without such is returned as it is, so that it can be run again.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    shown = [_shown(word, before) for word, before in zip(words, ["", *words], strict=False)]
    return command if shown == words else shlex.join(shown)


def is_masked(command: str) -> bool:
    """Tell whether something of a command was masked, so that it cannot be run again."""
    return MASK in command


def _shown(word: str, before: str) -> str:
    if _OPTION.match(before) and not word.startswith("-"):
        return MASK
    return _USER.sub(MASK, _GIVEN.sub(rf"\g<1>{MASK}", word))
