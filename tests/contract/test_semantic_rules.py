"""The rules that look at several entries of one request (contract section 4.3 and issue advice)."""

from __future__ import annotations

import pytest
from contract_bodies import app, create, entry, line

from apps_contract.contract import Level, is_valid, validate


def default_line(ordinal):
    return line(line_credentials={"token": "t", "secret": "s", "is_default": True}, credential_ordinal_number=ordinal)


def default_enterprise(ordinal):
    credentials = {"line_japan": {"token": "t", "secret": "s"}, "is_default": True}
    return {"channel": "LINE", "line_enterprise_credentials": credentials, "credential_ordinal_number": ordinal}


def found(entries, name="create", edition="2026"):
    body = create(channel_credentials=entries)
    violations = validate(body, name, edition)
    assert is_valid(body, name, edition) == (not violations)
    return [(violation.rule, violation.path) for violation in violations]


@pytest.mark.parametrize(
    ("entries", "places"),
    [
        ([line(), line(credential_ordinal_number=1)], []),
        ([line(), line()], [1]),
        ([line(), entry(), line(credential_ordinal_number=0)], [2]),
        ([line(credential_ordinal_number=7), line(), line(credential_ordinal_number=7.0)], [2]),
        ([line(), line(), line()], [1, 2]),
        ([entry(), entry()], []),
    ],
)
@pytest.mark.parametrize("name", ["create", "update"])
def test_line_ordinals_are_unique(entries, places, name):
    expected = [("line_ordinals_unique", f"channel_credentials[{at}].credential_ordinal_number") for at in places]
    assert found(entries, name) == expected


def test_a_doubled_ordinal_should_be_refused():
    [violation] = validate(create(channel_credentials=[line(), line()]), "create", "2026")
    assert (violation.requirement, violation.level, violation.is_advice) == ("SRV-INPUT-6", Level.SHOULD, False)


def test_only_one_line_entry_is_the_default():
    assert found([default_line(0), line(credential_ordinal_number=1)]) == []
    path = "channel_credentials[1].line_enterprise_credentials.is_default"
    assert found([default_line(0), default_enterprise(1)]) == [("one_default_line", path)]


def test_only_line_uses_other_ordinals_than_zero():
    assert found([entry(credential_ordinal_number=0)]) == []
    path = "channel_credentials[0].credential_ordinal_number"
    assert found([entry(credential_ordinal_number=1)]) == [("ordinal_only_for_line", path)]


def test_advice_breaks_no_requirement():
    advised = create(channel_credentials=[default_line(0), default_line(1), entry(credential_ordinal_number=1)])
    violations = validate(advised, "create", "2026")
    assert [violation.requirement for violation in violations] == [None, None]
    assert all(violation.is_advice and violation.level is None for violation in violations)


def test_answers_and_earlier_editions_are_not_judged_by_them():
    assert found([line(), line()], edition="2023") == []
    assert validate(app(channel_credentials=[line(), line()]), "app", "2026") == []
