"""Requests over sockets: what goes out, what comes back, how connections are kept."""

import gzip
import threading
import zlib

import pytest

from apps_contract import __version__
from apps_contract.http import sockets
from apps_contract.http.exchange import Request
from apps_contract.http.transport import BaseUrlError, SocketTransport, TransportError

TIMEOUT = 5.0
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull"


def _zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)  # the same in each process that collects the tests


@pytest.fixture
def open_transport():
    transports = []

    def start(server, **options):
        transports.append(SocketTransport(server if isinstance(server, str) else server.url, **options))
        return transports[-1]

    yield start
    for transport in transports:
        transport.close()


def test_an_answer_keeps_status_reason_header_case_and_body(answer_with, open_transport):
    transport = open_transport(answer_with(b"HTTP/1.1 404 Nope\r\nX-Odd-CASE: \xe9\r\nContent-Length: 2\r\n\r\n{}"))
    response = transport.send(Request("GET", "/v1"), timeout=TIMEOUT)
    assert (response.status, response.reason, response.body) == (404, "Nope", b"{}")
    assert response.headers == (("X-Odd-CASE", "é"), ("Content-Length", "2"))


def test_missing_headers_are_added_and_given_ones_win(answer_with, open_transport):
    server = answer_with(OK)
    transport = open_transport(server)
    transport.send(Request("POST", "/a", (), b"{}"), timeout=TIMEOUT)
    transport.send(Request("GET", "/b", (("user-agent", "mine"), ("Accept", "text/html"))), timeout=TIMEOUT)
    transport.send(Request("PATCH", "/c"), timeout=TIMEOUT)
    first, second, third = server.requests
    assert (
        first
        == (
            f"POST /a HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUser-Agent: apps-contract/{__version__}\r\n"
            "Accept: application/json\r\nAccept-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
        ).encode()
    )
    assert b"user-agent: mine\r\nAccept: text/html\r\n" in second
    assert b"apps-contract" not in second
    assert b"application/json" not in second
    assert b"Content-Length" not in second
    assert b"Content-Length: 0\r\n" in third


def test_the_path_of_the_base_url_goes_before_every_target(answer_with, open_transport):
    server = answer_with(OK)
    transport = open_transport(server.url + "/gateway/")
    transport.send(Request("GET", "/v1/apps?x=1"), timeout=TIMEOUT)
    transport.send(Request("OPTIONS", "*"), timeout=TIMEOUT)
    assert [request.split(b"\r\n")[0] for request in server.requests] == [
        b"GET /gateway/v1/apps?x=1 HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
    ]


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (Request("BREW", "/v1"), b"BREW /v1 HTTP/1.1"),
        (Request("get", "/%zz/%00/..;/\xff"), b"get /%zz/%00/..;/\xff HTTP/1.1"),
        (Request("GE T", "/a b"), b"GE T /a b HTTP/1.1"),
        (Request("GET", "/日本"), "GET /日本 HTTP/1.1".encode()),
        (Request("GET", "/", (("X-Odd", "\x01\x00\xff"),)), b"X-Odd: \x01\x00\xff"),
        (Request("GET", "/", (("Bad Name", ""),)), b"Bad Name: "),
        (Request("GET", "/", (("X-Lone", "\ud800"),)), b"X-Lone: \xed\xa0\x80"),
        (Request("GET", "/", (("Twice", "1"), ("Twice", "2"))), b"Twice: 1\r\nTwice: 2"),
    ],
)
def test_odd_requests_go_out_as_they_are(answer_with, open_transport, request_, line):
    server = answer_with(OK)
    assert open_transport(server).send(request_, timeout=TIMEOUT).status == 200
    assert line + b"\r\n" in server.requests[0]


def test_raw_bytes_go_out_verbatim_on_a_connection_of_their_own(answer_with, open_transport):
    server = answer_with(OK)
    transport = open_transport(server)
    raw = b"GET /raw HTTP/1.1\r\nhost:x\r\n\r\n"
    for request in (Request("GET", "/"), Request("GET", "/raw", raw=raw), Request("GET", "/raw", raw=raw)):
        assert transport.send(request, timeout=TIMEOUT).body == b"null"
    assert server.requests[1:] == [raw, raw]
    assert server.connections == 3


def test_a_connection_is_kept_between_requests(answer_with, open_transport):
    server = answer_with(OK)
    transport = open_transport(server)
    for _ in range(5):
        transport.send(Request("GET", "/"), timeout=TIMEOUT)
    assert server.connections == 1


@pytest.mark.parametrize(
    "headers",
    [
        (("Content-Length", "9"),),
        (("content-length ", "2"),),
        (("Transfer-Encoding", "chunked"),),
        (("Connection", "close"),),
        (("X", "a\r\nContent-Length: 7"),),
    ],
)
def test_a_request_with_framing_of_its_own_leaves_no_connection_behind(serve, open_transport, headers):
    def behave(peer):
        while peer._read():
            peer.send(OK)

    server = serve(behave)
    transport = open_transport(server)
    transport.send(Request("POST", "/", headers, b"{}"), timeout=TIMEOUT)
    transport.send(Request("GET", "/"), timeout=TIMEOUT)
    assert server.connections == 2


def test_bytes_after_an_answer_never_reach_the_next_one(answer_with, open_transport):
    server = answer_with(OK + b"HTTP/1.1 500 Leak\r\nContent-Length: 0\r\n\r\n")
    transport = open_transport(server)
    assert [transport.send(Request("GET", "/"), timeout=TIMEOUT).status for _ in range(3)] == [200, 200, 200]
    assert server.connections == 3


def test_bytes_that_come_while_a_connection_is_idle_end_it(serve, open_transport):
    late = threading.Event()
    sent = threading.Event()

    def behave(peer):
        while peer.read_request() is not None:
            peer.send(OK)
            if peer.number == 1:
                late.wait(TIMEOUT)
                peer.send(b"HTTP/1.1 500 Leak\r\nContent-Length: 0\r\n\r\n")
                sent.set()

    server = serve(behave)
    transport = open_transport(server)
    assert transport.send(Request("GET", "/"), timeout=TIMEOUT).status == 200
    late.set()
    assert sent.wait(TIMEOUT)
    assert transport.send(Request("GET", "/"), timeout=TIMEOUT).status == 200
    assert server.connections == 2


def test_a_kept_connection_that_the_server_closes_unanswered_is_replaced_once(serve, open_transport):
    def behave(peer):
        peer.read_request()
        peer.send(OK)
        peer.read_request()  # and closes

    server = serve(behave)
    transport = open_transport(server)
    assert transport.send(Request("GET", "/1"), timeout=TIMEOUT).status == 200
    assert transport.send(Request("GET", "/2"), timeout=TIMEOUT).status == 200
    assert server.connections == 2


def test_a_request_that_kills_every_connection_is_sent_twice_at_most(serve, open_transport):
    def behave(peer):
        while b"/poison" not in (peer.read_request() or b"/poison"):
            peer.send(OK)

    server = serve(behave)
    transport = open_transport(server)
    transport.send(Request("GET", "/"), timeout=TIMEOUT)
    with pytest.raises(TransportError) as caught:
        transport.send(Request("GET", "/poison"), timeout=TIMEOUT)
    assert caught.value.failure.kind == "closed"
    assert [b"/poison" in request for request in server.requests] == [False, True, True]


def test_an_http_1_0_server_is_asked_on_a_new_connection_each_time(say_once, open_transport):
    server = say_once(b"HTTP/1.0 200 OK\r\n\r\nuntil the end")
    transport = open_transport(server)
    for _ in range(2):
        assert transport.send(Request("GET", "/"), timeout=TIMEOUT).body == b"until the end"
    assert server.connections == 2


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("DELETE", b"HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n"),
        ("CONNECT", b"HTTP/1.1 200 OK\r\n\r\n"),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"),
    ],
)
def test_an_answer_without_a_body_does_not_wait_for_one(answer_with, open_transport, method, answer):
    response = open_transport(answer_with(answer)).send(Request(method, "/"), timeout=TIMEOUT)
    assert response.body == b""


def test_a_connect_answered_like_any_request_has_its_body(answer_with, open_transport):
    assert open_transport(answer_with(OK)).send(Request("CONNECT", "/"), timeout=TIMEOUT).body == b"null"


def test_interim_answers_are_skipped(answer_with, open_transport):
    transport = open_transport(answer_with(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\n" + OK))
    assert transport.send(Request("GET", "/"), timeout=TIMEOUT).headers[0] == ("Content-Type", "application/json")


def _with(headers: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    "answer",
    [
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\nTrailer: 1\r\n\r\n',
        b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"a":1}',
        _with(b"Content-Encoding: gzip\r\n", _zipped(b'{"a":1}')),
        _with(b"Content-Encoding: x-gzip, identity\r\n", _zipped(b'{"a"') + _zipped(b":1}")),
        _with(b"Content-Encoding: deflate\r\n", zlib.compress(b'{"a":1}')),
        _with(b"Content-Encoding: DEFLATE\r\n", _raw_deflate(b'{"a":1}')),
        _with(b"Content-Encoding: deflate, gzip\r\n", _zipped(zlib.compress(b'{"a":1}'))),
    ],
)
def test_every_framing_and_coding_gives_the_same_body(say_once, open_transport, answer):
    assert open_transport(say_once(answer)).send(Request("GET", "/"), timeout=TIMEOUT).json == {"a": 1}


@pytest.mark.parametrize("tls", [False, True])
def test_an_answer_before_the_whole_request_was_read_counts(serve, open_transport, tls):
    over = threading.Event()

    def behave(peer):
        peer._read()
        peer.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}")
        if peer.number == 1:
            over.wait(TIMEOUT)

    server = serve(behave, tls=tls)
    transport = open_transport(server, verify=False)
    request = Request("POST", "/", (), b"x" * 20_000_000)
    # The first connection stays open and unread, the second is reset as the server closes it with bytes unread.
    statuses = [transport.send(request, timeout=TIMEOUT).status for _ in range(2)]
    over.set()
    assert statuses == [413, 413]


def test_a_large_request_arrives_whole(answer_with, open_transport):
    for tls in (False, True):
        server = answer_with(OK, tls=tls)
        open_transport(server, verify=False).send(Request("POST", "/", (), b"\0\xff" * 4_000_000), timeout=TIMEOUT)
        assert server.requests[0].endswith(b"\r\n\r\n" + b"\0\xff" * 4_000_000)


def test_many_threads_share_one_transport_and_get_their_own_answers(serve, open_transport):
    def behave(peer):
        while (request := peer.read_request()) is not None:
            path = request.split(b" ")[1]
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(path) + path)

    server = serve(behave)
    transport = open_transport(server)
    wrong = []

    def work(name):
        for turn in range(50):
            path = f"/{name}/{turn}"
            if transport.send(Request("GET", path), timeout=TIMEOUT).body != path.encode():
                wrong.append(path)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(server.requests) == 400
    assert server.connections <= 8


def test_https_is_spoken_and_its_connections_are_kept(answer_with, open_transport, monkeypatch, request):
    monkeypatch.setenv("SSL_CERT_FILE", str(request.path.with_name("loopback.pem")))
    server = answer_with(OK, tls=True)
    transport = open_transport(server.url)
    assert [transport.send(Request("GET", "/"), timeout=TIMEOUT).status for _ in range(3)] == [200, 200, 200]
    assert server.connections == 1


def test_a_closed_transport_keeps_no_connection(answer_with, open_transport):
    server = answer_with(OK)
    transport = open_transport(server)
    transport.close()
    for _ in range(2):
        transport.send(Request("GET", "/"), timeout=TIMEOUT)
    assert server.connections == 2


@pytest.mark.parametrize(
    ("base_url", "advice"),
    [
        ("localhost:8080", "must look like"),
        ("ftp://localhost", "must look like"),
        ("http://", "must look like"),
        ("http://localhost:99999", "range"),
        ("http://[::1", "no base URL"),
        ("http://user:secret@localhost", "no user name"),
        ("http://localhost?x=1", "must end before"),
    ],
)
def test_an_unusable_base_url_is_refused_with_advice(base_url, advice):
    with pytest.raises(BaseUrlError, match=advice) as caught:
        SocketTransport(base_url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("http://example.test", "example.test"),
        ("https://example.test:443/x", "example.test"),
        ("http://[::1]:81", "[::1]:81"),
        ("http://bücher.test", "xn--bcher-kva.test"),
    ],
)
def test_the_host_header_follows_the_base_url(base_url, host):
    assert SocketTransport(base_url)._address.host_header == host


def test_a_part_of_an_answer_is_acknowledged_at_once(serve, open_transport, monkeypatch):
    """A server that writes head and body apart gets the head acknowledged; a whole answer costs nothing more."""
    acknowledged = threading.Event()
    monkeypatch.setattr(sockets, "_acknowledge", lambda _: acknowledged.set())

    def answer(peer):
        peer.read_request()
        peer.send(OK.removesuffix(b"null"))
        acknowledged.wait(TIMEOUT)
        peer.send(b"null")
        peer.read_request()
        acknowledged.clear()
        peer.send(OK)

    transport = open_transport(serve(answer))
    for expected in (True, False):
        assert transport.send(Request("GET", "/v1"), timeout=2 * TIMEOUT).body == b"null"
        assert acknowledged.is_set() is expected
