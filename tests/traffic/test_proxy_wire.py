"""The proxy changes nothing: bytes, order, breaks and ends go on as they come."""

import gzip
import socket
import struct
import threading

import pytest

from .conftest import APP, APPS, AUTHORIZATION, JSON, RawServer, answer, read_message

GET = f"GET {APPS}/a1 HTTP/1.1\r\nHost: here\r\n{AUTHORIZATION}\r\n\r\n".encode()


def test_a_request_goes_on_byte_by_byte_but_for_its_host(between):
    server = RawServer(answer(APP, JSON))
    sent = (
        f"POST {APPS}?a=%2f&b HTTP/1.1\r\nx-FIRST:  spaced \r\nhOsT: here\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
        f"{AUTHORIZATION}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n0\r\n\r\n"
    ).encode()
    between(server.url).ask(sent)
    assert server.received == [sent.replace(b"hOsT: here", b"hOsT: " + server.url[7:].encode())]


@pytest.mark.parametrize(
    "given",
    [
        answer(APP, "x-ODD:  1 ", JSON, "Set-Cookie: a=1", "Set-Cookie: b=2"),
        (
            b"HTTP/1.1 200 Fine by me\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2;x=y\r\n{}\r\n0\r\nX-T: 1\r\n\r\n"
        ),
        b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + APP,
        answer(b'{"code":501,"message":"no","status":"UNIMPLEMENTED"}', JSON, status="501 Not Implemented"),
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer(APP, JSON),
        answer(gzip.compress(APP), JSON, "Content-Encoding: gzip"),
        answer(b"not gzip", JSON, "Content-Encoding: gzip"),
        answer(b"?", JSON, "Content-Encoding: br"),
        answer(APP, JSON, length=9999),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"this is no HTTP at all",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{} and more than was announced",
        b"",
    ],
    ids=[
        "headers",
        "chunked",
        "until the end",
        "501",
        "interim",
        "gzip",
        "broken gzip",
        "unknown coding",
        "cut body",
        "cut chunk",
        "cut head",
        "not HTTP",
        "too much",
        "nothing",
    ],
)
def test_an_answer_goes_on_byte_by_byte_whole_or_broken(between, given):
    assert between(RawServer(given).url).ask(GET) == given


def test_a_reset_is_passed_on_as_a_reset(between):
    given = answer(APP, JSON, length=9999)
    assert between(RawServer(given, then="reset").url).ask(GET).endswith(b"<reset>")


def test_head_has_no_body_and_the_connection_goes_on(between):
    head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n"
    server = RawServer(head, answer(APP, JSON, "Connection: close"), keeps=True)
    data = between(server.url).ask(
        GET.replace(b"GET", b"HEAD") + GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    )
    assert data == head + answer(APP, JSON, "Connection: close")


def test_pipelined_requests_are_answered_in_order(between):
    answers = [
        answer(b'{"code":404,"message":"%d","status":"x"}' % number, JSON, status="404 No") for number in range(5)
    ]
    server = RawServer(*answers, keeps=True)
    proxy = between(server.url)
    with socket.create_connection(proxy.place, timeout=10) as connection:
        connection.sendall(GET * 5)
        data = b""
        while len(data) < len(b"".join(answers)):
            data += connection.recv(65536)
    assert data == b"".join(answers)
    assert proxy.ended().requests == 5


def test_a_client_may_end_its_side_before_it_is_answered(between):
    answers = [answer(APP, JSON), answer(APP, JSON, "Connection: close")]
    proxy = between(RawServer(*answers, keeps=True).url)
    with socket.create_connection(proxy.place, timeout=10) as connection:
        connection.sendall(GET * 2)
        connection.shutdown(socket.SHUT_WR)
        data = b""
        while part := connection.recv(65536):
            data += part
    assert data == b"".join(answers)


def test_the_server_hears_a_request_before_it_is_whole(between):
    body = b'{"display_name":"one","channel_credentials":[]}'
    head = f"POST {APPS} HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = between(f"http://127.0.0.1:{listener.getsockname()[1]}")
    listener.accept()[0].close()  # the proxy's look whether anybody is there
    with socket.create_connection(proxy.place, timeout=10) as client:
        client.sendall(head)
        server, _ = listener.accept()
        with server:
            assert server.recv(65536).endswith(b"\r\n\r\n")
            server.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.sendall(body[:5])
            assert server.recv(65536) == body[:5]
            client.sendall(body[5:])
            assert server.recv(65536) == body[5:]
            server.sendall(answer(APP, JSON))
            assert client.recv(65536).endswith(APP)
    listener.close()


def test_an_answer_is_seen_while_it_still_comes(between):
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = between(f"http://127.0.0.1:{listener.getsockname()[1]}")
    listener.accept()[0].close()
    with socket.create_connection(proxy.place, timeout=10) as client:
        client.sendall(GET)
        server, _ = listener.accept()
        with server:
            read_message(server)
            for part in (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", b"nu", b"ll"):
                server.sendall(part)
                assert client.recv(65536) == part
    listener.close()


def test_large_bodies_go_on_both_ways_and_are_not_judged(between):
    large = b"x" * (3 << 20)
    server = RawServer(answer(large, JSON))
    proxy = between(server.url)
    head = f"POST {APPS} HTTP/1.1\r\nHost: here\r\n{AUTHORIZATION}\r\n{JSON}\r\nContent-Length: {len(large)}\r\n\r\n"
    assert proxy.ask(head.encode() + large).endswith(large)
    assert server.received[0].endswith(large)
    told = {outcome.requirement.id: outcome.reason for outcome in proxy.ended().outcomes}
    assert "request body" in told["CLI-REQ-2"]


@pytest.mark.parametrize("linger", [None, struct.pack("ii", 1, 0)], ids=["closes", "resets"])
@pytest.mark.parametrize(
    "sent", [GET, GET.replace(b"GET", b"POST")[:-2] + b"Content-Length: 9\r\n\r\n{"], ids=["whole", "half"]
)
def test_a_client_that_leaves_takes_the_servers_connection_with_it(between, linger, sent):
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = between(f"http://127.0.0.1:{listener.getsockname()[1]}")
    listener.accept()[0].close()
    client = socket.create_connection(proxy.place, timeout=10)
    client.sendall(sent)
    server, _ = listener.accept()
    server.settimeout(10)
    assert server.recv(65536)
    if linger:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    client.close()
    try:
        assert server.recv(1) == b""
    except ConnectionResetError:
        assert linger
    server.close()
    listener.close()


def test_a_server_that_ends_an_idle_connection_ends_the_clients(between):
    server = RawServer(answer(APP, JSON))
    proxy = between(server.url)
    with socket.create_connection(proxy.place, timeout=10) as client:
        client.sendall(GET)
        read_message(client)
        assert client.recv(1) == b""


def test_a_request_that_is_no_http_goes_on_and_its_path_is_judged(between):
    raw = f"GET {APPS}/ä HTTP/1.1\r\nHost: here\r\n{AUTHORIZATION}\r\n\r\n".encode()
    server = RawServer(answer(b"no", status="400 Bad Request"))
    proxy = between(server.url)
    assert proxy.ask(raw) == answer(b"no", status="400 Bad Request")
    assert server.received == [raw]
    assert proxy.broken() == ["CLI-REQ-1"]


def test_an_upgraded_connection_is_passed_on_unread(between):
    server = RawServer(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n\x00\x01hello")
    raw = b"GET /chat HTTP/1.1\r\nHost: here\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
    assert between(server.url).ask(raw).endswith(b"\x00\x01hello")


def test_a_dead_server_is_told_by_the_proxy_and_never_judged(between):
    server = RawServer(answer(APP, JSON))
    proxy = between(server.url)
    server.stop()
    # The listener may still hold the connection that the proxy opened to look for it.
    data = proxy.ask(GET)
    assert data.startswith(b"HTTP/1.1 502 Bad Gateway\r\nX-Apps-Contract-Proxy: ")
    assert b"cannot connect" in data
    ended = proxy.ended()
    assert ended.statuses == {"no answer": 1}
    assert ended.findings == ()


def test_the_path_of_the_target_goes_before_and_the_token_urls_in_place(between):
    api, token = RawServer(answer(APP, JSON)), RawServer(answer(b"{}", JSON))
    proxy = between(f"{api.url}/base", token_url=f"{token.url}/elsewhere/oauth2/token")
    proxy.ask(GET)
    proxy.ask(GET.replace(f"{APPS}/a1".encode(), b"/oauth2/token"))
    proxy.ask(GET.replace(f"{APPS}/a1".encode(), b"http://some.host/v1/projects/p/apps?x=1"))
    assert [each.split(b" ")[1] for each in api.received] == [
        b"/base/v1/projects/p/apps/a1",
        b"/base/v1/projects/p/apps?x=1",
    ]
    assert [each.split(b" ")[1] for each in token.received] == [b"/elsewhere/oauth2/token"]


def test_many_clients_at_once_each_get_their_own_answers(between):
    body = b'{"code":404,"message":"no","status":"NOT_FOUND"}'
    server = RawServer(*[answer(body, JSON, status="404 No") for _ in range(400)], keeps=True)
    proxy = between(server.url)
    wrong = []

    def talk():
        with socket.create_connection(proxy.place, timeout=20) as connection:
            for _ in range(20):
                connection.sendall(GET)
                if not read_message(connection).endswith(body):
                    wrong.append(1)

    threads = [threading.Thread(target=talk) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert proxy.ended().requests == 400
