"""Access keys, and the tokens they are exchanged for."""

import json
import threading

import pytest

from apps_contract.http import authentication
from apps_contract.http.authentication import KeyPair, TokenError, TokenSource, basic_header
from apps_contract.http.exchange import Failure, Response
from apps_contract.http.transport import SocketTransport, TransportError

KEY = KeyPair("project", "key-id", "key-secret-ü")


class Endpoint:
    """A token endpoint that hands out numbered tokens, or gives the answers it is told to give."""

    def __init__(self, *answers, expires_in=3600):
        self.requests = []
        self._answers = list(answers)
        self._expires_in = expires_in

    def send(self, request, *, timeout):
        assert timeout > 0
        self.requests.append(request)
        if self._answers:
            answer = self._answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        token = {"access_token": f"token-{len(self.requests)}", "token_type": "bearer", "expires_in": self._expires_in}
        return Response(200, body=json.dumps(token).encode())

    def close(self):
        pass


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(authentication, "monotonic", lambda: now[0])
    return now


def test_basic_is_the_key_in_base64_of_utf_8():
    assert basic_header(KeyPair("p", "a", "b")) == "Basic YTpi"
    assert basic_header(KEY) == "Basic a2V5LWlkOmtleS1zZWNyZXQtw7w="


def test_a_key_does_not_show_its_secret():
    assert "secret" not in repr(KEY).replace("key_secret", "")
    assert "key-id" in repr(KEY)


def test_a_token_is_asked_for_as_the_contract_says():
    endpoint = Endpoint()
    assert TokenSource(endpoint, "/oauth2/token", KEY).bearer_header() == "Bearer token-1"
    request = endpoint.requests[0]
    assert (request.method, request.target, request.body) == (
        "POST",
        "/oauth2/token",
        b"grant_type=client_credentials",
    )
    assert request.header("content-type") == "application/x-www-form-urlencoded"
    assert request.header("authorization") == basic_header(KEY)


def test_a_token_is_kept_until_shortly_before_it_expires(clock):
    endpoint = Endpoint(expires_in=3600)
    source = TokenSource(endpoint, "/", KEY)
    assert [source.token(), source.token()] == ["token-1", "token-1"]
    clock[0] += 3539
    assert source.token() == "token-1"
    clock[0] += 1
    assert source.token() == "token-2"


def test_a_short_life_has_a_short_margin(clock):
    source = TokenSource(Endpoint(expires_in=10), "/", KEY)
    source.token()
    clock[0] += 8.9
    assert source.token() == "token-1"
    clock[0] += 0.2
    assert source.token() == "token-2"


@pytest.mark.parametrize("expires_in", [None, 0, -5, "3600", True])
def test_a_token_without_a_usable_life_is_fetched_for_each_call(expires_in, clock):
    source = TokenSource(Endpoint(expires_in=expires_in), "/", KEY)
    source.token()
    clock[0] += 1
    assert source.token() == "token-2"


def test_an_invalidated_token_is_fetched_anew():
    source = TokenSource(Endpoint(), "/", KEY)
    source.token()
    source.invalidate()
    assert source.token() == "token-2"


def test_each_new_token_is_announced_before_it_is_used():
    known = []
    source = TokenSource(Endpoint(), "/", KEY, on_token=known.append)
    source.token()
    source.token()
    source.invalidate()
    source.token()
    assert known == ["token-1", "token-2"]


def test_many_threads_fetch_one_token():
    endpoint = Endpoint()
    source = TokenSource(endpoint, "/", KEY)
    threads = [threading.Thread(target=source.token) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Response(401, body=b"{}"), "answers 401: check the key id and the key secret"),
        (Response(404), "answers 404"),
        (Response(200, body=b"<html>"), "is not JSON"),
        (Response(200, body=b"[]"), "holds no access_token"),
        (Response(200, body=b'{"access_token": ""}'), "holds no access_token"),
        (Response(200, body=b'{"access_token": 7}'), "holds no access_token"),
        (TransportError(Failure("connect", "cannot connect to x")), "does not answer: cannot connect to x"),
    ],
)
def test_no_token_is_told_in_one_line(answer, told):
    with pytest.raises(TokenError) as caught:
        TokenSource(Endpoint(answer), "/", KEY).token()
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert KEY.key_secret not in str(caught.value)
    assert caught.value.response is (answer if isinstance(answer, Response) else None)


def test_a_failed_fetch_is_tried_again_by_the_next_call():
    source = TokenSource(Endpoint(Response(500)), "/", KEY)
    with pytest.raises(TokenError):
        source.token()
    assert source.token() == "token-2"


def test_a_token_over_a_socket(answer_with):
    body = b'{"access_token":"abc","token_type":"bearer","expires_in":3599,"scope":""}'
    server = answer_with(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    with SocketTransport(server.url) as transport:
        assert TokenSource(transport, "/oauth2/token", KEY).bearer_header() == "Bearer abc"
    assert server.requests[0].startswith(b"POST /oauth2/token HTTP/1.1\r\n")
    assert server.requests[0].endswith(b"\r\n\r\ngrant_type=client_credentials")
