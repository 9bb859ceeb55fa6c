import json

import pytest

from apps_contract.report.page.difference import sides
from apps_contract.report.page.json_text import body_lines, location


def marked(pieces):
    return [piece.text for piece in pieces if piece.differs]


@pytest.mark.parametrize(
    ("expected", "actual", "left", "right"),
    [
        ('"FULL"', '"NONE" (character 0 is U+004E in place of U+0046)', ["FULL"], ["NONE"]),
        ('"secret-0ab"', '"secret-38a"', ["0ab"], ["38a"]),
        ('{"a": 1, "b": 2}', '{"a": 1, "b": 3}', ["2"], ["3"]),
        ("status 200", "status 202", ["200"], ["202"]),
        ("200 or an error status", "nothing at all came", [], []),
        ("true", "true", [], []),
    ],
)
def test_only_the_difference_is_marked(expected, actual, left, right):
    found = sides(expected, actual)
    assert marked(found.expected) == left
    assert marked(found.actual) == right


def test_a_note_about_the_difference_stands_beside_the_value():
    found = sides('"FULL"', '"NONE" (character 0 is U+004E in place of U+0046)')
    assert found.note == "character 0 is U+004E in place of U+0046"
    assert "".join(piece.text for piece in found.actual) == '"NONE"'


def test_the_place_of_a_finding_is_marked_in_its_body():
    body = {"id": "a", "channel_credentials": [{"channel": "SMS", "token": "t"}, {"channel": "MMS", "token": "u"}]}
    lines = body_lines(json.dumps(body), location("body.channel_credentials[1].token"), 10_000)
    assert [line.text.strip() for line in lines if line.marked] == ['"token": "u"']
    assert json.loads("\n".join(line.text for line in lines)) == body


def test_where_something_is_absent_its_place_is_marked_if_asked():
    text = json.dumps({"channel_credentials": [{"channel": "SMS"}, {"channel": "MMS"}], "id": "a"})
    place = location("body.channel_credentials[1].token")
    assert not any(line.marked for line in body_lines(text, place, 1000))
    lines = body_lines(text, place, 1000, or_nearest=True)
    assert [number for number, line in enumerate(lines) if line.marked] == [5]
    assert lines[6].text.strip() == '"channel": "MMS"'


def test_of_a_long_place_the_first_line_is_marked():
    body = {"apps": [{"id": str(number)} for number in range(50)]}
    lines = body_lines(json.dumps(body), location("body.apps"), 100_000)
    assert [line.text for line in lines if line.marked] == ['  "apps": [']


def test_a_long_body_is_cut_around_the_mark():
    body = {"before": list(range(500)), "wrong": 1, "after": list(range(500))}
    lines = body_lines(json.dumps(body), location("body.wrong"), 400)
    text = "\n".join(line.text for line in lines)
    assert '"wrong": 1' in text
    assert len(text) < 700
    assert "more lines, whole in report.json" in lines[0].text
    assert "more lines, whole in report.json" in lines[-1].text


@pytest.mark.parametrize("body", ["", "not json", "[" * 100_000, '{"a": 1' * 1000, "null", '"x"'])
def test_any_body_can_be_shown(body):
    assert body_lines(body, location("body.a"), 1000)


@pytest.mark.parametrize("path", [None, "", "header.content-type", "body", "status"])
def test_a_path_outside_the_body_marks_nothing(path):
    assert location(path) is None
