"""Each fault of a serializer or a wrapper shows what it does wrong, and the reference client does not."""

import json
from email.utils import formatdate
from types import SimpleNamespace

import pytest

from apps_contract.clients.faults import client_fault, serializers, wrappers
from apps_contract.clients.protocol import Configuration
from apps_contract.clients.reference.client import AppsClient
from apps_contract.clients.reference.errors import HttpError, UnreadableError
from apps_contract.clients.reference.exchange import Answer
from apps_contract.http.authentication import KeyPair
from apps_contract.payloads.answers import full_app

APP = full_app("2023", "a1")
ENTRY = APP["channel_credentials"][0]


def client_of(name):
    kind = client_fault(name).client if name else AppsClient
    key = KeyPair("p", "k", "s")
    return kind(Configuration("http://127.0.0.1:9", "http://127.0.0.1:9/oauth2/token", key, "oauth2", "2023", 1.0))


def answer(body, status=200, **headers):
    return Answer(status, headers, json.dumps(body).encode())


def written(**members):
    return lambda client: client.encoded(client.writable({"display_name": "x", **members}))


def read(**members):
    """What a client makes of an app with these members: it, or how reading fails."""

    def probe(client):
        try:
            return client.read_object(answer({**APP, **members}))
        except Exception as error:  # noqa: BLE001 - whatever a faulty client raises
            return type(error)

    return probe


def listed(apps):
    return lambda client: client.read_object(answer({"apps": apps}))


def sending(status=200, body=None, **headers):
    """Replace the network below a client, and return the methods and targets that reach it."""

    def replace(client):
        seen = []

        def send(method, url, **sent):
            seen.append((method, url.removeprefix("http://127.0.0.1:9"), sent["headers"].get("Authorization")))
            return answer(body or {}, status, **headers)

        client.exchanger = SimpleNamespace(send=send, close=lambda: None)
        client._token, client._token_expires = "issued", float("inf")
        return seen

    return replace


def outcome(call, *arguments):
    try:
        return call(*arguments)
    except (HttpError, UnreadableError) as error:
        return str(error)


def sent_by(operation, *arguments, **answered):
    def probe(client):
        seen = sending(**answered)(client)
        outcome(getattr(client, operation), *arguments)
        return seen

    return probe


def got_by(operation, *arguments, **answered):
    def probe(client):
        sending(**answered)(client)
        return outcome(getattr(client, operation), *arguments)

    return probe


def retry_after(value):
    def probe(client):
        try:
            return client.retry_after(answer({}, 503, **{"Retry-After": value}))
        except ValueError:
            return ValueError

    return probe


EMPTY = {**ENTRY, "callback_secret": ""}
PROBES = {
    "camel-case": written(retention_policy={"ttl_days": 1}),
    "lower-case-channels": written(channel_credentials=[ENTRY]),
    "empty-lists-dropped": written(channel_credentials=[]),
    "byte-order-mark": written(),
    "utf-16": written(),
    "equal-entries-dropped": written(channel_credentials=[ENTRY, ENTRY]),
    "empty-texts-dropped": written(channel_credentials=[EMPTY]),
    "false-dropped": written(smart_conversation={"enabled": False}),
    "zero-dropped": written(dispatch_retention_policy={"ttl_days": 0}),
    "inner-default-written": written(retention_policy={"retention_type": "PERSIST_RETENTION_POLICY"}),
    "line-ends-changed": written(display_name="a\r\nb"),
    "markup-escaped": written(display_name="a & b"),
    "texts-composed": written(display_name="e\u0301"),
    "texts-cut": written(display_name="n" * 200),
    "policy-closed": read(retention_policy={"x_new": 1}),
    "needs-ttl": read(retention_policy={}),
    "null-queue": read(queue_stats=None),
    "null-basic-auth": read(channel_credentials=[{"channel": "MMS", "mms_credentials": {"basic_auth": None}}]),
    "unknown-is-default": read(conversation_metadata_report_view="X_NEW"),
    "texts-to-dates": read(display_name="2020-01-01T00:00:00Z"),
    "texts-to-numbers": read(display_name="007"),
    "texts-to-booleans": read(display_name="true"),
    "empty-is-null": read(display_name=""),
    "entities-resolved": read(display_name="&amp;"),
    "ends-at-nul": read(display_name="a\0b"),
    "one-plane": read(display_name="\U0001f600"),
    "32-bits": read(queue_stats={"outbound_size": 2**40}),
    "one-app-per-name": listed([APP, {**APP, "id": "a2"}]),
    "first-page-only": listed([APP] * 101),
    "id-stripped": lambda client: client.path(" a "),
    "id-lower-case": lambda client: client.path("AbC"),
    "id-composed": lambda client: client.path("e\u0301"),
    "put-for-update": sent_by("update", "a1", {"display_name": "x"}, body=APP),
    "token-scheme": sent_by("list"),
    "mask-in-camel-case": lambda client: client.query(["display_name"]),
    "mask-quoted-twice": lambda client: client.query(["a b"]),
    "mask-as-json": lambda client: client.query(["a"]),
    "mask-with-spaces": lambda client: client.query(["a", "b"]),
    "delete-forgives": got_by("delete", "a1", status=404),
    "list-forgives": got_by("list", status=403),
    "strict-retry-after": retry_after(formatdate(0, usegmt=True)),
    "milliseconds": retry_after("2"),
    "lost-get-again": lambda client: client.may_send_lost_again("GET", 5),
    "create-until-read": sent_by("create", {"display_name": "x"}, body=["no app"]),
    "renews-if-told": sent_by("get", "a1", status=401),
    "renews-if-expired": sent_by("get", "a1", status=401, **{"WWW-Authenticate": 'Bearer error="invalid_token"'}),
}


def pauses(client):
    return [client.pause(tries, answer({}, 503)) for tries in (1, 2, 3)]


def test_shrinking_pauses_shrink_and_those_of_the_reference_do_not():
    faulty, healthy = pauses(client_of("shrinking-pauses")), pauses(client_of(""))
    assert faulty == sorted(faulty, reverse=True)
    assert healthy == sorted(healthy)


@pytest.mark.parametrize("name", PROBES)
def test_a_fault_differs_from_the_reference_client_where_it_says(name):
    assert PROBES[name](client_of(name)) != PROBES[name](client_of(""))


def test_every_fault_has_a_witness():
    assert {fault.name for fault in (*serializers.FAULTS, *wrappers.FAULTS)} == {*PROBES, "shrinking-pauses"}
