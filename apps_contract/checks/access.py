"""SRV-AUTH: what callers without the right credentials can learn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apps_contract.checks.breach import Breach
from apps_contract.checks.shape import error_object

if TYPE_CHECKING:
    from apps_contract.http.exchange import Exchange, Response

_UNAUTHORIZED = 401

# Ids of requests and times differ from answer to answer without telling anything about an app.
_CHANGING = re.compile(r"[0-9A-Za-z_-]*\d[0-9A-Za-z_-]*")


def names_its_scheme(exchange: Exchange) -> Breach | None:
    """SRV-AUTH-5: a 401 carries ``WWW-Authenticate``."""
    response = exchange.response
    if response is None or response.status != _UNAUTHORIZED or response.header("www-authenticate"):
        return None
    title = "a 401 does not say how to authenticate"
    return Breach("SRV-AUTH-5", title, "a WWW-Authenticate header", "none", "header.www-authenticate")


def hides_existence(existing: Exchange, missing: Exchange) -> Breach | None:
    """SRV-AUTH-6: another project's key gets the same answer whether the app exists or not."""
    if existing.response is None or missing.response is None:
        return None
    one, other = (_gist(exchange.response, exchange.app_id or "") for exchange in (existing, missing))
    if one == other:
        return None
    title = "another project's key can tell whether an app exists"
    return Breach("SRV-AUTH-6", title, f"for an app that exists as for none: {other}", one)


def _gist(response: Response | None, app_id: str) -> str:
    """Write what a refusal tells, without what changes from answer to answer."""
    assert response is not None
    error = error_object(response) or {}
    message = str(error.get("message", "")).replace(app_id, "…")
    told = (str(response.status), str(error.get("code", "")), str(error.get("status", "")), _CHANGING.sub("…", message))
    return " ".join(part for part in told if part)
