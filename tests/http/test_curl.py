"""Shell lines that repeat an exchange: each is really run, and must send what the transport sent."""

import json
import os
import subprocess
import sys

import pytest

from apps_contract.http.authentication import KeyPair, basic_header
from apps_contract.http.curl import curl_line, curl_lines
from apps_contract.http.exchange import Exchange, Request, Response
from apps_contract.http.redaction import Redactor
from apps_contract.http.transport import SocketTransport

TIMEOUT = 5.0
KEY = KeyPair("p", "key id", "it's $ecret `x` \"!\\")
OTHER = KeyPair("q", "other-id", "other-secret")
ENVIRONMENT = {
    "APPS_KEY_ID": KEY.key_id,
    "APPS_KEY_SECRET": KEY.key_secret,
    "APPS_TOKEN": "token-0123456789",
    "APPS_OTHER_KEY_ID": OTHER.key_id,
    "APPS_OTHER_KEY_SECRET": OTHER.key_secret,
    "APPS_OTHER_TOKEN": "other-token-0123456789",
}
JSON = ("Content-Type", "application/json")
# What curl adds by itself, and what the transport adds by itself.
ADDED = {b"host", b"user-agent", b"accept", b"accept-encoding"}
NETCAT = """#!{python}
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as server:
    server.sendall(sys.stdin.buffer.read())
    server.shutdown(socket.SHUT_WR)
    while received := server.recv(65536):
        sys.stdout.buffer.write(received)
"""


@pytest.fixture
def redactor():
    redactor = Redactor([KEY, "token-0123456789"], shows_made_up_credentials=True)
    redactor.add(OTHER, "other")
    redactor.add("other-token-0123456789", "other")
    return redactor


@pytest.fixture
def run(tmp_path):
    """Return a function that runs lines in one shell; ``nc`` is a small stand-in, as not every machine has one."""
    netcat = tmp_path / "nc"
    netcat.write_text(NETCAT.format(python=sys.executable))
    netcat.chmod(0o755)
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path), **ENVIRONMENT}

    def start(*lines):
        script = tmp_path / "pasted.sh"
        script.write_text("\n".join(lines))
        command = ["sh", str(script)]
        done = subprocess.run(  # noqa: S603 - the lines under test
            command, env=environment, capture_output=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout

    return start


@pytest.fixture
def server(answer_with):
    return answer_with(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")


def essence(request):
    """Return a request line, the headers that count, and the body."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    pairs = (header.partition(b":")[::2] for header in headers)
    return line, sorted((name.lower(), value.strip()) for name, value in pairs if name.lower() not in ADDED), body


ORDINARY = [
    Request("GET", "/v1/projects/p/apps"),
    Request("DELETE", "/v1/projects/p/apps/1"),
    Request("POST", "/v1/projects/p/apps", (JSON,), b'{"display_name":"it\'s $HOME `id` \\"x\\" !! \\n %s"}'),
    Request("PATCH", "/apps/1?update_mask=a,b&x=%20", (JSON,), '{"a":"日本 🎉\\ud800"}\n\t'.encode()),
    Request("POST", "/", (JSON,), b"@/etc/hostname"),
    Request("POST", "/", (JSON,), b""),
    Request("POST", "/"),
    Request("PATCH", "/"),
    Request("PUT", "/", (), b"no media type"),
    Request("GET", "/", (JSON,), b"{}"),
    Request("OPTIONS", "/"),
    Request("HEAD", "/"),
    Request("brew", "/"),
    Request("GET", "/a/../b/./c"),
    Request("GET", "/a[1-3]{x,y}?q=[]"),
    Request("GET", "/%zz/%00/a%2Fb?$x=`id`&y='\"\\|#fragment"),
    Request("OPTIONS", "*"),
    Request("GET", "/", (("X-Empty", ""), ("X-Odd", "a; $b 'c'"))),
    Request("POST", "/", (JSON,), b'{"a":"\xff\xfe\x00\x01"}'),
    Request("POST", "/", (JSON,), b"\0\r\n\\ 1%d'\x7f"),
    Request("POST", "/", (JSON,), b"[" * 10_000 + b"]" * 10_000),
    Request("POST", "/", (JSON,), b'{"a":"' + b"%" * 3000 + b"'" * 3000 + b"\\" * 3000 + b"-" * 300 + b"\n" * 300),
    Request("POST", "/", (JSON,), b'"' + b"ab" * 100_000 + b'"'),
    Request("POST", "/", (JSON,), b'{"a":' * 10_000 + "é🎉".encode() * 10_000 + b"'" * 3000 + b"}" * 10_000),
]


@pytest.mark.parametrize("request_", ORDINARY, ids=lambda request: f"{request.method} {request.target}")
def test_a_pasted_line_sends_what_the_transport_sent(server, run, request_):
    with SocketTransport(server.url) as transport:
        transport.send(request_, timeout=TIMEOUT)
    line = curl_line(request_, server.url)
    assert line.startswith(("curl -i ", "printf "))
    assert "| nc " not in line
    assert len(line) < 2500
    assert "\n" not in line
    output = run(line)
    assert output.startswith(b"HTTP/1.1 200 OK\r\n")
    assert essence(server.requests[1]) == essence(server.requests[0])


RAW = [
    Request("GE T", "/"),
    Request("GET", "/a b\xff"),
    Request("GET", "/\u65e5"),
    Request("GET", "/", (("Bad Name", "x"),)),
    Request("GET", "/", (("X-Odd", "\x01\x02\xff"),)),
    Request("GET", "/", (("X", "1"), ("X", "2"))),
    Request("GET", "/", (("X-Long", "y" * 200_000),)),
    Request("POST", "/", (("Content-Length", "1"),), b"{}"),
    Request("GET", "/", raw=b"GET /raw HTTP/1.0\n\r\nhost:x\r\n\r\n"),
    Request("POST", "/", raw=b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n\x00\xff%s"),
]


@pytest.mark.parametrize("request_", RAW, ids=lambda request: f"{request.method} {request.target}")
def test_what_curl_cannot_send_goes_out_byte_for_byte(server, run, request_):
    with SocketTransport(server.url) as transport:
        transport.send(request_, timeout=TIMEOUT)
    line = curl_line(request_, server.url)
    assert line.endswith(f"| nc 127.0.0.1 {server.port}")
    assert len(line) < 1000
    assert run(line).startswith(b"HTTP/1.1 200 OK\r\n")
    assert server.requests[1] == server.requests[0]


def test_the_path_of_the_base_url_stays(server, run):
    for request in (Request("GET", "/x"), Request("GET", "/x y"), Request("GET", "/é")):
        run(curl_line(request, server.url + "/gateway/"))
    assert [request.split(b" HTTP")[0] for request in server.requests] == [
        b"GET /gateway/x",
        b"GET /gateway/x y",
        b"GET /gateway/\xe9",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (basic_header(KEY), '-u "$APPS_KEY_ID:$APPS_KEY_SECRET"'),
        ("Bearer token-0123456789", '-H "Authorization: Bearer $APPS_TOKEN"'),
        (basic_header(OTHER), '-u "$APPS_OTHER_KEY_ID:$APPS_OTHER_KEY_SECRET"'),
        ("Bearer other-token-0123456789", '-H "Authorization: Bearer $APPS_OTHER_TOKEN"'),
        ("Bearer made-up", "-H 'Authorization: Bearer made-up'"),
        ("Basic !!!", "-H 'Authorization: Basic !!!'"),
        ("Basic", "-H 'Authorization: Basic'"),
        ("", "-H 'Authorization;'"),
        ("Bearer token-0123456789x", '-H "Authorization: Bearer ${APPS_TOKEN}x"'),
        (f"Basic a:{KEY.key_secret}", '-H "Authorization: Basic a:${APPS_KEY_SECRET}"'),
        (basic_header(KeyPair("p", "nobody", KEY.key_secret)), '-u "nobody:${APPS_KEY_SECRET}"'),
        (basic_header(KeyPair("p", KEY.key_secret, "swapped")), '-u "${APPS_KEY_SECRET}:swapped"'),
    ],
)
def test_credentials_are_variables_that_send_the_same_again(server, run, redactor, value, shown):
    request = Request("GET", "/", (("Authorization", value),))
    with SocketTransport(server.url) as transport:
        transport.send(request, timeout=TIMEOUT)
    line = curl_line(redactor.exchange(Exchange(request)), server.url, shows_made_up_credentials=True)
    assert shown in line
    run(line)
    assert essence(server.requests[1]) == essence(server.requests[0])


@pytest.mark.parametrize("value", [basic_header(KEY), "Bearer token-0123456789", basic_header(OTHER)])
def test_credentials_in_raw_bytes_are_variables_too(server, run, redactor, value):
    request = Request("GET", "/", raw=f"GET / HTTP/1.1\r\nAuthorization: {value}\r\n\r\n".encode())
    line = curl_line(redactor.exchange(Exchange(request)), server.url)
    run(line)
    assert server.requests == [request.raw]
    assert value not in line


def test_unless_asked_for_no_authorization_is_spelled_out():
    request = Request("GET", "/", (("Authorization", basic_header(KEY)),))
    assert curl_line(request, "http://x.test") == 'curl -i http://x.test/ -u "$APPS_KEY_ID:$APPS_KEY_SECRET"'
    request = Request("GET", "/", (("Authorization", "Bearer abc"),))
    assert curl_line(request, "http://x.test").endswith('-H "Authorization: Bearer $APPS_TOKEN"')


def test_over_https_raw_bytes_go_through_openssl():
    raw = Request("GET", "/", raw=b"GET / HTTP/1.1\r\n\r\n")
    line = curl_line(raw, "https://eu.example.test")
    receiver = "openssl s_client -quiet -connect eu.example.test:443 -servername eu.example.test"
    assert line == f"printf 'GET / HTTP/1.1\\r\\n\\r\\n' | {receiver}"
    assert curl_line(Request("GET", "/"), "https://[::1]:8443", insecure=True) == "curl -i -k 'https://[::1]:8443/'"


def test_lines_are_short_and_plain_where_they_can_be():
    request = Request("POST", "/v1/projects/p/apps", (JSON, ("Authorization", "Basic ***")), b'{"display_name":"x"}')
    assert curl_line(request, "https://eu.example.test") == (
        "curl -i https://eu.example.test/v1/projects/p/apps -H 'Content-Type: application/json' "
        '-u "$APPS_KEY_ID:$APPS_KEY_SECRET" --data-raw \'{"display_name":"x"}\''
    )
    request = Request("GET", "/v1/projects/p/apps/01ABC?x=1")
    assert curl_line(request, "http://x.test", app_ids={"01ABC": "APP_ID"}) == (
        'curl -i "http://x.test/v1/projects/p/apps/$APP_ID?x=1"'
    )


def _created(app_id, path="/v1/projects/p/apps"):
    request = Request("POST", path, (JSON,), b'{"display_name":"x"}')
    app = {"display_name": "x", "id": app_id, "channel_credentials": []}
    return Exchange(request, Response(200, body=json.dumps(app).encode()))


def test_lines_in_order_use_the_ids_that_the_creates_answer(serve, run):
    made = []

    def behave(peer):
        request = peer.read_request()
        app = {"display_name": 'say "id"', "id": f"new-{len(made)}", "x": [{"app_id": "z"}]}
        if request.startswith(b"POST"):
            made.append(app)
        body = json.dumps(app, indent=2).encode()
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        peer.send(head + body)

    server = serve(behave)
    exchanges = [
        _created("1"),
        _created("old-2"),
        _created("never-used-again"),
        Exchange(Request("GET", "/v1/projects/1x/apps/1"), Response(200)),
        Exchange(Request("PATCH", "/v1/apps/old-2?m=1", (JSON,), b'{"id":"1","n":1}'), Response(200)),
        Exchange(Request("GET", "/", raw=b"DELETE /v1/apps/old-2 HTTP/1.1\r\n\r\n"), Response(200)),
        Exchange(Request("GET", "/v1/apps/o'dd %s", (JSON,), b'["old-2"]'), Response(200)),
    ]
    lines = curl_lines(exchanges, server.url)
    assert [line.split("=")[0] for line in lines[:2]] == ["APP_ID", "APP_ID_2"]
    assert lines[2].startswith("curl -i ")
    run(*lines)
    sent = [request.split(b" HTTP")[0] for request in server.requests]
    assert sent[3:] == [
        b"GET /v1/projects/1x/apps/new-0",
        b"PATCH /v1/apps/new-1?m=1",
        b"DELETE /v1/apps/new-1",
        b"GET /v1/apps/o'dd %s",
    ]
    assert server.requests[4].endswith(b'{"id":"new-0","n":1}')
    assert server.requests[6].endswith(b'["new-1"]')


def test_an_id_that_cannot_stand_in_a_url_as_it_is_stays_literal():
    exchanges = [_created("a b"), Exchange(Request("GET", "/v1/apps/a%20b"), Response(200))]
    assert curl_lines(exchanges, "http://x.test")[1] == "curl -i http://x.test/v1/apps/a%20b"
