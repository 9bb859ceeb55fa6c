"""What a request line of recorded traffic means: which operation, which ids, or none of our affairs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from apps_contract.contract import OPERATIONS

if TYPE_CHECKING:
    from apps_contract.http.exchange import Request

TOKEN_PATH: Final = "/oauth2/token"  # noqa: S105 -- a path

# The Apps resource, at the end of whatever path a base URL has. What lies deeper belongs to other resources.
_APPS = re.compile(r"/v1/projects/(?P<project>[^/]*)/apps(?:/(?P<app>[^/]*))?")
# An id that a gateway may refuse before any operation sees it.
_ODD = re.compile(r"\.|(?:\.|%2e){1,2}|.*%(?:2f|5c|[01][0-9a-f]|7f).*", re.IGNORECASE)
_LONGEST_PLAIN: Final = 512
# The request line of HTTP, read as widely as its first word and its last allow.
_REQUEST_LINE = re.compile(rb"([A-Za-z]+) (.*?)(?: HTTP/\d(?:\.\d)?)?\r?\n", re.DOTALL)
_PREFLIGHT_HEADER: Final = "access-control-request-method"


@dataclass(frozen=True)
class Route:
    """A request for the Apps resource. ``target`` begins with ``/v1/``; ``operation`` is None for a wrong method.

    ``is_plain`` says that no server could take the path for another one.
    """

    target: str
    operation: str | None
    app_id: str | None
    is_plain: bool


def route(method: str, target: str) -> Route | None:
    """Return what a request means, None when it is not for the Apps resource. ``target`` may be a whole URL."""
    target = origin_form(target)
    path, mark, query = target.partition("?")
    found = next((one for one in _APPS.finditer(path) if one.end() == len(path)), None)
    if found is None:
        return None
    app = found["app"]
    slashes = 4 if app is None else 5
    fitting = (known.id for known in OPERATIONS if known.method == method and known.path.count("/") == slashes)
    segments = [found["project"], *([] if app is None else [app])]
    plain = all(part and len(part) <= _LONGEST_PLAIN and not _ODD.fullmatch(part) for part in segments)
    # An empty id is none, and a server may well take the path for that of list and create.
    operation = next(fitting, None) if all(segments) else None
    return Route(path[found.start() :] + mark + query, operation, unquote(app) if app else None, plain)


def origin_form(target: str) -> str:
    """Return path and query of a request target, also of a whole URL."""
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*", target)
    rest = target[scheme.end() :] if scheme else target
    rest = rest.partition("#")[0] if scheme else rest
    return rest if rest.startswith(("/", "*")) or not scheme else f"/{rest}"


def is_token_path(target: str) -> bool:
    """Tell whether a target is that of a token endpoint."""
    return origin_form(target).partition("?")[0].endswith(TOKEN_PATH)


def is_preflight(request: Request) -> bool:
    """Tell whether a browser asks, on its own account, if it may send a request (CORS)."""
    return request.method == "OPTIONS" and request.header(_PREFLIGHT_HEADER) is not None


def request_line(raw: bytes) -> tuple[str, str] | None:
    """Read method and target out of a request that is no valid HTTP; None where not even they can be told."""
    found = _REQUEST_LINE.match(raw)
    return (found[1].decode("ascii"), found[2].decode("latin-1")) if found else None
