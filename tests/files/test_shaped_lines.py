"""The pass that builds no dict takes only lines with which the strict reader and the validators find nothing wrong."""

from __future__ import annotations

import json
import random
from functools import cache

import msgspec
import pytest
from file_payloads import CREATE
from generated_corpus import corpus, texts_of

from apps_contract import contract
from apps_contract.files import ndjson
from apps_contract.files.errors import DocumentError
from apps_contract.files.judge import violates
from apps_contract.files.parsing import parse_lines as parse
from apps_contract.files.parsing import read_document
from apps_contract.files.rules import Rules
from apps_contract.files.run import judge_files
from apps_contract.files.schema_choice import Choice
from apps_contract.files.shaped_lines import shaped_lines
from apps_contract.files.shapes import NoShapeError, shape

SHAPED = ("create", "update", "app", "list", "credential_request", "channel_credential", "token")
LINE = b'{"display_name":"a","channel_credentials":[]}'


def _is_right(line, name, edition):
    """Whether neither the strict reader nor the validator, which is proven elsewhere, finds anything wrong."""
    try:
        value = read_document(line)
    except DocumentError:
        return False
    return not violates(value, Choice(name, edition, "option"), strict=True)


def _taken(lines, name="create", edition="2023"):
    count, left = shaped_lines(name, edition).unsure(b"\n".join(lines))
    assert count == len(lines)
    assert all(lines[place] == line for place, line in left)
    places = {place for place, _ in left}
    return [place for place in range(count) if place not in places]


@cache
def _texts(edition):
    """Pairs of a schema and a line: the corpus, written in many ways, some of them wrong."""
    source = random.Random(5)  # noqa: S311 -- the same lines in every run
    return [(name, text) for name, body in corpus(edition) for text in texts_of(body, source)]


@pytest.mark.parametrize("edition", contract.EDITIONS)
def test_what_is_taken_by_its_shape_has_nothing_wrong_with_it(edition):
    wrong, taken, right = [], 0, 0
    for name in SHAPED:
        lines = [text for schema, text in _texts(edition) if schema == name]
        if not lines:
            continue
        places = _taken(lines, name, edition)
        wrong += [lines[place] for place in places if not _is_right(lines[place], name, edition)]
        taken += len(places)
        right += sum(_is_right(line, name, edition) for line in lines[::10]) * 10
    assert wrong == []
    assert taken > 0.4 * right  # else it would be of no use


def test_a_line_gets_the_same_answer_alone_and_among_others():
    lines = [text for name, text in _texts("2026") if name == "create"]
    assert _taken(lines, edition="2026") == [
        place for place, line in enumerate(lines) if _taken([line], edition="2026") == [0]
    ]


def test_what_is_written_is_the_shortest_text_of_a_value():
    """Else a name that stands twice could hide behind a text that got longer by being written again."""
    short = dict.fromkeys(range(32), 6) | dict.fromkeys(map(ord, '\b\t\n\f\r"\\'), 2)
    encode = msgspec.json.Encoder().encode
    every = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert all(len(encode(char)) <= 2 + short.get(ord(char), len(char.encode())) for char in every)
    assert [encode(number) for number in (0, -1, 255, 2**63 - 1)] == [b"0", b"-1", b"255", b"9223372036854775807"]


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        b'  {"display_name" :\t"a", "channel_credentials": [ ] }\r',
        b'{"channel_credentials":[],"display_name":"a:b \\" \\\\ \\n \xc3\xa9"}',
        b'{"display_name":"\\u0041","channel_credentials":[]}',
    ],
)
def test_valid_lines_are_taken_however_they_are_written(line):
    assert _taken([line, line]) == [0, 1]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b'{"display_name":"a","display_name":"a","channel_credentials":[]}',
        b'{"display_name":"a","channel_credentials":[],"display_name":"\\u003a"}',
        b'{"display_name":"a","channel_credentials":[],"display\\u005fname":"a"}',
        b'{"display_name":{"deep":[{}]},"channel_credentials":[],"display_name":"a"}',
        b'{"channel_credentials":[{"channel":"MESSENGER","channel":"MESSENGER","static_token":{"token":"b"}}]}',
        b'{"channel_credentials":[{"channel":"MESSENGER","static_token":{"token":"b","token":"b"}}]}',
        LINE + LINE,
        LINE + b" 1",
        b"\xef\xbb\xbf" + LINE,
        LINE + b"\x00",
        b'{"display_name":"\xff","channel_credentials":[]}',
        b'{"display_name":"\\ud800","channel_credentials":[]}',
        b'{"display_name":"a\tb","channel_credentials":[]}',
        b'{"display_name":"a","channel_credentials":[],"$schema":"create.json"}',
        b'{"display_name":"a","channel_credentials":[],"retention_policy":{"ttl_days":1e999}}',
        b'{"display_name":"a","channel_credentials":[],"retention_policy":{"ttl_days":NaN}}',
        b"[" * 100_000,
        b'{"display_name":' + b'{"a":' * 100_000,
    ],
)
def test_odd_lines_are_left_to_the_strict_reader_alone(line):
    assert _taken([LINE, line, LINE]) == [0, 2]


def test_a_value_over_two_lines_and_two_values_in_one_do_not_make_up_for_each_other():
    first, second = LINE[:16], LINE[16:]
    assert _taken([first, second, LINE + LINE]) == []
    assert _taken([LINE + first, second]) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {"type": "string", "pattern": "^a$"},
        {"type": "number"},
        {"type": "object", "properties": {"a": {"not": {}}}, "required": ["a"]},
        {"type": "object", "properties": {}, "minProperties": 1},
        {"oneOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "object", "properties": {}}]},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    ],
)
def test_what_no_type_says_exactly_has_no_shape(schema):
    with pytest.raises(NoShapeError):
        shape(schema)


@pytest.mark.parametrize("rules", [Rules(), Rules(patterns=(("*.ndjson", "create"),)), Rules(schema="create")])
def test_the_outcome_is_the_same_without_it_and_with_it_few_lines_are_read_otherwise(tmp_path, monkeypatch, rules):
    odd = [{**CREATE, "$schema": "2026/create.json"}, {"id": "x", **CREATE}, {"nothing": 1}, {"apps": []}, {}]
    file = tmp_path / "in.ndjson"
    rows = [*[CREATE] * 50, *odd, *[CREATE] * 800, *odd]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    outcomes, looked_at = [], []
    for shaped in (shaped_lines, lambda *_: None):
        read = []
        monkeypatch.setattr(ndjson, "shaped_lines", shaped)
        monkeypatch.setattr(ndjson, "parse_lines", lambda block, read=read: read.append(block) or parse(block))
        tally, _ = judge_files([str(file)], rules, None, 1)
        outcomes.append((tally.choices, tally.files, [str(one) for one in tally.findings], tally.undecided))
        looked_at.append(sum(map(len, read)))
    assert outcomes[0] == outcomes[1]
    assert looked_at[0] < 0.5 * looked_at[1]
