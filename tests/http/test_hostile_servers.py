"""Servers that misbehave: each ends in its kind of failure, in time, with one line for a person."""

import gzip
import socket
import threading
import zlib

import pytest

from apps_contract.http.exchange import Request
from apps_contract.http.transport import SocketTransport, TransportError

TIMEOUT = 5.0
SHORT = 0.2
GET = Request("GET", "/")
MIB = 1024 * 1024


def fail(server, request=GET, timeout=TIMEOUT, **options):
    """Send a request and return the failure that must come of it."""
    url = server if isinstance(server, str) else server.url
    with SocketTransport(url, **options) as transport, pytest.raises(TransportError) as caught:
        transport.send(request, timeout=timeout)
    failure = caught.value.failure
    assert failure.message
    assert "\n" not in failure.message
    return failure


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", "closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "truncated"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n", "truncated"),
        (b"HTT", "truncated"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", "truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", "malformed"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "malformed"),
        (b"\0\1\2\3", "malformed"),
        (b"<html>hello</html>", "malformed"),
        (b"HTTP/1.1 OK\r\n\r\n", "malformed"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "malformed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "malformed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "malformed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", "malformed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: rot13\r\n\r\n", "malformed"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "malformed"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 40, "malformed"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", "too_large"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n", "too_large"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "decoding"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc", "decoding"),
    ],
)
def test_a_broken_answer_ends_in_its_kind_of_failure(say_once, answer, kind):
    assert fail(say_once(answer)).kind == kind


def test_a_compressed_body_that_is_cut_short_does_not_decode(answer_with):
    body = gzip.compress(b"x" * 1000)[:-9]
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert fail(answer_with(head + body)).kind == "decoding"


@pytest.mark.parametrize("members", [1, 60])
def test_a_compression_bomb_ends_at_the_limit(answer_with, members):
    body = gzip.compress(b"\0" * (60 * MIB // members)) * members
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert fail(answer_with(head + body)).kind == "too_large"


def test_a_bomb_within_a_bomb_ends_at_the_limit(answer_with):
    body = zlib.compress(zlib.compress(b"\0" * 64 * MIB, 9), 9)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate, deflate\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert fail(answer_with(head + body)).kind == "too_large"


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * MIB),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"%x\r\n" % MIB + b"x" * MIB + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * MIB),
        (b"HTTP/1.1 200 OK\r\n", b"X-Flood: y\r\n" * 1000),
    ],
)
def test_an_endless_answer_ends_at_the_limit(serve, head, part):
    def behave(peer):
        peer.read_request()
        peer.send(head)
        while True:
            peer.send(part)

    assert fail(serve(behave), timeout=30.0).kind == "too_large"


def test_no_answer_ends_at_the_deadline(serve):
    server = serve(lambda peer: peer.stay_until_closed())
    failure = fail(server, timeout=SHORT)
    assert failure.kind == "timeout"
    assert failure.message == "no answer within 0.2 s"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"])
def test_an_answer_that_drips_ends_at_the_deadline(serve, head):
    over = threading.Event()

    def behave(peer):
        peer.read_request()
        peer.send(head or b"HTTP/1.1 200 OK\r\nX: ")
        while not over.wait(0.01):
            peer.send(b"x")

    failure = fail(serve(behave), timeout=SHORT)
    over.set()
    assert failure.kind == "timeout"
    assert "began" in failure.message


def test_a_server_that_reads_nothing_ends_at_the_deadline(serve):
    over = threading.Event()
    server = serve(lambda _: over.wait(TIMEOUT))
    failure = fail(server, Request("POST", "/", (), b"x" * 30_000_000), timeout=SHORT)
    over.set()
    assert failure.kind == "timeout"


def test_a_reset_before_an_answer(serve):
    def behave(peer):
        peer.read_request()
        peer.reset()

    assert fail(serve(behave)).kind == "reset"


def test_a_reset_in_the_middle_of_an_answer(serve):
    def behave(peer):
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        peer.reset()

    # A system may throw away at a reset what it had received before.
    assert fail(serve(behave)).kind in ("truncated", "reset")


def test_a_reset_while_a_large_request_is_written(serve):
    def behave(peer):
        peer._read()
        peer.reset()

    assert fail(serve(behave), Request("POST", "/", (), b"x" * 30_000_000)).kind == "reset"


def test_a_closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    failure = fail(f"http://127.0.0.1:{port}")
    assert failure.kind == "connect"
    assert failure.message == f"cannot connect to 127.0.0.1 port {port}: Connection refused"


def test_a_host_that_takes_no_connection_ends_at_the_deadline():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        # A full queue leaves further connections without an answer.
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        failure = fail(f"http://127.0.0.1:{address[1]}", timeout=SHORT)
        for filler in fillers:
            filler.close()
    assert (failure.kind, "within 0.2 s" in failure.message) == ("connect", True)


def test_a_host_name_that_does_not_resolve(monkeypatch):
    def look_up(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    failure = fail("http://nowhere.test")
    assert failure.kind == "connect"
    assert failure.message == "cannot resolve the host name 'nowhere.test': Name or service not known"


def test_a_resolver_that_hangs_ends_at_the_deadline(monkeypatch):
    over = threading.Event()

    def look_up(*_, flags=0, **__):
        if not flags:
            over.wait(TIMEOUT)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    failure = fail("http://slow.test", timeout=SHORT)
    over.set()
    assert failure.kind == "connect"
    assert "no answer within 0.2 s" in failure.message


def test_a_second_address_is_tried_when_the_first_refuses(answer_with, monkeypatch):
    server = answer_with(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed_port = listener.getsockname()[1]
    places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in (closed_port, server.port)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)
    with SocketTransport("http://two.test") as transport:
        assert transport.send(Request("GET", "/"), timeout=TIMEOUT).status == 200


def test_a_certificate_that_nobody_vouches_for(answer_with):
    failure = fail(answer_with(b"", tls=True))
    assert failure.kind == "connect"
    assert "self-signed certificate" in failure.message


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Plain\r\n\r\n", b""])
def test_a_server_that_speaks_no_tls(serve, answer):
    def behave(peer):
        peer._read()
        peer.send(answer)

    failure = fail(serve(behave).url.replace("http:", "https:"))
    assert failure.kind == "connect"
    assert "TLS" in failure.message


def test_a_tls_handshake_that_hangs_ends_at_the_deadline(serve):
    server = serve(lambda peer: peer.stay_until_closed())
    assert fail(server.url.replace("http:", "https:"), timeout=SHORT).kind == "connect"


def test_a_tls_connection_that_ends_in_the_middle(serve):
    def behave(peer):
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")

    assert fail(serve(behave, tls=True), verify=False).kind == "truncated"
