"""Drives the reference server in process, through the same transport that the suite uses."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import quote

import pytest

from apps_contract.contract import operation, schema
from apps_contract.http.authentication import basic_header
from apps_contract.http.exchange import Request
from apps_contract.http.transport import AsgiTransport
from apps_contract.service.app import DEMO_KEYS, create_app

ENTRIES = {
    "SMS": {"channel": "SMS", "static_bearer": {"claimed_identity": "identity-of-sms", "token": "token-of-sms"}},
    "RCS": {"channel": "RCS", "static_bearer": {"claimed_identity": "identity-of-rcs", "token": "token-of-rcs"}},
    "VIBERBM": {"channel": "VIBERBM", "static_bearer": {"claimed_identity": "identity-of-viber", "token": "viber"}},
    "MESSENGER": {"channel": "MESSENGER", "static_token": {"token": "token-of-messenger"}},
    "MMS": {"channel": "MMS", "mms_credentials": {"account_id": "account-of-mms", "api_key": "key-of-mms"}},
    "KAKAOTALK": {
        "channel": "KAKAOTALK",
        "kakaotalk_credentials": {"kakaotalk_plus_friend_id": "friend", "kakaotalk_sender_key": "sender"},
    },
    "LINE": {"channel": "LINE", "line_credentials": {"token": "token-of-line", "secret": "secret-of-line"}},
    "WECHAT": {
        "channel": "WECHAT",
        "wechat_credentials": {"app_id": "id", "app_secret": "secret", "token": "token", "aes_key": "key"},
    },
}


class Api:
    """Calls one server as one caller. ``authorization`` may be replaced by anything, or None."""

    def __init__(self, transport, edition, key=DEMO_KEYS[0], project_id=None):
        self.transport = transport
        self.edition = edition
        self.key = key
        self.authorization = basic_header(key)
        self.project_id = project_id or key.project_id

    def other(self):
        return Api(self.transport, self.edition, DEMO_KEYS[1])

    def on_project(self, project_id):
        return Api(self.transport, self.edition, self.key, project_id)

    def authorized(self, authorization):
        api = Api(self.transport, self.edition, self.key, self.project_id)
        api.authorization = authorization
        return api

    @property
    def path(self):
        return f"/v1/projects/{quote(self.project_id, safe='')}/apps"

    def send(self, method, target, body=None, headers=()):
        given = {name.lower() for name, _ in headers}
        if self.authorization is not None and "authorization" not in given:
            headers = (*headers, ("Authorization", self.authorization))
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None and "content-type" not in given:
            headers = (*headers, ("Content-Type", "application/json"))
        return self.transport.send(Request(method, target, tuple(headers), body), timeout=20)

    def create(self, body, headers=()):
        return self.send("POST", self.path, body, headers)

    def list(self, headers=()):
        return self.send("GET", self.path, headers=headers)

    def get(self, app_id, headers=()):
        return self.send("GET", f"{self.path}/{app_id}", headers=headers)

    def update(self, app_id, body, mask=None, headers=()):
        query = ""
        if mask is not None:
            name = operation("update").mask_parameter(self.edition)
            names = mask if self.edition == "2021" else [",".join(mask)]
            query = "?" + "&".join(f"{name}={each}" for each in names)
        return self.send("PATCH", f"{self.path}/{app_id}{query}", body, headers)

    def delete(self, app_id, headers=()):
        return self.send("DELETE", f"{self.path}/{app_id}", headers=headers)

    def apps(self):
        return self.list().json.get("apps", [])

    def made(self, **members):
        """The answer to creating a small valid app with these members."""
        response = self.create(self.body(**members))
        assert response.status == 200, response.body
        return response.json

    def body(self, **members):
        credentials = [{"channel": "MESSENGER", "static_token": {"token": "token-of-messenger"}}]
        return {"display_name": "An app", "channel_credentials": credentials, **members}

    def entry(self, channel, **members):
        """A valid entry of a channel, with these members added."""
        return {**ENTRIES[channel], **members}

    def takes(self, **members):
        """Whether an app with these members can be created; None stands for a member left out."""
        body = {name: value for name, value in self.body(**members).items() if value is not None}
        return self.create(body).status == 200

    def takes_entry(self, entry):
        return self.takes(channel_credentials=[entry])

    def changes(self, app, mask=None, **members):
        """The answer to a valid update of an app with these members."""
        response = self.update(app["id"], {"display_name": app["display_name"], **members}, mask)
        assert response.status == 200, response.body
        return response.json

    def bearer(self):
        """The same caller, with a token."""
        token = self.send(
            "POST",
            "/oauth2/token",
            b"grant_type=client_credentials",
            [("Content-Type", "application/x-www-form-urlencoded")],
        )
        return self.authorized("Bearer " + token.json["access_token"])

    def nobody(self):
        return self.authorized(None)

    def full(self):
        """A create request with most members."""
        return schema("create", self.edition)["examples"][-1]

    def together(self, *calls):
        """Start all calls at once and return their answers in order."""
        with ThreadPoolExecutor(len(calls)) as pool:
            return [future.result() for future in [pool.submit(call) for call in calls]]


@pytest.fixture
def serve():
    """Starts servers that end with the test: ``serve(edition, **options_of_create_app)`` returns an Api."""
    with ExitStack() as stack:

        def start(edition="2023", **options):
            transport = AsgiTransport(create_app(edition, **options))
            stack.callback(transport.close)
            return Api(transport, edition)

        yield start


@pytest.fixture(params=["2021", "2023", "2026"])
def api(request, serve):
    return serve(request.param)


@pytest.fixture
def api2023(serve):
    return serve("2023")


@pytest.fixture
def api2026(serve):
    return serve("2026")
