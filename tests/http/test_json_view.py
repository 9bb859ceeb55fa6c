"""Exchanges as JSON and back."""

import json

import pytest

from apps_contract.http.exchange import Exchange, Failure, Request, Response
from apps_contract.http.json_view import exchange_from_json, exchange_to_json

FULL = Exchange(
    Request("POST", "/v1/apps", (("A", "é"), ("A", "2")), '{"a":"\0é🎉"}'.encode()),
    Response(200, (("B", "\xff"),), b"null", "OK"),
    operation="App_CreateApp",
    app_id="1",
    started=1.5,
    duration_s=0.25,
    number=3,
)


@pytest.mark.parametrize(
    "exchange",
    [
        FULL,
        Exchange(Request("GET", "/"), failure=Failure("reset", "gone")),
        Exchange(Request("GET", "/", raw=b"\xff\x00"), Response(500, body=b"\xed\xa0\x80")),
        Exchange(Request("GET", "/", body=b""), Response(200, body=b"x" * 65_536)),
    ],
)
def test_an_exchange_survives_the_way_through_a_file(exchange):
    back = exchange_from_json(json.loads(json.dumps(exchange_to_json(exchange))))
    assert back == exchange
    assert back.number == exchange.number


def test_text_is_shown_as_text_and_bytes_in_base64():
    assert exchange_to_json(FULL)["request"]["body"] == {"text": '{"a":"\0é🎉"}'}
    shown = exchange_to_json(Exchange(Request("GET", "/", raw=b"\xff"), Response(200)))
    assert shown["request"]["raw"] == {"base64": "/w=="}
    assert shown["request"]["body"] is None
    assert shown["response"]["body"] == {"text": ""}
    assert shown["failure"] is None


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"x" * 70_000, {"text": "x" * 65_536, "size": 70_000}),
        (b"x" * 65_533 + "🎉".encode() * 9, {"text": "x" * 65_533, "size": 65_569}),
        (b"x" * 65_535 + "é".encode() * 9, {"text": "x" * 65_535, "size": 65_553}),
    ],
)
def test_a_long_body_is_cut_between_characters_and_says_so(body, shown):
    assert exchange_to_json(Exchange(Request("POST", "/", body=body)))["request"]["body"] == shown


def test_a_long_body_of_bytes_is_cut_too():
    shown = exchange_to_json(Exchange(Request("POST", "/", body=b"\xff" * 70_000)))["request"]["body"]
    assert shown["size"] == 70_000
    assert (
        exchange_from_json(exchange_to_json(Exchange(Request("POST", "/", body=b"\xff" * 70_000)))).request.body
        == b"\xff" * 65_536
    )
