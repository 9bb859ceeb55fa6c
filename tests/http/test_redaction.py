"""Secrets are masked by their value, wherever and however they show up."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from apps_contract.http.authentication import KeyPair, basic_header
from apps_contract.http.exchange import Exchange, Failure, Request, Response
from apps_contract.http.redaction import Redactor

SECRET = 'k/y+"sécret" <&=%~-9f8e7d'
PLAIN = "plain-secret-0123456789"
KEY = KeyPair("project", "key-id", PLAIN)


def b64(text):
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(SECRET)[1:-1].replace("/", "\\/"),
        quote(SECRET),
        quote(SECRET, safe=""),
        "k%2fy%2b%22s%c3%a9cret%22%20%3c%26%3d%25~-9f8e7d",
        quote_plus(SECRET),
        "k/y+&quot;sécret&quot; &lt;&amp;=%~-9f8e7d",
        SECRET.encode().decode("latin-1"),
        b64(SECRET),
        b64(f"key-id:{SECRET}"),
        b64(f"other:{SECRET}"),
        b64(f"x{SECRET} and more"),
        base64.urlsafe_b64encode(f"a:{SECRET}".encode()).decode(),
    ],
)
def test_a_secret_is_masked_in_every_form(written):
    redactor = Redactor([SECRET])
    assert redactor.text(f"<{written}>") == "<***>"
    assert redactor.data(f"<{written}> {written}".encode()) == b"<***> ***"


def test_text_without_a_secret_stays_as_it_is():
    redactor = Redactor([SECRET, PLAIN])
    for text in ("", "plain-secret", "é\ud800\0", b64("something else")):
        assert redactor.text(text) == text
    assert redactor.data(b"\xff\x00") == b"\xff\x00"


def test_bytes_that_are_no_text_are_masked_too():
    assert Redactor([PLAIN]).data(b"\xff" + PLAIN.encode() + b"\xfe") == b"\xff***\xfe"


def test_a_secret_within_another_leaves_no_rest():
    assert Redactor(["token-1", "token-1-and-more"]).text("token-1-and-more token-1") == "*** ***"


def test_secrets_too_short_to_be_looked_for_are_still_masked_in_the_header():
    redactor = Redactor([KeyPair("p", "a", "b")])
    request = Request("GET", "/ab", (("Authorization", "Basic YTpi"),), b"b")
    masked = redactor.exchange(Exchange(request)).request
    assert masked == Request("GET", "/ab", (("Authorization", "Basic ***"),), b"b")
    assert redactor.text("echo: YTpi") == "echo: ***"


def test_every_part_of_an_exchange_is_masked():
    exchange = Exchange(
        Request("POST", f"/x?key={PLAIN}", (("X-Key", PLAIN),), PLAIN.encode(), f"GET /{PLAIN}".encode()),
        Response(200, (("Set-Cookie", f"k={PLAIN}"),), b'{"echo":"' + PLAIN.encode() + b'"}', f"not {PLAIN}"),
        Failure("closed", f"raised {PLAIN}"),
        app_id="1",
    )
    masked = Redactor([KEY]).exchange(exchange)
    assert PLAIN not in repr(masked)
    assert masked.response.json == {"echo": "***"}
    assert masked.request.target == "/x?key=***"
    assert masked.app_id == "1"


def test_a_token_is_masked_from_the_moment_it_is_added():
    redactor = Redactor()
    assert redactor.text("the token-abc") == "the token-abc"
    redactor.add("token-abc")
    assert redactor.text("the token-abc") == "the ***"


def _header(redactor, value, name="Authorization"):
    return redactor.exchange(Exchange(Request("GET", "/", ((name, value),)))).request.headers[0][1]


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (basic_header(KEY), "Basic ***"),
        ("Basic bm9uc2Vuc2U=", "Basic ***"),
        ("bearer unknown", "bearer ***"),
        ("Digest username=x", "***"),
        ("unknown", "***"),
        ("Basic", "Basic"),
        ("", ""),
    ],
)
def test_authorization_is_masked_whatever_it_holds(value, masked):
    assert _header(Redactor([KEY]), value) == masked
    assert _header(Redactor([KEY]), value, "proxy-authorization") == masked


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (basic_header(KEY), "Basic ***"),
        (basic_header(KeyPair("q", "second", "second-secret")), "Basic *** (other)"),
        ("Bearer token-of-other", "Bearer *** (other)"),
        ("Bearer made-up", "Bearer made-up"),
        ("Basic !!!", "Basic !!!"),
        (basic_header(KeyPair("p", "nobody", "wrong")), basic_header(KeyPair("p", "nobody", "wrong"))),
        (basic_header(KeyPair("p", PLAIN, "key-id")), "Basic *** (base64 of ***:key-id)"),
        (f"Basic key-id:{PLAIN}", "Basic key-id:***"),
        (f"Bearer {PLAIN}", "Bearer ***"),
    ],
)
def test_made_up_credentials_are_shown_where_a_run_asks_for_it(value, masked):
    redactor = Redactor([KEY], shows_made_up_credentials=True)
    redactor.add(KeyPair("q", "second", "second-secret"), "other")
    redactor.add("token-of-other", "other")
    assert _header(redactor, value) == masked


def test_authorization_in_raw_bytes_is_masked():
    raw = f"GET / HTTP/1.1\r\nauthorization:  {basic_header(KEY)}\r\nX: y\r\n\r\n".encode()
    masked = Redactor([]).exchange(Exchange(Request("GET", "/", raw=raw))).request.raw
    assert masked == b"GET / HTTP/1.1\r\nauthorization:  Basic ***\r\nX: y\r\n\r\n"


OWN = {"id": "own", "display_name": "ours", "channel_credentials": [{"channel": "SMS", "callback_secret": "made-up"}]}
FOREIGN = {"id": "theirs", "display_name": "x", "channel_credentials": [{"static_token": {"token": "really secret"}}]}
STUB = {"id": "theirs", "note": "not made by this run"}


def _shown(body, *, method="GET", app_id=None, own=("own",)):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    exchange = Exchange(Request(method, "/"), Response(200, body=body), app_id=app_id)
    return Redactor().exchange(exchange, own).response


def test_apps_of_others_shrink_to_their_id_in_a_list():
    assert _shown({"apps": [OWN, FOREIGN, OWN], "next": 1}).json == {"apps": [OWN, STUB, OWN], "next": 1}


def test_an_answer_about_own_apps_keeps_every_byte():
    body = b' {"apps" : [ {"id": "own", "x": 1e2} ] } '
    assert _shown(body).body == body
    assert _shown(b'{"id":"own" }', app_id="own").body == b'{"id":"own" }'


def test_without_own_ids_nothing_is_taken_out():
    assert _shown({"apps": [FOREIGN]}, own=None).json == {"apps": [FOREIGN]}


def test_an_app_of_others_shrinks_wherever_it_is_answered():
    assert _shown(FOREIGN, app_id="own").json == STUB
    assert _shown(FOREIGN, app_id="theirs", method="PATCH").json == STUB


def test_what_a_create_answers_is_own():
    assert _shown(FOREIGN, method="POST").json == FOREIGN


@pytest.mark.parametrize("body", [{"code": 404, "message": "m", "status": "s"}, None, [], {}, {"apps": None}, "text"])
def test_what_is_no_app_stays(body):
    assert _shown(body).json == body


def test_an_app_in_a_list_that_has_no_id_keeps_its_shape_but_no_texts():
    nameless = {"display_name": "x", "channel_credentials": [{"channel": "SMS", "t": {"token": 'a"b\\'}}]}
    shown = _shown({"apps": [nameless]}).json["apps"][0]
    assert shown == {"display_name": "x", "channel_credentials": [{"channel": "SMS", "t": {"token": "***"}}]}


def test_a_list_that_is_no_json_keeps_its_shape_but_no_texts():
    body = b'{"apps":[{"id":"theirs","display_name":"x","channel_credentials":[{"token": "really \\" secret","ch'
    assert _shown(body).body == b'{"apps":[{"id":"theirs","display_name":"x","channel_credentials":[{"token": "***","ch'
    assert _shown(body[:-4] + b'"unfinished":"really').body.endswith(b'"unfinished":"***')
    assert _shown(body, app_id="own").body == body


def test_an_answer_nested_too_deeply_to_be_read_is_no_trouble():
    assert _shown(b"[" * 100_000).body == b"[" * 100_000
