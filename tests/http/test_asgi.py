"""Requests straight into ASGI applications."""

import asyncio
import contextlib
import gzip
import sys
import threading

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

from apps_contract.http.exchange import Request
from apps_contract.http.transport import (
    AppStartupError,
    AsgiTransport,
    TransportError,
)

TIMEOUT = 5.0
SHORT = 0.1
GET = Request("GET", "/")
MIB = 1024 * 1024


def start(status=200, *headers):
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data=b"", *, more=False):
    return {"type": "http.response.body", "body": data, "more_body": more}


def asgi(answer):
    """Make an application of a function of (scope, receive, send); it knows no lifespan."""

    async def app(scope, receive, send):
        assert scope["type"] == "http"
        await answer(scope, receive, send)

    return app


def saying(*messages):
    async def answer(_scope, _receive, send):
        for message in messages:
            await send(message)

    return asgi(answer)


def ask(transport, request=GET, timeout=TIMEOUT):
    with transport:
        return transport.send(request, timeout=timeout)


def fail(transport, request=GET, timeout=TIMEOUT):
    with pytest.raises(TransportError) as caught:
        ask(transport, request, timeout)
    return caught.value.failure


def test_an_asgi_application_sees_the_request_and_its_answer_comes_back_whole():
    seen = {}

    async def answer(scope, receive, send):
        seen.update(scope, request=await receive())
        await send(start(200, (b"content-type", b"application/json"), (b"x-odd", b"\xe9")))
        await send(body(b'{"a"', more=True))
        await send(body(b":1}"))

    request = Request("PATCH", "/v1/a%2Fb/%C3%A9/%ff?mask=x%20y&z", (("X-One", "1"), ("X-One", "é")), b"{}")
    response = ask(AsgiTransport(asgi(answer)), request)
    assert (response.status, response.json, response.header("x-odd")) == (200, {"a": 1}, "é")
    assert (seen["method"], seen["raw_path"], seen["query_string"]) == (
        "PATCH",
        b"/v1/a%2Fb/%C3%A9/%ff",
        b"mask=x%20y&z",
    )
    assert seen["path"] == "/v1/a/b/é/\ufffd"
    assert seen["request"] == {"type": "http.request", "body": b"{}", "more_body": False}
    assert seen["headers"][-2:] == [(b"x-one", b"1"), (b"x-one", b"\xe9")]
    assert dict(seen["headers"])[b"content-length"] == b"2"
    assert dict(seen["headers"])[b"host"] == b"app.test"


def test_a_compressed_answer_is_decoded():
    packed = gzip.compress(b"{}")
    app = saying(start(200, (b"content-encoding", b"gzip")), body(packed))
    assert ask(AsgiTransport(app)).body == b"{}"


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_an_answer_that_has_no_body_over_a_socket_has_none_here(method, status):
    app = saying(start(status, (b"content-length", b"2")), body(b"{}"))
    assert ask(AsgiTransport(app), Request(method, "/")).body == b""


async def _raise_at_once(_scope, _receive, _send):
    raise ValueError("no such\ntable")


async def _raise_nothing_said(_scope, _receive, _send):
    raise ValueError


async def _exit(_scope, _receive, _send):
    sys.exit("bye")


async def _raise_in_the_middle(_scope, _receive, send):
    await send(start())
    await send(body(b"x", more=True))
    raise ValueError("too late")


async def _cancel(_scope, _receive, _send):
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("app", "kind", "message"),
    [
        (asgi(_raise_at_once), "closed", "the application raised ValueError: no such"),
        (asgi(_raise_nothing_said), "closed", "the application raised ValueError"),
        (asgi(_exit), "closed", "the application raised SystemExit: bye"),
        (asgi(_raise_in_the_middle), "truncated", "the application raised ValueError: too late"),
        (asgi(_cancel), "closed", "the application was cancelled before its answer was complete"),
        (saying(), "closed", "the application ended before its answer was complete"),
        (saying(start()), "truncated", "the application ended before its answer was complete"),
        (saying(start(), body(b"x", more=True)), "truncated", "the application ended"),
        (saying(body()), "closed", "'http.response.body' is not expected here"),
        (saying(start(), start()), "truncated", "'http.response.start' is not expected here"),
        (saying({"type": "websocket.accept"}), "closed", "'websocket.accept' is not expected here"),
        (saying(start("ok")), "closed", "raised ValueError"),
        (saying(start(200, (b"content-length", b"9")), body(b"x")), "truncated", "announces 9 bytes but sends 1"),
        (saying(start(200, (b"content-length", b"0")), body(b"x")), "malformed", "announces 0 bytes but sends 1"),
        (saying(start(200, (b"content-encoding", b"br")), body(b"x")), "decoding", "not asked for"),
        (saying(start(), *[body(b"x" * MIB, more=True)] * 17, body()), "too_large", "longer than"),
    ],
)
def test_an_application_that_breaks_off_is_a_failure_of_its_kind(app, kind, message):
    failure = fail(AsgiTransport(app))
    assert failure.kind == kind
    assert message in failure.message
    assert "\n" not in failure.message


def test_an_application_that_never_answers_is_cancelled_at_the_deadline():
    cancelled = threading.Event()

    async def answer(_scope, _receive, _send):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with AsgiTransport(asgi(answer)) as transport:
        with pytest.raises(TransportError) as caught:
            transport.send(Request("GET", "/"), timeout=SHORT)
        assert caught.value.failure.kind == "timeout"
        assert cancelled.wait(TIMEOUT)


def test_an_application_that_blocks_the_loop_still_times_out():
    over = threading.Event()

    async def answer(_scope, _receive, send):
        over.wait(TIMEOUT)
        await send(start())
        await send(body())

    with AsgiTransport(asgi(answer)) as transport:
        with pytest.raises(TransportError, match="timeout"):
            transport.send(Request("GET", "/"), timeout=SHORT)
        over.set()
        assert transport.send(Request("GET", "/"), timeout=TIMEOUT).status == 200


def test_requests_of_several_threads_meet_in_the_application():
    meeting = []

    async def answer(_scope, _receive, send):
        if not meeting:
            meeting.append(asyncio.Barrier(8))
        await meeting[0].wait()
        await send(start())
        await send(body(b"met"))

    with AsgiTransport(asgi(answer)) as transport:
        answers = []
        threads = [
            threading.Thread(target=lambda: answers.append(transport.send(Request("GET", "/"), timeout=TIMEOUT).body))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [b"met"] * 8


def test_the_application_hears_of_the_end_of_a_request():
    heard = threading.Event()

    async def answer(_scope, receive, send):
        await receive()
        await send(start())
        await send(body())
        assert (await receive())["type"] == "http.disconnect"
        await send(body(b"nobody listens any more"))
        heard.set()

    with AsgiTransport(asgi(answer)) as transport:
        assert transport.send(Request("GET", "/"), timeout=TIMEOUT).body == b""
        assert heard.wait(TIMEOUT)


def test_a_starlette_application_with_lifespan_streams_threads_and_background_work():
    steps = []

    @contextlib.asynccontextmanager
    async def lifespan(_app):
        steps.append("up")
        yield {"greeting": "hello"}
        steps.append("down")

    def in_a_thread(request):
        return JSONResponse({"greeting": request.state.greeting}, background=BackgroundTask(steps.append, "after"))

    async def stream(_request):
        async def parts():
            for part in ("a", "b", "c"):
                yield part

        return StreamingResponse(parts())

    async def broken(_request):
        raise ValueError("shown to nobody")

    routes = [Route("/thread", in_a_thread), Route("/stream", stream), Route("/broken", broken)]
    with AsgiTransport(Starlette(routes=routes, lifespan=lifespan)) as transport:
        assert transport.send(Request("GET", "/thread"), timeout=TIMEOUT).json == {"greeting": "hello"}
        assert transport.send(Request("GET", "/stream"), timeout=TIMEOUT).body == b"abc"
        assert transport.send(Request("GET", "/broken"), timeout=TIMEOUT).status == 500
    assert steps == ["up", "after", "down"]


def test_an_application_that_fails_to_start_says_why_in_one_line():
    @contextlib.asynccontextmanager
    async def lifespan(_app):
        raise RuntimeError("no database at 127.0.0.1")
        yield

    with pytest.raises(AppStartupError) as caught:
        AsgiTransport(Starlette(lifespan=lifespan))
    assert str(caught.value) == "the application did not start: RuntimeError: no database at 127.0.0.1"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"type": "lifespan.startup.failed"}, "the application did not start: it gives no reason"),
        ({"type": "lifespan.startup.failed", "message": "no"}, "the application did not start: no"),
        (None, "the application did not start: SystemExit: 3"),
    ],
)
def test_an_application_may_refuse_to_start_in_several_ways(message, told):
    async def app(_scope, receive, send):
        await receive()
        if message is None:
            sys.exit(3)
        await send(message)

    with pytest.raises(AppStartupError) as caught:
        AsgiTransport(app)
    assert str(caught.value) == told


def test_an_application_that_ignores_the_lifespan_is_served():
    async def app(scope, _receive, send):
        if scope["type"] == "http":
            await send(start())
            await send(body(b"ok"))

    assert ask(AsgiTransport(app)).body == b"ok"


def test_closing_ends_a_request_that_is_under_way_and_the_thread():
    arrived = threading.Event()
    failures = []

    async def answer(_scope, _receive, _send):
        arrived.set()
        await asyncio.Event().wait()

    transport = AsgiTransport(asgi(answer))

    def work():
        with pytest.raises(TransportError) as caught:
            transport.send(Request("GET", "/"), timeout=TIMEOUT)
        failures.append(caught.value.failure)

    thread = threading.Thread(target=work)
    thread.start()
    assert arrived.wait(TIMEOUT)
    transport.close()
    thread.join()
    transport.close()
    assert failures[0].kind == "closed"
    assert not transport._thread.is_alive()
    assert fail(transport).kind == "connect"


def test_text_answers_of_starlette_come_through():
    app = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("é"))])
    assert ask(AsgiTransport(app)).body == "é".encode()


def test_raw_bytes_need_a_socket():
    transport = AsgiTransport(saying())
    assert not transport.supports_raw
    assert "socket" in fail(transport, Request("GET", "/", raw=b"GET / HTTP/1.1\r\n\r\n")).message
