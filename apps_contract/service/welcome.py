"""What ``serve`` prints: where the server is, whose keys it knows, and lines to paste that try all five operations."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING
from urllib.parse import quote

from apps_contract.contract import operation, schema
from apps_contract.http.routes import TOKEN_PATH
from apps_contract.service.app import DEMO_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apps_contract.contract import Edition
    from apps_contract.http.authentication import KeyPair


def welcome(url: str, edition: Edition, keys: Sequence[KeyPair]) -> str:
    """Return the text. Only the demo keys' secrets stand in it; for others the lines use ``$APPS_KEY_SECRET``."""
    width = max(len(key.project_id) for key in keys)
    known = [f"             {key.project_id:<{width}}  {key.key_id}:{_secret(key)}" for key in keys]
    lines = [
        f"Apps API, edition {edition}",
        f"  base URL   {url}",
        f"  token URL  {url}{TOKEN_PATH}",
        "  keys",
        *known,
        "",
        "Try it:",
        *(f"  {line}" for line in _curl_lines(url, edition, keys[0])),
        "",
        "Judge it, as you would your own server:",
        f"  {_check_line(url, edition, keys)}",
        "",
    ]
    return "\n".join(lines)


def _check_line(url: str, edition: Edition, keys: Sequence[KeyPair]) -> str:
    """Return a command that judges the server, with both projects' keys in its environment where they are known."""
    others = [key for key in keys if key.project_id != keys[0].project_id]
    given: dict[str, str] = {}
    for prefix, key in zip(("APPS_", "APPS_OTHER_"), (keys[0], *others), strict=False):
        given |= {f"{prefix}PROJECT": key.project_id, f"{prefix}KEY_ID": key.key_id}
        if key in DEMO_KEYS:
            given[f"{prefix}KEY_SECRET"] = key.key_secret
    environment = " ".join(f"{name}={shlex.quote(value)}" for name, value in given.items())
    return f"{environment} apps-contract check {shlex.quote(url)} --edition {edition} --token-url {TOKEN_PATH}"


def _secret(key: KeyPair) -> str:
    return key.key_secret if key in DEMO_KEYS else "(yours; put it into APPS_KEY_SECRET for the lines below)"


def _curl_lines(url: str, edition: Edition, key: KeyPair) -> Iterator[str]:
    if key in DEMO_KEYS:
        user = shlex.quote(f"{key.key_id}:{key.key_secret}")
    else:
        user = shlex.quote(f"{key.key_id}:") + '"$APPS_KEY_SECRET"'
    create, update = (schema(name, edition)["examples"][0] for name in ("create", "update"))
    all_apps = shlex.quote(url + operation("list").path.format(project_id=quote(key.project_id, safe="")))
    one_app = f'{all_apps}/"$APP_ID"'
    json_body = "-H 'Content-Type: application/json' -d"
    find_id = 'grep -o \'"id": *"[^"]*"\' | head -n 1 | cut -d \'"\' -f 4'
    yield f"APP_ID=$(curl -s -u {user} {json_body} {shlex.quote(json.dumps(create))} {all_apps} | {find_id})"
    yield f"curl -s -u {user} {all_apps}"
    yield f"curl -s -u {user} {one_app}"
    yield f"curl -s -u {user} -X PATCH {json_body} {shlex.quote(json.dumps(update))} {one_app}"
    yield f"curl -s -u {user} -X DELETE {one_app}"
    yield f"curl -s -u {user} -d grant_type=client_credentials {url}{TOKEN_PATH}"
