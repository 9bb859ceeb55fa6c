"""The everyday answer is read on a short way; whatever it is, that way says what the parser would say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps_contract.http import answer as reading
from apps_contract.http.answer import AnswerReader
from apps_contract.http.failures import TransportError
from apps_contract.http.plain_answer import plain_head

EVERYDAY = b"HTTP/1.1 200 OK\r\nDate: today\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
HEADS = [
    EVERYDAY,
    EVERYDAY.replace(b"200 OK", b"404 "),
    EVERYDAY.replace(b"200 OK", b"200"),
    EVERYDAY.replace(b"200 OK", b"204 No Content"),
    EVERYDAY.replace(b"200 OK", b"100 Continue"),
    EVERYDAY.replace(b"1.1", b"1.0"),
    EVERYDAY.replace(b"Date: today", b"Connection: close"),
    EVERYDAY.replace(b"Date: today", b"Content-Encoding: gzip"),
    EVERYDAY.replace(b"Date: today", b"Transfer-Encoding: chunked"),
    EVERYDAY.replace(b"Date: today", b"Content-Length: 9"),
    EVERYDAY.replace(b"Date: today", b"content-length: 8"),
    EVERYDAY.replace(b"Date: today", b"Date: \xe4"),
    EVERYDAY.replace(b"Date: today", b"Date:today"),
    EVERYDAY.replace(b"Date: today", b"Date : today"),
    EVERYDAY.replace(b"Date: today", b"Date: "),
    EVERYDAY.replace(b"Date: today", b"Date: one\r\n two"),
    EVERYDAY.replace(b"Length: 9", b"Length: 99999999"),
    EVERYDAY.replace(b"Length: 9", b"Length: 0"),
    EVERYDAY.replace(b"Length: 9", b"Length: +9"),
    EVERYDAY.replace(b"\r\n", b"\n"),
]


def read(pieces, method):
    """Return what a reader makes of an answer that comes in pieces and then ends."""
    reader = AnswerReader(method)
    try:
        for piece in (*pieces, b""):
            reader.feed(piece)
            if reader.complete:
                break
        response = reader.response
    except TransportError as error:
        return error.failure, reader.started
    return response, reader.reusable


@given(
    head=st.sampled_from(HEADS),
    body=st.sampled_from([b"", b'{"id": 1}', b'{"id"', b'{"id": 1}HTTP/1.1 200 OK\r\n\r\n']),
    cuts=st.lists(st.integers(1, 120), max_size=3),
    method=st.sampled_from(["GET", "HEAD", "CONNECT"]),
)
def test_the_short_way_says_what_the_parser_says(head, body, cuts, method):
    whole, places = head + body, sorted({0, *cuts})
    pieces = [piece for piece in map(slice, places, [*places[1:], None]) if whole[piece]]
    pieces = [whole[piece] for piece in pieces]
    short = read(pieces, method)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "plain_head", lambda _: None)
        assert short == read(pieces, method)


def test_the_everyday_answer_goes_the_short_way():
    head = plain_head(EVERYDAY + b"{}")

    assert head is not None
    assert head.size == len(EVERYDAY) + 9
    assert [plain_head(other) for other in HEADS[3:6]] == [None, None, None]
