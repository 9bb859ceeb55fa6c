"""The fast validator and the explaining one say the same of everything, and so do both forms of an entry."""

from __future__ import annotations

import pytest
from contract_bodies import app, create, entry
from contract_mutations import bases, mutated
from jsonschema import Draft7Validator, Draft202012Validator

from apps_contract.contract import EDITIONS, explanation, is_valid, schema, schema_error_by_jsonschema, validate

# Values on which validators are known to differ, with what JSON Schema says of them as an integer from 1 to 3650.
ODD_NUMBERS = [
    *[(value, True) for value in (1, 1.0, 7.0, 3650, 3650.0, 3.65e3)],
    *[
        (value, False)
        for value in (True, False, None, "7", 1.5, 0, -0.0, 3650.5, 3651, 1e300, 2**64, -(2**64), 10**400)
    ],
    *[(value, False) for value in (float("inf"), float("nan"), [], {}, [7])],
]


@pytest.mark.parametrize(("value", "is_legal"), ODD_NUMBERS)
def test_both_validators_read_numbers_as_json_schema_does(value, is_legal):
    body = create(retention_policy={"ttl_days": value})
    assert is_valid(body, "create", "2023") is is_legal
    assert (validate(body, "create", "2023") == []) is is_legal


@pytest.mark.parametrize(
    ("text", "is_legal"),
    [
        ("x" * 256, True),
        ("x" * 257, False),
        ("\N{GRINNING FACE}" * 256, True),  # characters, neither bytes nor UTF-16 units
        ("\N{GRINNING FACE}" * 257, False),
        ("e\u0301" * 128, True),
        ("e\u0301" * 129, False),
        ("\x00" * 256, True),
        ("\ud800" * 256, True),
        ("\ud800" * 257, False),
    ],
)
def test_both_validators_count_characters(text, is_legal):
    body = create(channel_credentials=[entry(callback_secret=text)])
    assert is_valid(body, "create", "2023") is is_legal
    assert (validate(body, "create", "2023") == []) is is_legal


@pytest.mark.parametrize("edition", EDITIONS)
def test_both_validators_agree_on_changed_bodies(edition):
    verdicts = set()
    for name, body in (*bases(edition), *mutated(edition, 400)):
        fast = is_valid(body, name, edition)
        assert (validate(body, name, edition) == []) is fast, (name, body)
        assert Draft7Validator(schema(name, edition)).is_valid(body) or not fast
        verdicts.add(fast)
    assert verdicts == {True, False}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_errors_of_both_validators_lead_to_the_same_explanation(edition, monkeypatch):
    bodies = [*bases(edition), *mutated(edition, 400), *mutated(edition, 200, seed=2)]
    texts = [create(display_name="\ud800"), create(display_name=["\ud800"]), create(display_name=float("inf"))]
    bodies += [("create", body) for body in texts]
    fast = [explanation.explain(body, name, edition) for name, body in bodies]
    monkeypatch.setattr(explanation, "schema_errors", schema_error_by_jsonschema.schema_errors)
    slow = [explanation.explain(body, name, edition) for name, body in bodies]
    assert list(map(repr, fast)) == list(map(repr, slow))
    assert len({violation.rule for found in slow for violation in found}) >= 8


@pytest.mark.parametrize("edition", EDITIONS)
def test_both_forms_of_an_entry_allow_the_same_in_both_drafts(edition):
    validators = {}
    for name in ("create", "update"):
        conditions, alternatives = schema(name, edition), schema(name, edition, one_of=True)
        newer = {**alternatives, "$schema": Draft202012Validator.META_SCHEMA["$id"]}
        validators[name] = [Draft7Validator(conditions), Draft7Validator(alternatives), Draft202012Validator(newer)]
    requests = [(name, body) for name, body in (*bases(edition), *mutated(edition, 300, seed=1)) if name in validators]
    verdicts = set()
    for name, body in requests:
        said = {validator.is_valid(body) for validator in validators[name]}
        assert len(said) == 1, (name, body)
        verdicts |= said
    assert verdicts == {True, False}


def test_alternatives_carry_no_conditions():
    for name in ("credential_request", "create"):
        document = schema(name, "2026", one_of=True)
        entry_schema = document if name == "credential_request" else document["definitions"]["credential_request"]
        assert len(entry_schema["oneOf"]) == 11  # one for each credentials object
        assert "if" not in str(entry_schema.keys())


def test_very_deep_and_very_wide_bodies_get_a_verdict():
    deep = {}
    for _ in range(20_000):
        deep = {"a": deep}
    assert is_valid(app(more=deep), "app", "2023")
    assert validate(app(more=deep), "app", "2023") == []
    assert not is_valid(create(more=deep), "create", "2023")
    assert not is_valid(app(channel_credentials=[{}] * 5_000), "app", "2023")
