"""CLI-REQ-1 to 5 and 8: what each request looks like on the wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from apps_contract.checks.breach import Breach, shown
from apps_contract.checks.client.normal import sendable
from apps_contract.contract import OPERATIONS, operation, read_only_members, validate
from apps_contract.http.authentication import basic_header
from apps_contract.http.exchange import NotJsonError, parse_json
from apps_contract.http.secret_forms import SHORTEST_SECRET, written_forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apps_contract.checks.client.record import Insight, Recorded
    from apps_contract.contract import Edition
    from apps_contract.http.exchange import Request

_DOTS = re.compile(r"(?:\.|%2[eE]){1,2}")
_BODIES = {"create": "create", "update": "update"}
_NO_JSON = object()


def path_is_documented(seen: Recorded, project_id: str, app_ids: Sequence[str]) -> Breach | None:
    """CLI-REQ-1: a documented method and path, with the caller's ids as one encoded segment each.

    An empty ``project_id`` and empty ``app_ids`` say that it is not known which ids the caller gave.
    """
    if seen.endpoint != "api":
        return None
    request = seen.exchange.request
    path = request.target.partition("?")[0]
    legal = "; ".join(f"{known.method} {known.path}" for known in OPERATIONS)
    if problem := _path_problem(request.method, path, project_id, app_ids):
        return Breach("CLI-REQ-1", problem, legal, f"{request.method} {path}", "path")
    return None


def _path_problem(  # noqa: PLR0911 -- one return for each way to be wrong
    method: str, path: str, project_id: str, app_ids: Sequence[str]
) -> str:
    parts = path.split("/")
    if parts[:3] != ["", "v1", "projects"] or len(parts) not in {5, 6} or parts[4] != "apps":
        return "a request went to a path that no operation has"
    methods = {known.method for known in OPERATIONS if known.path.count("/") == len(parts) - 1}
    if method not in methods:
        return f"a request used the method {method}, which its path does not have"
    projects = [project_id] if project_id else []
    for segment, legal in ((parts[3], projects), *([(parts[5], app_ids)] if parts[5:] else [])):
        if not segment:
            return "an id in the path is empty"
        if _DOTS.fullmatch(segment) and "%" not in segment:
            return "an id of dots alone stands unencoded in the path"
        try:
            decoded = unquote_to_bytes(segment).decode("utf-8")
        except UnicodeDecodeError:
            return "an id in the path is not percent-encoded UTF-8"
        if legal and decoded not in legal:
            return f"the path names {shown(decoded)}, and the caller named {shown(legal[0])}"
        if re.search(r"[^\x21-\x7e]|[\"<>\\^`{|}#]", segment):
            return "an id in the path holds characters that have to be percent-encoded"
    return ""


def body_matches_schema(seen: Recorded, edition: Edition, *, sent_back: bool = False) -> Breach | None:
    """CLI-REQ-2: the body of create and update matches its schema.

    ``sent_back`` says that the caller gave back what get had answered: then unknown members and nulls are not judged.
    """
    schema_name = _BODIES.get(seen.operation)
    body = _json(seen.exchange.request)
    if schema_name is None or body is _NO_JSON:
        return None
    if path := next(_read_only(body, edition), ""):
        title = f"{seen.operation} sends the read-only member {path}"
        return Breach("CLI-REQ-2", title, "no read-only member", f"{path} in the body", f"body.{path}")
    if isinstance(body, dict) and sent_back:
        body = sendable(body, edition)
    found = [violation for violation in validate(body, schema_name, edition) if violation.rule != "one_default_line"]
    if found:
        title = f"the body of {seen.operation} breaks its schema: {found[0].message}"
        return Breach("CLI-REQ-2", title, str(found[0].expected), shown(found[0].found), f"body.{found[0].path}")
    return None


def body_is_json(seen: Recorded) -> Breach | None:
    """CLI-REQ-3: create and update carry application/json in UTF-8; list, get and delete carry no body."""
    return body_is_declared(seen) or body_reads_as_json(seen)


def body_is_declared(seen: Recorded) -> Breach | None:
    """CLI-REQ-3: create and update say application/json, and no other charset than UTF-8."""
    name = seen.operation
    if name not in _BODIES:
        return None
    given = seen.exchange.request.header("content-type") or ""
    media_type, _, parameters = given.lower().partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]*)", parameters)
    if media_type.strip() == "application/json" and (not charset or charset[1] in {"utf-8", "utf8"}):
        return None
    title = f"the body of {name} is not declared as JSON in UTF-8"
    return Breach("CLI-REQ-3", title, "Content-Type: application/json", given or "no Content-Type", "header")


def body_reads_as_json(seen: Recorded) -> Breach | None:
    """CLI-REQ-3: create and update carry JSON in UTF-8; list, get and delete carry no body."""
    name, request = seen.operation, seen.exchange.request
    if name in {"", "token"}:
        return None
    if name not in _BODIES:
        if request.body:
            return Breach("CLI-REQ-3", f"{name} carries a body", "no body", f"{len(request.body)} bytes", "body")
        return None
    try:
        parse_json(request.body or b"")
    except NotJsonError as error:
        return Breach("CLI-REQ-3", f"the body of {name} is not JSON in UTF-8", "JSON in UTF-8", str(error), "body")
    return None


def is_authenticated(seen: Recorded, insight: Insight) -> Breach | None:
    """CLI-REQ-4: Basic with the key, or Bearer with a token that was issued."""
    if seen.endpoint != "api" or seen.operation == "":
        return None
    values = [value for name, value in seen.exchange.request.headers if name.lower() == "authorization"]
    scheme, _, credentials = (values[0] if len(values) == 1 else "").partition(" ")
    credentials = credentials.strip()
    if scheme.lower() == "basic" and f"Basic {credentials}" == basic_header(insight.key):
        return None
    if scheme.lower() == "bearer" and credentials in insight.tokens:
        return None
    actual = "no Authorization header" if not values else f"{len(values)} header(s), {scheme or 'no scheme'}"
    title = f"{seen.operation} is not authenticated by the key or a token of it"
    return Breach("CLI-REQ-4", title, "Authorization: Basic or Bearer", actual, "header.authorization")


def url_holds_no_secret(seen: Recorded, insight: Insight) -> Breach | None:
    """CLI-REQ-4: neither key secret nor token nor their Basic form stands in the request target."""
    target = seen.exchange.request.target.encode("latin-1", "replace")
    secrets = [insight.key.key_secret, basic_header(insight.key).removeprefix("Basic "), *insight.tokens]
    long_enough = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]
    if any(form in target for secret in long_enough for form in written_forms(secret)):
        return Breach("CLI-REQ-4", "a secret stands in the URL", "no secret in the URL", "a secret in it", "path")
    return None


def accepts_json(seen: Recorded) -> Breach | None:
    """CLI-REQ-5: Accept, where there is one, admits application/json."""
    if seen.operation in {"", "token"}:
        return None
    values = [value for name, value in seen.exchange.request.headers if name.lower() == "accept"]
    if not values:
        return None
    quality: dict[str, float] = {}
    for part in ",".join(values).split(","):
        media_range, *parameters = [piece.strip().lower() for piece in part.split(";")]
        weights = [piece[2:] for piece in parameters if piece.startswith("q=")]
        quality[media_range] = _number(weights[0]) if weights else 1.0
    admitted = next((quality[kind] for kind in ("application/json", "application/*", "*/*") if kind in quality), 0.0)
    if admitted > 0:
        return None
    title = f"{seen.operation} does not accept JSON"
    return Breach("CLI-REQ-5", title, "application/json admitted", f"Accept: {', '.join(values)}", "header.accept")


def mask_is_what_was_named(
    seen: Recorded, mask: Sequence[str] | None, body: dict[str, Any], edition: Edition
) -> Breach | None:
    """CLI-REQ-8: the query names exactly the members in ``mask``; without one, all members sent may be named."""
    request = seen.exchange.request
    called = operation("update")
    parameter = called.mask_parameter(edition)
    pairs = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
    raw = request.target.partition("?")[2]
    values = [value for name, value in pairs if name == parameter]
    repeated = called.mask_is_repeated(edition)
    if not repeated and len(values) > 1:
        expected = f"{parameter} once, comma-separated"
        return Breach("CLI-REQ-8", "the update mask is given several times", expected, raw, "query")
    named = values if repeated else [name for value in values for name in value.split(",") if name]
    others = [name for name, _ in pairs if name.startswith("update_mask") and name != parameter]
    if mask is None:
        if (not named and not others) or sorted(named) == sorted(body):
            return None
        expected = "no mask, or one that names every member sent"
        return Breach("CLI-REQ-8", "a mask goes out that the caller did not name", expected, raw, "query")
    stray = [name for name, _ in pairs if name != parameter]
    if sorted(named) == sorted(mask) and not stray:
        return None
    wanted = [f"{parameter}={quote(','.join(mask), safe=',')}"]
    if repeated:
        wanted = [f"{parameter}={quote(name, safe='')}" for name in mask]
    title = "the update mask does not name exactly the members that the caller named"
    return Breach("CLI-REQ-8", title, "&".join(wanted), raw or "no query", "query")


def _read_only(body: Any, edition: Edition) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    yield from (name for name in read_only_members("app", edition) if name in body)
    entries = body.get("channel_credentials")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        names = read_only_members("channel_credential", edition) if isinstance(entry, dict) else ()
        yield from (f"channel_credentials[{index}].{name}" for name in names if name in entry)


def _json(request: Request) -> Any:
    try:
        return parse_json(request.body or b"")
    except NotJsonError:
        return _NO_JSON


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0
