"""Exchanges to judge, made by hand."""

import json

from apps_contract.checks.client.record import Recorded
from apps_contract.http.exchange import Exchange, Request, Response
from apps_contract.http.routes import is_token_path, route

BASIC = ("Authorization", "Basic a2V5OnNlY3JldC1vZi1rZXk=")  # key:secret-of-key
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
APPS = "/v1/projects/p/apps"
ENTRY = {"channel": "SMS", "static_bearer": {"claimed_identity": "plan", "token": "token-of-sms"}}
BODY = {"display_name": "one", "channel_credentials": [ENTRY]}
DEFAULTS = {
    "conversation_metadata_report_view": "NONE",
    "processing_mode": "CONVERSATION",
    "retention_policy": {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 180},
    "dispatch_retention_policy": {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 0},
}
APP = {"id": "a1", **BODY, **DEFAULTS}


def error(status, **members):
    return {"code": status, "message": "no", "status": "X", **members}


def seen(  # noqa: PLR0913 -- one argument for each part of an exchange
    method, target, *, body=None, headers=(BASIC,), status=200, answer=None, answer_headers=(JSON,), at=0.0, gaps=()
):
    """An exchange; bodies are JSON values, or bytes as they are. A request with a body says that it is JSON."""
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    given = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    if data is not None and not any(name == "Content-Type" for name, _ in headers):
        headers = (*headers, JSON)
    known = route(method, target)
    exchange = Exchange(
        Request(method, target, tuple(headers), data),
        Response(status, tuple(answer_headers), given),
        operation=known.operation if known else None,
        app_id=known.app_id if known else None,
    )
    endpoint = "token" if is_token_path(target) else "api" if known else "none"
    return Recorded(exchange, endpoint, arrived=at, answered=at, gaps=frozenset(gaps))


def create(body=BODY, **rest):
    return seen("POST", APPS, body=body, **{"answer": {**APP, **body} if isinstance(body, dict) else APP, **rest})


def get(**rest):
    return seen("GET", f"{APPS}/a1", **{"answer": APP, **rest})


def update(body, query="", **rest):
    return seen("PATCH", f"{APPS}/a1{query}", body=body, **{"answer": APP, **rest})


def delete(**rest):
    return seen("DELETE", f"{APPS}/a1", **{"answer": None, **rest})


def listed(**rest):
    return seen("GET", APPS, **{"answer": {"apps": [APP]}, **rest})


def token(body=b"grant_type=client_credentials", headers=(BASIC, FORM), **rest):
    answer = {"access_token": "token-that-was-issued", "token_type": "bearer", "expires_in": 3600}
    return seen("POST", "/oauth2/token", body=body, headers=headers, **{"answer": answer, **rest})
