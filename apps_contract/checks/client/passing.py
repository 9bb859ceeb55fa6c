"""CLI-REQ-4, 6 and 8 on traffic that passes by.

Which key and tokens are the right ones, and what the caller asked for, is not known: only what the request itself
proves is a breach.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, unquote_plus

from apps_contract.checks.breach import Breach
from apps_contract.contract import Level, operation

if TYPE_CHECKING:
    from collections.abc import Container

    from apps_contract.checks.client.record import Insight, Recorded
    from apps_contract.contract import Edition

# A query parameter that is a secret by its name (RFC 6750 section 2.3, RFC 6749 section 2.3.1).
SECRET_PARAMETERS: Final = frozenset({"access_token", "client_secret", "key_secret"})
# What recorders and reports write in place of a secret.
MASKED: Final = re.compile(r"\*{3}|redact|removed|hidden|masked|x{4}|\[.*\]|<.*>|…", re.IGNORECASE)
# A shorter text may stand in a URL by chance.
_SHORTEST: Final = 8
_UNENCODED = re.compile(r"[^\x21-\x7e]|[\"<>\\^`{|}]")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 section 2.1


def carries_credentials(seen: Recorded, insight: Insight | None = None) -> Breach | None:
    """CLI-REQ-4: one Authorization header, with Basic of ``id:secret`` or with Bearer of a token.

    With ``insight``, its secret in any other place than that of a password counts as mangled. Another key or token is
    what the caller wanted.
    """
    if seen.endpoint != "api" or seen.operation == "":
        return None
    values = [value for name, value in seen.exchange.request.headers if name.lower() == "authorization"]
    problem = f"{len(values)} Authorization headers" if len(values) > 1 else ""
    if not values:
        problem = "no Authorization header"
    elif not problem:
        problem = _credentials_problem(values[0], insight)
    if not problem:
        return None
    title = f"{seen.operation} is not authenticated by Basic or Bearer"
    return Breach("CLI-REQ-4", title, "Authorization: Basic or Bearer", problem, "header.authorization")


def _credentials_problem(value: str, insight: Insight | None) -> str:
    scheme, _, credentials = value.strip().partition(" ")
    credentials = credentials.strip()
    if MASKED.search(value):
        return ""
    if scheme.lower() == "basic":
        return _basic_problem(credentials, insight)
    if scheme.lower() == "bearer":
        is_secret = insight is not None and credentials == insight.key.key_secret
        return "" if _TOKEN.fullmatch(credentials) and not is_secret else "Bearer without a token"
    return "another scheme than Basic and Bearer"


def _basic_problem(credentials: str, insight: Insight | None) -> str:
    parts = basic_parts(credentials)
    if parts is None:
        return "Basic, and not the base64 of id:secret"
    if insight is None or not any(insight.key.key_secret in part for part in parts):
        return ""
    return "" if parts[1] == insight.key.key_secret else "Basic with the secret in a wrong place"


def basic_parts(credentials: str) -> tuple[str, str] | None:
    """Return user name and password of Basic credentials; None when they are no base64 of both."""
    try:
        user, colon, password = base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon and user and password else None


def url_shows_no_secret(seen: Recorded, secrets: Container[str]) -> Breach | None:
    """CLI-REQ-4: no segment or value of the URL is a secret: by its name, or because it was seen as one."""
    target = seen.exchange.request.target
    named = [name for name, value in parse_qsl(target.partition("?")[2]) if name.lower() in SECRET_PARAMETERS and value]
    path, _, query = target.partition("?")
    words = [*path.split("/"), *(pair.partition("=")[2] or pair for pair in query.split("&"))]
    texts = {text for word in words for text in (word, unquote(word), unquote_plus(word)) if len(text) >= _SHORTEST}
    if not named and not any(text in secrets for text in texts):
        return None
    actual = f"the query parameter {named[0]}" if named else "a secret in it"
    return Breach("CLI-REQ-4", "a secret stands in the URL", "no secret in the URL", actual, "path")


def token_is_asked_for(seen: Recorded, insight: Insight | None = None) -> Breach | None:
    """CLI-REQ-6: a token is asked for by POST, with Basic and ``grant_type=client_credentials`` as a form."""
    request = seen.exchange.request
    authorization = request.header("authorization") or ""
    scheme = authorization.partition(" ")[0]
    is_basic = scheme.lower() == "basic" and not _credentials_problem(authorization, insight)
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    form = parse_qsl((request.body or b"").decode("utf-8", "replace"), keep_blank_values=True)
    problems = [
        (request.method == "POST", f"method {request.method}"),
        (is_basic or "authorization" in seen.gaps, f"Authorization {scheme or 'absent'}, not Basic with a key"),
    ]
    if not seen.gaps & {"request headers"}:
        is_form = media_type == "application/x-www-form-urlencoded"
        problems.append((is_form, f"Content-Type {media_type or 'absent'}"))
    if not seen.gaps & {"request body"}:
        is_asked = form.count(("grant_type", "client_credentials")) == 1
        problems.append((is_asked, f"form members {[name for name, _ in form]}"))
    wrong = next((actual for is_right, actual in problems if not is_right), "")
    if not wrong:
        return None
    expected = "POST, Basic with the key, form body grant_type=client_credentials"
    return Breach("CLI-REQ-6", "a token is not asked for as documented", expected, wrong, level=Level.MUST)


def has_mask(seen: Recorded) -> bool:
    """Tell whether an update carries something like an update mask."""
    pairs = parse_qsl(seen.exchange.request.target.partition("?")[2], keep_blank_values=True)
    return seen.operation == "update" and any(name.startswith("update_mask") for name, _ in pairs)


def mask_is_well_formed(seen: Recorded, edition: Edition) -> Breach | None:
    """CLI-REQ-8: a mask goes out under the edition's name, as often as it may, and encoded."""
    called = operation("update")
    parameter = called.mask_parameter(edition)
    raw = seen.exchange.request.target.partition("?")[2]
    names = [name for name, _ in parse_qsl(raw, keep_blank_values=True) if name.startswith("update_mask")]
    others = [name for name in names if name != parameter]
    if others:
        title = "an update mask goes out under a name that the edition does not have"
        return Breach("CLI-REQ-8", title, str(parameter), others[0], "query")
    if len(names) > 1 and not called.mask_is_repeated(edition):
        expected = f"{parameter} once, comma-separated"
        return Breach("CLI-REQ-8", "the update mask is given several times", expected, raw, "query")
    if _UNENCODED.search(raw):
        return Breach("CLI-REQ-8", "the update mask is not percent-encoded", "a percent-encoded query", raw, "query")
    return None
