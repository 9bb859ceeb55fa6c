"""The strict reader, and that it does not matter which parser is installed."""

from __future__ import annotations

import json
import random

import pytest

from apps_contract.files.errors import DocumentError, NotJsonError
from apps_contract.files.json_reader import MAX_DEPTH, Positions, read_json
from apps_contract.files.parsing import parse_lines, quick, read_document
from apps_contract.payloads import raw
from apps_contract.payloads.valid import full_create

REFUSED = {
    "": ("is empty", 1, 1),
    "  \n ": ("is empty", 2, 2),
    '{"a": 1, "a": 2}': ("the name 'a' stands twice in one object", 1, 10),
    '{"a": {"b": 1,\n "\\u0062": 2}}': ("the name 'b' stands twice", 2, 2),
    '{"a": NaN}': ("NaN is no JSON value", 1, 7),
    "[-Infinity]": ("-Infinity is no JSON value", 1, 2),
    "[1e400]": ("the number 1e400 is beyond what a 64-bit float holds", 1, 2),
    "[-" + "9" * 400 + "]": ("a number of 400 digits is beyond", 1, 2),
    "[" + "1" * 5000 + "]": ("a number of 5000 digits is beyond", 1, 2),
    "[1,]": ("a comma before ']'", 1, 3),
    '{"a":1,}': ("a comma before '}'", 1, 7),
    "[1 2]": ("found '2', expected a comma", 1, 4),
    '{"a" 1}': ("found '1', expected a colon", 1, 6),
    "{a: 1}": ("found 'a', expected a member's name", 1, 2),
    "['a']": ('found "\'", expected a value', 1, 2),
    "[01]": ("found '1', expected a comma", 1, 3),
    '["a\nb"]': ("a string goes over the end of a line, or holds a tab", 1, 4),
    '["\\x"]': ("an unknown escape: a backslash in a string is written twice", 1, 3),
    '["\\u12"]': ("an escape \\u that four hexadecimal digits do not follow", 1, 4),
    '["a': ("a string is not closed", 1, 2),
    '{"a": [1, {"b"': ("ends too early: a colon was expected", 1, 15),
    "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1): (f"is nested deeper than {MAX_DEPTH} levels", 1, MAX_DEPTH + 1),
    "[" * 200_000: (f"is nested deeper than {MAX_DEPTH} levels", 1, MAX_DEPTH + 1),
    "{} {}": ("more text follows", 1, 4),
    "// comment\n{}": ("found '/', expected a value", 1, 1),
}

# What somebody wrote who thought of another language, and what the message ends with.
MEANT = {
    '{"a": None}': "JSON writes null for None",
    "[True]": "JSON writes true for True",
    "[FALSE]": "JSON writes false for FALSE",
    "[t0ken]": "text stands in double quotes",
    "{a: 1}": 'a name stands in double quotes: "a"',
    "['a']": 'JSON puts names and text in double quotes (")',
    "{\u201ca\u201d: 1}": 'JSON puts names and text in double quotes (")',
    '{"a": 1, // one\n "b": 2}': "JSON allows no comments",
    '{"a": 1 # one\n}': "JSON allows no comments",
    "[0x1E]": "a number is decimal, without a unit",
    "[30d]": "a number is decimal, without a unit",
    "[007]": "a number has no leading zero",
    "[+7]": "a number has no plus sign",
    "[.5]": "a digit stands before the point",
    "[1,,2]": "a comma too many",
    '{"a": 1,, "b": 2}': "a comma too many",
    '{"a":, "b": 2}': "a value is missing",
    '{"a": 1\n "b": 2}': "a comma is missing before it, or a quote inside a text lacks its backslash",
    "[\u00a07]": "no-break space: between values JSON allows plain spaces only",
    "<html>": "this looks like XML or HTML",
    '{"a": [1}': "the array that begins in line 1, column 7 is not closed",
    '{"a":\n [{"b": 1}': "the array that begins in line 2, column 2 is not closed",
    "{}}": "one '}' too many",
}


@pytest.mark.parametrize(("text", "advice"), MEANT.items(), ids=[text[:20] for text in MEANT])
def test_what_was_probably_meant_is_said(text, advice):
    with pytest.raises(DocumentError) as refused:
        read_document(text.encode())
    assert refused.value.message.endswith(advice)


def test_no_message_repeats_a_value_that_may_be_a_secret():
    for text in (
        '{"token": s3cret}',
        "{'token': 's3cret'}",
        '{"token": "s3cret}',
        '{"token": "a" "s3cret"}',
        "[s3cret",
    ):
        with pytest.raises(DocumentError) as refused:
            read_document(text.encode())
        assert "s3cret" not in refused.value.message


@pytest.mark.parametrize(("text", "said"), REFUSED.items(), ids=[text[:20] for text in REFUSED])
def test_what_is_refused_says_why_and_where(text, said):
    with pytest.raises(DocumentError) as refused:
        read_document(text.encode())
    message, line, column = said
    assert refused.value.message.startswith(message)
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        (b"\xef\xbb\xbf{}", "begins with a byte order mark", (1, 1)),
        ("{}".encode("utf-16"), "looks like UTF-16", (1, 1)),
        ("{}".encode("utf-16-be"), "looks like UTF-16", (1, 1)),
        ('{"a":\n "é\udcff"}'.encode("utf-8", "surrogateescape"), "is not UTF-8: the byte 0xff at offset 10", (2, 4)),
    ],
)
def test_what_is_no_utf_8_says_why_and_where(data, message, place):
    with pytest.raises(DocumentError) as refused:
        read_document(data)
    assert refused.value.message.startswith(message)
    assert (refused.value.line, refused.value.column) == place


def _texts():
    """Return texts of every kind: legal, odd, hostile and cut at random."""
    cases = [*raw.not_json(), *raw.not_objects(), *raw.odd_spellings(full_create("2023", "odd")), *raw.hostile()]
    texts = [case.body for case in cases if len(case.body) < 100_000]
    source = random.Random(5)  # noqa: S311 -- the same texts in every run
    whole = json.dumps(full_create("2026", 'a "quoted": name')).encode()
    for _ in range(300):
        text = bytearray(whole)
        for _ in range(source.randint(1, 2)):
            at = source.randrange(len(text))
            text[at : at + source.randint(0, 3)] = source.choice(
                [b"", b'"', b"{", b":", b"\\u003a", b",", b"9" * 20, b"\xff"]
            )
        texts.append(bytes(text))
    texts += [text.encode() for text in REFUSED]
    texts += [b'{"a":1,"a":"\\u003a"}', b'{"a":":","a":1}', b'{"a:":1, "a:":2}', b'{"a":"\\\\u003a","a":2}']
    return texts


def _outcome(read, text):
    try:
        return read(text)
    except (ValueError, TypeError, RecursionError):
        return "in doubt"


def _quick_line(text):
    return [quick(text)]


def test_quick_parsers_take_only_what_the_strict_reader_takes_and_read_the_same():
    verdicts = set()
    for text in _texts():
        try:
            strict = [read_json(text.decode("utf-8"))]
        except (NotJsonError, UnicodeDecodeError):
            strict = "in doubt"
        for parse in (parse_lines, _quick_line):
            read = _outcome(parse, text)
            assert strict != "in doubt" or read == "in doubt", text[:200]
            if read != "in doubt":
                assert json.loads(json.dumps(read), parse_int=float) == json.loads(json.dumps(strict), parse_int=float)
            verdicts.add((parse.__name__, strict == "in doubt", read == "in doubt"))
        assert (_outcome(read_document, text) == "in doubt") is (strict == "in doubt"), text[:200]
    assert len(verdicts) == 6  # both parsers took some, left some in doubt, and refused some


def test_a_batch_of_lines_that_only_together_are_json_is_not_taken():
    for lines in ([b"[1", b"2]"], [b'{"a":[{}', b"{}]}"], [b"{},{}", b""], [b"{},{}", b'{"a":[{}', b"{}]}"]):
        assert _outcome(parse_lines, b"\n".join(lines)) == "in doubt"


def test_positions_of_values_and_of_names():
    text = '{\n "a": [10, {"b": "x",\n   "c": null}]\n}'
    wanted = [("a",), ("a", 0), ("a", 1, "b"), ("a", 1, "c"), ("a", 1, "missing")]
    positions = Positions(wanted)
    read_json(text, positions)
    assert {place: text[at:][:2] for place, at in positions.values.items() if place in wanted} == {
        ("a",): "[1",
        ("a", 0): "10",
        ("a", 1, "b"): '"x',
        ("a", 1, "c"): "nu",
    }
    assert text[positions.names["a", 1, "c"] :].startswith('"c"')
