"""Finds the Apps operations in recorded traffic (HAR), and what was sent and answered."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps_contract.contract import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Location, Operation

_SUCCESS = 200
_FIRST_ERROR = 400
_PLACEHOLDER = re.compile(r"\\\{[a-z_]+\\\}")


@dataclass(frozen=True)
class Body:
    """A recorded body: where its text stands in the HAR file, the text's bytes, and the schema it must keep to."""

    location: Location
    data: bytes
    schema: str


def bodies(har: Any) -> Iterator[Body]:
    """Yield the JSON bodies of Apps operations in a HAR document; other traffic is passed over."""
    entries = _get(har, "log", "entries")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        operation = _operation(_get(entry, "request", "method"), _get(entry, "request", "url"))
        if operation is None:
            continue
        place: Location = ("log", "entries", index)
        sent = _get(entry, "request", "postData", "text")
        if isinstance(sent, str) and operation.request_schema:
            yield Body((*place, "request", "postData", "text"), _bytes(sent), operation.request_schema)
        answer = _answer_schema(operation, _get(entry, "response", "status"))
        text = _content(_get(entry, "response", "content"))
        if answer and text is not None:
            yield Body((*place, "response", "content", "text"), text, answer)


def is_har(value: Any) -> bool:
    """Tell whether a JSON value is a HAR document."""
    return isinstance(_get(value, "log", "entries"), list)


def _operation(method: Any, url: Any) -> Operation | None:
    if not isinstance(method, str) or not isinstance(url, str):
        return None
    path = re.sub(r"^[a-z]+://[^/?#]*", "", url, flags=re.IGNORECASE).partition("#")[0].partition("?")[0]
    for operation in OPERATIONS:
        pattern = _PLACEHOLDER.sub("[^/]+", re.escape(operation.path))
        if operation.method == method.upper() and re.search(f"{pattern}$", path):
            return operation
    return None


def _answer_schema(operation: Operation, status: Any) -> str | None:
    if status == _SUCCESS:
        return operation.response_schema
    return "error" if isinstance(status, int) and status >= _FIRST_ERROR else None


def _content(content: Any) -> bytes | None:
    text = _get(content, "text")
    if not isinstance(text, str) or not text:
        return None
    if _get(content, "encoding") == "base64":
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None
    return _bytes(text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _get(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
