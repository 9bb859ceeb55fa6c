"""The everyday answer, read without a parser: whole, of a given length, and without anything that needs a second look.

Whatever is not just so is left to h11, which knows all of HTTP; a fuzz campaign reads a thousand of these in a second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from apps_contract.http.exchange import Response

if TYPE_CHECKING:
    from apps_contract.http.exchange import Headers

_HEAD: Final = re.compile(
    rb"HTTP/1\.1 ([2-5][0-9][0-9]) ([ -~]*)\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [!-~](?:[ -~]*[!-~])?\r\n)+)\r\n"
)
_LONGEST_LENGTH: Final = 7
_WITHOUT_BODY: Final = frozenset({204, 304})
# What changes how the body is framed or coded, or whether the connection lives on.
_SPECIAL: Final = frozenset(
    {"connection", "content-encoding", "keep-alive", "proxy-connection", "trailer", "transfer-encoding", "upgrade"}
)


@dataclass(frozen=True)
class PlainHead:
    """The head of such an answer; with its body it takes ``size`` bytes."""

    status: int
    reason: str
    headers: Headers
    length: int
    size: int

    def response(self, data: bytes) -> Response:
        """Return the answer that ``data``, of the right size, is."""
        return Response(self.status, self.headers, data[len(data) - self.length :], self.reason)


def plain_head(data: bytes) -> PlainHead | None:
    """Read the head that ``data`` begins with; None where it is not whole, or not plain."""
    found = _HEAD.match(data)
    if found is None or int(found[1]) in _WITHOUT_BODY:
        return None
    lines = found[3].decode("ascii").split("\r\n")
    headers = tuple((name, value) for name, _, value in (line.partition(": ") for line in lines[:-1]))
    names = [name.lower() for name, _ in headers]
    if names.count("content-length") != 1 or not _SPECIAL.isdisjoint(names):
        return None
    length = headers[names.index("content-length")][1]
    if not length.isdigit() or len(length) > _LONGEST_LENGTH:
        return None
    return PlainHead(int(found[1]), found[2].decode("ascii"), headers, int(length), found.end() + int(length))
