"""Reads the data files under ``schemas/``, and finds the nearest name when one is unknown."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract._resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterable


_MOST_NAMED = 12


@cache
def document(path: str) -> Any:
    """Return the JSON document at ``path`` below ``schemas/``; it is shared by all callers, who must not change it."""
    return json.loads((folder("schemas") / path).read_text(encoding="utf-8"))


@cache
def stems(name: str) -> frozenset[str]:
    """Return the names, without ``.json``, of the files of one folder below ``schemas/``."""
    return frozenset(path.stem for path in (folder("schemas") / name).glob("*.json"))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that ``name`` was probably meant to be, or None when none is close."""
    from difflib import get_close_matches  # noqa: PLC0415 -- needed only once something is wrong

    by_folded = {candidate.casefold(): candidate for candidate in known}
    match = get_close_matches(name.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[match[0]] if match else None


def unknown_name_message(kind: str, name: str, known: Iterable[str]) -> str:
    """Return one line that says what is unknown and what was probably meant, or else what there is."""
    names = list(known)
    meant = nearest(name, names)
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    advice = f"did you mean {meant!r}?" if meant else f"known: {', '.join(names[:_MOST_NAMED])}{more}"
    return f"unknown {kind} {name!r}; {advice}"
