"""Tells the bodies that a server has to take from those that it may refuse although their schema allows them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apps_contract.contract import is_valid
from apps_contract.payloads.boundaries import LARGEST_BODY
from apps_contract.payloads.pairs import pairs_of
from apps_contract.payloads.texts import NONCHARACTERS

if TYPE_CHECKING:
    from apps_contract.contract import Edition

# What SRV-INPUT-3, SRV-INPUT-12 and SRV-STATE-12 leave open, by the operators that make it.
_OPEN = frozenset(
    {
        "no-entries",
        "empty-text",
        "nul-in-text",
        "repeated-channel",
        "zero-fraction",
        "too-long",
        "too-long-astral",
        "far-too-long",
    }
)

_UNUSABLE = NONCHARACTERS | frozenset(map(chr, range(0xD800, 0xE000)))  # and lone surrogates


def must_be_taken(body: Any, operation: str, edition: Edition) -> bool:
    """Tell whether 200 is the only right answer to a body (SRV-INPUT-12).

    Not so for a body that breaks its schema, and for a valid one with no entries, an empty text, several entries of
    one channel (where they are not numbered), a long name, U+0000, lone surrogates, noncharacters, or over 64 KiB.
    Meant for shrinking too, so that a body that is rightly refused is never shown as the smallest one.
    """
    if not is_valid(body, operation, edition) or len(json.dumps(body)) >= LARGEST_BODY:
        return False
    if not _UNUSABLE.isdisjoint(json.dumps(body, ensure_ascii=False)):
        return False
    return _OPEN.isdisjoint(operator for _, operator in pairs_of(body, operation, edition))
