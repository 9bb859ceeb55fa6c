"""Reading a request body: strict JSON, and only such JSON as can be kept and given back unchanged."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

MAX_DEPTH = 64
_MAX_INTEGER = 2**63 - 1

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


class BodyError(ValueError):
    """The body cannot be taken; the message says why and repeats nothing of it but a member's name."""


def read_json(body: bytes) -> Any:
    """Return the body as JSON.

    Raises BodyError for what is not UTF-8 or not JSON, and for JSON that two readers would understand differently:
    duplicate members, numbers beyond 64 bits, lone surrogates, nesting deeper than 64.
    """
    if not body.strip():
        raise BodyError("the body is empty; a JSON object is expected")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BodyError(f"the body is not UTF-8: invalid byte at offset {error.start}") from None
    if text.startswith("\ufeff"):
        raise BodyError("the body starts with a byte order mark, which JSON does not allow")
    _check_depth(body)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_int=_integer, parse_float=_number, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        raise BodyError(f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    if _SURROGATE_ESCAPE.search(body):
        _check_text(value)
    return value


def _check_depth(body: bytes) -> None:
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for character in _STRINGS.sub(b"", body):
        if character in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise BodyError(f"the body is nested deeper than {MAX_DEPTH} levels")
        elif character in b"]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BodyError(f"the member {_shown(twice)} is given twice")
    return members


def _integer(digits: str) -> int:
    # 20 characters hold every 64-bit number; int() itself refuses thousands of digits.
    if len(digits) > 20 or abs(number := int(digits)) > _MAX_INTEGER:  # noqa: PLR2004 -- explained above
        raise BodyError("a number does not fit in 64 bits")
    return number


def _number(digits: str) -> int | float:
    number = float(digits)
    if abs(number) > _MAX_INTEGER:
        raise BodyError("a number does not fit in 64 bits")
    return number


def _no_constant(name: str) -> NoReturn:
    raise BodyError(f"the body is not JSON: {name} is no JSON value")


def _check_text(value: Any) -> None:
    if isinstance(value, dict):
        for name, member in value.items():
            _check_text(name)
            _check_text(member)
    elif isinstance(value, list):
        for element in value:
            _check_text(element)
    elif isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise BodyError("a text holds a lone surrogate, which is no Unicode character") from None


def _shown(name: str) -> str:
    limit = 40
    return json.dumps(name if len(name) <= limit else name[:limit] + "…")
