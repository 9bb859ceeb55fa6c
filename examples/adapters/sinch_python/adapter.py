"""The vendor's Python SDK as an adapter.

Install: pip install 'sinch>=2,<3'
Run:     apps-contract judge --edition 2026 --adapter 'python adapter.py'

The SDK has no Basic for this API: `auth: "basic"` is answered unsupported. Its `connection_timeout` is the nearest it
has to an overall time-out. Its credentials are a map keyed by channel, so an app with two entries of one channel cannot
be expressed, and is answered unsupported.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import requests
from pydantic import BaseModel, ValidationError
from sinch import SinchClient
from sinch.core.exceptions import SinchException

READ_BY_THE_SDK_AS = {"callback_settings": "event_destination_settings"}
# The SDK's methods have no parameters for these, so a caller who writes an app back cannot mean to send them.
NO_PARAMETERS = ("id", "rate_limits", "queue_stats", "persist_message_status", "message_search")


class Unsupported(Exception):
    """The SDK's interface cannot express what was asked."""


def configured(request):
    """Return a client that talks to the judge."""
    if request["auth"] != "oauth2":
        raise Unsupported("the SDK calls this API with OAuth 2.0 only")
    client = SinchClient(
        project_id=request["project_id"],
        key_id=request["key_id"],
        key_secret=request["key_secret"],
        conversation_region="us",
    )
    client.configuration.auth_origin = request["token_url"].removesuffix("/oauth2/token")
    client.configuration.conversation_origin = request["base_url"]
    client.configuration.connection_timeout = request["timeout"]
    return client


def arguments(body):
    """Return a body as the SDK's arguments."""
    offered = {name: value for name, value in body.items() if name not in NO_PARAMETERS}
    given = {READ_BY_THE_SDK_AS.get(name, name): value for name, value in offered.items()}
    if isinstance(given.get("channel_credentials"), list):
        given["channel_credentials"] = by_channel(given["channel_credentials"])
    return given


def by_channel(entries):
    """Return entries as the SDK's map."""
    keyed = {}
    for entry in entries:
        key = entry.get("channel")
        enterprise = entry.get("line_enterprise_credentials")
        if enterprise is not None:
            key = "LINE_JAPAN" if "line_japan" in enterprise else "LINE_THAILAND"
        if key in keyed:
            raise Unsupported(f"the SDK's map of credentials holds one entry for {key}")
        merged = {name: value for name, value in entry.items() if name != "channel" and not isinstance(value, dict)}
        for value in (value for value in entry.values() if isinstance(value, dict)):
            merged |= value
        if enterprise is not None:
            merged |= merged.pop("line_japan", None) or merged.pop("line_thailand")
        keyed[key] = merged
    return keyed


def result(value):
    """Return what the SDK gave as JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, list):
        return [result(inner) for inner in value]
    return value


def run(client, request):
    """Run one operation; `raw_response` gives the wire's array of credentials where the SDK offers it."""
    apps = client.conversation.apps
    match request["op"]:
        case "list":
            return {"apps": [result(app) for app in apps.list(raw_response=True).content()]}
        case "create":
            return result(apps.create(**arguments(request["body"]), raw_response=True))
        case "get":
            return result(apps.get(app_id=request["app_id"], raw_response=True))
        case "update":
            if "mask" in request:
                raise Unsupported("the SDK makes the mask itself, of every member sent")
            given = arguments(request["body"])
            return result(apps.update(app_id=request["app_id"], **given, raw_response=True))
        case "delete":
            apps.delete(app_id=request["app_id"])
            return None
    raise ValueError(request["op"])


def described(error):
    """Return what the SDK raised in the protocol's words."""
    told = {"status": None, "message": str(error)}
    if isinstance(error, Unsupported):
        return {**told, "kind": "unsupported"}
    if isinstance(error, SinchException):
        answer = error.http_response
        status = getattr(answer, "status_code", None)
        if status is not None and status >= 400:
            body = getattr(answer, "body", None)
            return {"kind": "http", "status": status, "message": f"{error} {json.dumps(body)}" if body else str(error)}
        return {**told, "kind": "decode"}
    if isinstance(error, requests.Timeout):
        return {**told, "kind": "timeout"}
    if isinstance(error, ValidationError):
        # Of an answer or of the caller's own arguments: the SDK's models say the same of both.
        return {**told, "kind": "decode"}
    if isinstance(error, requests.RequestException):
        return {**told, "kind": "transport"}
    return {"kind": "crash", "status": None, "message": f"{type(error).__name__}: {error}"}


def main():
    """Serve the protocol until `exit`."""
    client = None
    pool = ThreadPoolExecutor(8)

    def say(**answer):
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    def work(client, request):
        try:
            found = run(client, request)
        except Exception as error:  # noqa: BLE001 - told to the judge
            say(id=request["id"], ok=False, error=described(error))
        else:
            say(id=request["id"], ok=True, result=found)

    for line in sys.stdin:
        request = json.loads(line)
        if request["op"] == "exit":
            say(id=request["id"], ok=True, result=None)
            break
        if request["op"] == "configure":
            try:
                client = configured(request)
            except Unsupported as error:
                say(id=request["id"], ok=False, error=described(error))
            else:
                say(id=request["id"], ok=True, result=None)
        else:
            pool.submit(work, client, request)
    pool.shutdown(wait=False, cancel_futures=True)


main()
