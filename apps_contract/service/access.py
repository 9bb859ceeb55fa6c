"""Access control of the service: authentication, authorization, the token endpoint and the rate limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from apps_contract.service.auth import read_basic, split_authorization
from apps_contract.service.message import Answer
from apps_contract.service.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.http.authentication import KeyPair
    from apps_contract.http.exchange import Headers
    from apps_contract.service.auth import KeyRing
    from apps_contract.service.dialect import Dialect
    from apps_contract.service.message import Call
    from apps_contract.service.tokens import TokenBook

_REALM = 'realm="apps"'
_CHALLENGES: Headers = (("www-authenticate", f"Basic {_REALM}"), ("www-authenticate", f"Bearer {_REALM}"))
_BAD_TOKEN: Headers = (("www-authenticate", f'Bearer {_REALM}, error="invalid_token"'),)
_NO_STORE: Headers = (("cache-control", "no-store"), ("pragma", "no-cache"))


class AccessControl:
    """Who may do what. Each step is a method of its own, so that a seeded fault can replace just that step."""

    def __init__(self, keys: KeyRing, tokens: TokenBook, dialect: Dialect, clock: Callable[[], float]) -> None:
        self.keys = keys
        self.tokens = tokens
        self.dialect = dialect
        self.clock = clock
        self._allowance: dict[str, tuple[float, float]] = {}

    def authenticate(self, call: Call) -> KeyPair:
        """Return the key of the caller; raise RefusalError 401 (SRV-AUTH-1)."""
        scheme, credentials = split_authorization(call.header_values("authorization"))
        if scheme == "basic":
            return self.authenticate_basic(credentials)
        if scheme == "bearer":
            return self.authenticate_bearer(credentials)
        raise self.unauthenticated("one Authorization header with Basic or Bearer credentials is needed")

    def authenticate_basic(self, credentials: str) -> KeyPair:
        """Return the key that Basic credentials prove; raise RefusalError 401."""
        pair = read_basic(credentials)
        if pair is None:
            raise self.unauthenticated("the Basic credentials cannot be read")
        key = self.keys.check(*pair)
        if key is None:
            raise self.unauthenticated("the access key is unknown or its secret is wrong")
        return key

    def authenticate_bearer(self, token: str) -> KeyPair:
        """Return the key that a token was issued for; raise RefusalError 401."""
        key = self.tokens.check(token)
        if key is None:
            raise RefusalError(401, "the access token is unknown or has expired", headers=_BAD_TOKEN)
        return key

    def unauthenticated(self, message: str) -> RefusalError:
        """Return the refusal of a caller whom we do not know (SRV-AUTH-5)."""
        return RefusalError(401, message, headers=_CHALLENGES)

    def authorize(self, key: KeyPair, call: Call) -> None:
        """Refuse a key of another project, before anything of that project is looked at (SRV-AUTH-2, SRV-AUTH-6)."""
        if key.project_id != call.project_id:
            raise RefusalError(self.dialect.foreign_project, "the access key does not belong to this project")

    def limit_rate(self, key: KeyPair) -> None:
        """Refuse with 429 what goes beyond the dialect's requests per second; a second's worth may come at once."""
        limit = self.dialect.requests_per_second
        if limit is None:
            return
        now = self.clock()
        tokens, since = self._allowance.get(key.key_id, (float(limit), now))
        tokens = min(float(limit), tokens + (now - since) * limit)
        if tokens < 1:
            self._allowance[key.key_id] = (tokens, now)
            wait = max(1, math.ceil((1 - tokens) / limit))
            raise RefusalError(429, f"more than {limit} requests per second", headers=(("retry-after", str(wait)),))
        self._allowance[key.key_id] = (tokens - 1, now)

    def issue_token(self, call: Call) -> Answer:
        """Answer a call of the token endpoint, with a token or with an error as OAuth 2.0 writes it (RFC 6749, 5.2)."""
        if call.method != "POST":
            raise RefusalError(405, "the token endpoint takes POST only", headers=(("allow", "POST"),))
        form = self._form(call)
        if form is None:
            return _oauth_error(400, "invalid_request", "a form body with each parameter once is expected")
        scheme, credentials = split_authorization(call.header_values("authorization"))
        pair = read_basic(credentials) if scheme == "basic" else None
        key = self.keys.check(*pair) if pair else None
        if key is None:
            challenge = (("www-authenticate", f"Basic {_REALM}"),)
            return _oauth_error(401, "invalid_client", "Basic credentials of an access key are needed", challenge)
        if "grant_type" not in form:
            return _oauth_error(400, "invalid_request", "grant_type is missing")
        if form["grant_type"] != "client_credentials":
            return _oauth_error(400, "unsupported_grant_type", "the only grant type is client_credentials")
        return self.token_answer(key)

    def token_answer(self, key: KeyPair) -> Answer:
        """Return a new token for the key (contract section 2)."""
        payload = {
            "access_token": self.tokens.issue(key),
            "token_type": "bearer",
            "expires_in": max(1, round(self.tokens.lifetime_s)),
            "scope": "",
        }
        return Answer.of_json(200, payload, headers=_NO_STORE)

    def _form(self, call: Call) -> dict[str, str] | None:
        media_type = (call.header("content-type") or "").partition(";")[0].strip().lower()
        if media_type != "application/x-www-form-urlencoded" or call.body is None:
            return None
        pairs = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
        form = dict(pairs)
        return form if len(form) == len(pairs) else None


def _oauth_error(status: int, error: str, description: str, headers: Headers = ()) -> Answer:
    payload = {"error": error, "error_description": description}
    return Answer.of_json(status, payload, headers=(*_NO_STORE, *headers))
