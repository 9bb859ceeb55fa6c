"""The comparison of two schemas, on small ones: every kind of change that an edition to come may bring."""

from __future__ import annotations

import pytest

from apps_contract.contract.schema_diff import schema_facts

INTEGER = {"type": "integer", "minimum": 1, "maximum": 10}


def member(schema):
    return {"type": "object", "properties": {"a": schema}}


def facts(old, new):
    return [(fact.path, str(fact.kind), fact.old, fact.new) for fact in schema_facts(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"type": "string"}, {"type": "integer"}, [("a", "type changed", "string", "integer")]),
        ({"enum": ["x"]}, {"enum": ["x", "y"]}, [("a", "value added", None, "y")]),
        (INTEGER, INTEGER | {"maximum": 11}, [("a", "range widened", "from 1 to 10", "from 1 to 11")]),
        (INTEGER, INTEGER | {"minimum": 2}, [("a", "range narrowed", "from 1 to 10", "from 2 to 10")]),
        (
            INTEGER,
            INTEGER | {"minimum": 0, "maximum": 9},
            [
                ("a", "range widened", "from 1 to 10", "from 0 to 9"),
                ("a", "range narrowed", "from 1 to 10", "from 0 to 9"),
            ],
        ),
        (
            {"type": "string"},
            {"type": "string", "maxLength": 9},
            [("a", "range narrowed", None, "at most 9 characters")],
        ),
        ({"default": 1}, {"default": 2}, [("a", "default changed", 1, 2)]),
        (INTEGER, {"anyOf": [INTEGER, {"type": "null"}]}, [("a", "null allowed", None, None)]),
        ({"anyOf": [INTEGER, {"type": "null"}]}, INTEGER, [("a", "null forbidden", None, None)]),
        ({"type": "object"}, {"type": "object", "oneOf": [{}]}, [("a", "rule added", None, None)]),
        (
            {"type": "array", "items": INTEGER},
            {"type": "array", "items": {"type": "string"}},
            [("a[]", "type changed", "integer", "string")],
        ),
        (member(INTEGER), member({"type": "string"}), [("a.a", "type changed", "integer", "string")]),
    ],
)
def test_a_member_is_compared(old, new, expected):
    assert facts(member(old), member(new)) == expected
    assert facts(member(old), member(old)) == []


def test_members_come_and_go():
    old = {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "required": ["a", "b"]}
    new = {"type": "object", "properties": {"b": {}, "d": {}, "e": {}, "c": {}}, "required": ["c", "e"]}
    assert facts(old, new) == [
        ("a", "required member removed", None, None),
        ("b", "became optional", None, None),
        ("c", "became required", None, None),
        ("d", "member added", None, None),
        ("e", "required member added", None, None),
    ]


def test_references_are_followed_in_both():
    old = member({"$ref": "#/definitions/x"}) | {"definitions": {"x": INTEGER}}
    new = member({"$ref": "#/definitions/y"}) | {"definitions": {"y": INTEGER | {"maximum": 5}}}
    assert facts(old, new) == [("a", "range narrowed", "from 1 to 10", "from 1 to 5")]
