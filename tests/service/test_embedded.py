"""Over a real socket: what only bytes can show."""

import socket
import time
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from apps_contract.contract import is_valid
from apps_contract.http.authentication import basic_header
from apps_contract.http.exchange import Request
from apps_contract.http.transport import SocketTransport, TransportError
from apps_contract.service.app import DEMO_KEYS, create_app
from apps_contract.service.dialects import DIALECTS
from apps_contract.service.embedded import EmbeddedServer
from apps_contract.service.faults import fault

AUTHORIZATION = basic_header(DEMO_KEYS[0])
PATH = "/v1/projects/demo-project/apps"
BODY = b'{"display_name": "x", "channel_credentials": []}'


@pytest.fixture(scope="module")
def transport():
    app = create_app()
    app.body_seconds = 0.05
    with EmbeddedServer(app) as server:
        transport = SocketTransport(server.base_url)
        yield transport
        transport.close()


def raw(head, body=b""):
    lines = [head, "Host: x", f"Authorization: {AUTHORIZATION}"]
    return Request(head.partition(" ")[0], "/", raw="\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)


def test_it_serves_until_the_end_of_the_block():
    with EmbeddedServer(edition="2026") as server:
        transport = SocketTransport(server.base_url)
        headers = (("Authorization", AUTHORIZATION), ("Content-Type", "application/json"))
        assert transport.send(Request("POST", PATH, headers, BODY), timeout=10).json["processing_mode"] == "DISPATCH"
        server.stop()
        server.stop()
        with pytest.raises(TransportError):
            transport.send(Request("GET", PATH, headers), timeout=10)
        transport.close()


async def _long_answer(_request):
    return Response(bytes(64 << 20))


def _is_ended(connection):
    """Tell whether the other side ends a connection, perhaps after some of an answer."""
    try:
        while connection.recv(1 << 20):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize(
    "app",
    [create_app(fault=fault("cut-text-hangs")), Starlette(routes=[Route(PATH, _long_answer, methods=["POST"])])],
    ids=["hangs", "not read"],
)
def test_who_waits_for_ever_is_let_go_at_the_end(monkeypatch, app):
    monkeypatch.setattr("apps_contract.service.runner._GRACE_S", 0.2)
    with EmbeddedServer(app) as server:
        where = urlsplit(server.base_url)
        waiting = socket.create_connection((where.hostname, where.port), timeout=5)
        cut = b'{"display_name": "x'
        waiting.sendall(raw(f"POST {PATH} HTTP/1.1\r\nContent-Length: {len(cut)}", cut).raw)
        time.sleep(0.2)  # until it hangs
    with waiting:
        assert _is_ended(waiting)


@pytest.mark.parametrize(
    ("head", "body", "statuses"),
    [
        (f"POST {PATH} HTTP/1.1", BODY, {400}),  # no length: no body
        (f"POST {PATH} HTTP/1.1\r\nContent-Length: 9999", BODY, {408}),
        (f"POST {PATH} HTTP/1.1\r\nContent-Length: 5", BODY, {400}),
        (f"POST {PATH} HTTP/1.1\r\nContent-Length: -1", BODY, {400}),
        (f"POST {PATH} HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2", BODY, {400}),
        (f"POST {PATH} HTTP/1.1\r\nContent-Length: 9999999999999999999999", b"", {400, 408}),
        (f"POST {PATH} HTTP/1.1\r\nTransfer-Encoding: chunked", b"30\r\n" + BODY + b"\r\n0\r\n\r\n", {200}),
        (f"POST {PATH} HTTP/1.1\r\nTransfer-Encoding: chunked", b"zz\r\n", {400}),
        (f"POST {PATH} HTTP/1.1\r\nTransfer-Encoding: chunked", b"30\r\n", {408}),
        (f"POST {PATH} HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 48", BODY, {200}),
        (f"POST {PATH} HTTP/1.0\r\nContent-Length: 48", BODY, {200}),
        (f"GET {PATH} HTTP/1.0", b"", {200}),
        (f"GET http://elsewhere.test{PATH} HTTP/1.1", b"", {200}),
        (f"GET //elsewhere.test{PATH} HTTP/1.1", b"", {404}),
        ("GET * HTTP/1.1", b"", {404}),
        ("OPTIONS * HTTP/1.1", b"", {404}),
        ("CONNECT x:80 HTTP/1.1", b"", {404}),
        (f"GET {PATH}/\xff HTTP/1.1", b"", {400, 404}),
        (f"GET {PATH}/%ff HTTP/1.1", b"", {404}),
        (f"GET {PATH}/%00 HTTP/1.1", b"", {404}),
        (f"GET {PATH}/a#b HTTP/1.1", b"", {404}),
        (f"GET {PATH}/{'x' * 500_000} HTTP/1.1", b"", {414}),
        (f"GET {PATH} HTTP/1.1\r\nX: {'x' * 500_000}", b"", {431}),
        (f"GET {PATH} HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x", b"", {200}),
        (f"GET {PATH} HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade", b"", {200}),
        (f"BREW {PATH} HTTP/1.1", b"", {405}),
        (f"HEAD {PATH} HTTP/1.1", b"", {405}),
        ("PRI * HTTP/2.0", b"", {400, 404, 505}),
    ],
    ids=lambda value: repr(value[:70]) if isinstance(value, str) else "",
)
def test_any_request_gets_an_answer(transport, head, body, statuses):
    response = transport.send(raw(head, body), timeout=10)
    assert response.status in statuses
    if response.media_type == "application/json" and response.status != 200 and response.body:
        assert is_valid(response.json, "error", "2023")


def test_a_long_body_is_answered_though_refused(transport):
    body = b"x" * (4 << 20)
    response = transport.send(Request("POST", PATH, (("Authorization", AUTHORIZATION),), body), timeout=20)
    assert response.status == 413


def test_header_names_and_connections_follow_the_dialect():
    with EmbeddedServer(dialect=DIALECTS["gateway"]) as server:
        transport = SocketTransport(server.base_url)
        response = transport.send(Request("GET", PATH, (("Authorization", AUTHORIZATION),)), timeout=10)
        transport.close()
    assert response.json == {"apps": []}
    assert ("cOnTeNt-eNcOdInG", "gzip") in response.headers
    assert response.header("transfer-encoding") == "chunked"
    with EmbeddedServer(dialect=DIALECTS["closing"]) as server:
        transport = SocketTransport(server.base_url)
        response = transport.send(Request("GET", PATH, (("Authorization", AUTHORIZATION),)), timeout=10)
        transport.close()
    assert ("Connection", "close") in response.headers
