"""Requests straight into WSGI applications."""

import sys
import threading

import pytest

from apps_contract.http.exchange import Request
from apps_contract.http.transport import TransportError, WsgiTransport

TIMEOUT = 5.0
SHORT = 0.1
GET = Request("GET", "/")
MIB = 1024 * 1024


def ask(transport, request=GET, timeout=TIMEOUT):
    with transport:
        return transport.send(request, timeout=timeout)


def fail(transport, request=GET, timeout=TIMEOUT):
    with pytest.raises(TransportError) as caught:
        ask(transport, request, timeout)
    return caught.value.failure


def test_a_application_sees_the_request_and_its_answer_comes_back_whole():
    seen = {}

    def app(environ, start_response):
        seen.update(environ, read=environ["wsgi.input"].read())
        start_response("200 Fine", [("Content-Type", "application/json"), ("X-Odd", "é")])
        return iter([b'{"a"', b":1}"])

    request = Request("PATCH", "/v1/a%2Fb/%ff?q=\xe9", (("X-One", "1"), ("X-One", "2"), ("Content-Type", "x/y")), b"{}")
    response = ask(WsgiTransport(app), request)
    assert (response.status, response.reason, response.json) == (200, "Fine", {"a": 1})
    assert response.headers == (("Content-Type", "application/json"), ("X-Odd", "é"))
    expected = {
        "REQUEST_METHOD": "PATCH",
        "PATH_INFO": "/v1/a/b/\xff",
        "RAW_URI": "/v1/a%2Fb/%ff?q=\xe9",
        "QUERY_STRING": "q=\xe9",
        "CONTENT_TYPE": "x/y",
        "CONTENT_LENGTH": "2",
        "HTTP_X_ONE": "1,2",
        "HTTP_HOST": "app.test",
        "read": b"{}",
    }
    assert {name: seen[name] for name in expected} == expected


def test_a_application_may_write_instead_and_its_answer_is_closed():
    closed = []

    class Answer(list):
        def close(self):
            closed.append(True)

    def app(_environ, start_response):
        write = start_response("200 OK", [])
        write(b"written ")
        return Answer([b"returned"])

    assert ask(WsgiTransport(app)).body == b"written returned"
    assert closed == [True]


def _raise(_environ, _start):
    raise ValueError("no such\ntable")


def _raise_in_the_middle(_environ, start_response):
    start_response("200 OK", [])
    yield b"x"
    raise ValueError("too late")


def _error_page(_environ, start_response):
    start_response("200 OK", [])
    try:
        _raise(_environ, start_response)
    except ValueError:
        start_response("500 Oops", [], sys.exc_info())
    return [b"page"]


def _endless(_environ, start_response):
    start_response("200 OK", [])
    while True:
        yield b"x" * MIB


@pytest.mark.parametrize(
    ("app", "kind", "message"),
    [
        (_raise, "closed", "the application raised ValueError: no such"),
        (_raise_in_the_middle, "truncated", "the application raised ValueError: too late"),
        (lambda _e, _s: [], "closed", "ended without an answer"),
        (lambda _e, _s: [b"x"], "closed", "before start_response"),
        (lambda _e, _s: sys.exit(1), "closed", "SystemExit"),
        (lambda _e, s: s("200 OK", [("Content-Length", "9")]) and [b"x"], "truncated", "announces 9"),
        (_endless, "too_large", "longer than"),
    ],
)
def test_a_application_that_breaks_off_is_a_failure_of_its_kind(app, kind, message):
    failure = fail(WsgiTransport(app))
    assert failure.kind == kind
    assert message in failure.message
    assert "\n" not in failure.message


def test_a_application_may_replace_its_answer_by_an_error_page():
    response = ask(WsgiTransport(_error_page))
    assert (response.status, response.body) == (500, b"page")


def test_a_application_that_never_answers_holds_nobody_up():
    over = threading.Event()

    def app(environ, start_response):
        if environ["PATH_INFO"] == "/hang":
            over.wait(TIMEOUT)
        start_response("200 OK", [])
        return [b"ok"]

    with WsgiTransport(app) as transport:
        with pytest.raises(TransportError, match="timeout"):
            transport.send(Request("GET", "/hang"), timeout=SHORT)
        assert transport.send(Request("GET", "/"), timeout=TIMEOUT).body == b"ok"
        over.set()


def test_a_application_is_called_in_several_threads_which_are_kept():
    meeting = threading.Barrier(4)
    names = set()

    def app(_environ, start_response):
        meeting.wait(TIMEOUT)
        names.add(threading.current_thread())
        start_response("200 OK", [])
        return [b"met"]

    with WsgiTransport(app) as transport:
        for _ in range(2):
            threads = [
                threading.Thread(target=transport.send, args=(Request("GET", "/"),), kwargs={"timeout": TIMEOUT})
                for _ in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert len(names) == 4
    assert not any(thread.is_alive() for thread in names)
    assert fail(transport).kind == "connect"


def test_raw_bytes_need_a_socket():
    transport = WsgiTransport(_raise)
    assert not transport.supports_raw
    assert "socket" in fail(transport, Request("GET", "/", raw=b"GET / HTTP/1.1\r\n\r\n")).message
