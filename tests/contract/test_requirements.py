"""The catalogue of requirements (contract sections 6 and 7)."""

from __future__ import annotations

from collections import Counter

import pytest

from apps_contract.contract import EDITIONS, Level, UnknownRequirementError, requirement, requirements, select

MUST, SHOULD, MAY = Level.MUST, Level.SHOULD, Level.MAY

# How many items each group of the contract has.
GROUPS = {
    "SRV-SHAPE": 7,
    "SRV-STATE": 12,
    "SRV-INPUT": 13,
    "SRV-AUTH": 6,
    "SRV-LOAD": 3,
    "CLI-REQ": 8,
    "CLI-ANS": 9,
}

# The items whose strongest clause is less than MUST in some edition.
WEAKER = {
    "SRV-SHAPE-4": SHOULD,
    "SRV-SHAPE-5": SHOULD,
    "SRV-SHAPE-7": SHOULD,
    "SRV-STATE-3": SHOULD,
    "SRV-INPUT-9": SHOULD,
    "SRV-AUTH-3": SHOULD,
    "SRV-AUTH-5": SHOULD,
    "SRV-AUTH-6": SHOULD,
    "SRV-INPUT-7": MAY,
    "SRV-LOAD-3": MAY,
    "CLI-REQ-5": SHOULD,
    "CLI-ANS-4": SHOULD,
}


def test_every_item_of_the_contract_is_there():
    assert Counter(item.group for item in requirements()) == GROUPS
    for item in requirements():
        assert item.id == f"{item.group}-{item.number}"
        assert item.side == ("server" if item.group.startswith("SRV") else "client")
    assert [item.id for item in requirements("client")] == [
        *(f"CLI-REQ-{number}" for number in range(1, 9)),
        *(f"CLI-ANS-{number}" for number in range(1, 10)),
    ]


@pytest.mark.parametrize("edition", EDITIONS)
def test_levels_are_the_contracts(edition):
    weaker = WEAKER | ({} if edition == "2026" else {"SRV-INPUT-6": SHOULD})
    found = {item.id: item.level(edition) for item in requirements() if item.level(edition) is not MUST}
    assert found == weaker


def test_clauses_have_levels_of_their_own():
    def levels(requirement_id, edition):
        return [clause.level(edition) for clause in requirement(requirement_id).clauses]

    assert levels("SRV-INPUT-6", "2023") == [SHOULD, SHOULD, None]
    assert levels("SRV-INPUT-6", "2026") == [MUST, SHOULD, SHOULD]
    assert levels("SRV-INPUT-10", "2023") == [SHOULD, MUST]
    assert levels("SRV-INPUT-11", "2021") == [MUST, MUST]
    assert levels("SRV-INPUT-11", "2023") == [SHOULD, MUST]
    assert levels("SRV-SHAPE-3", "2023") == [MUST, SHOULD]
    assert levels("CLI-ANS-3", "2023") == [MUST, SHOULD, MUST]


def test_an_item_reads_well():
    for item in requirements():
        assert 3 <= len(item.title.split()) <= 8, item.id
        for sentence in (item.usual_cause, item.example, *(clause.text for clause in item.clauses)):
            assert sentence[0].isupper() or sentence[0] in "`0123456789"
            assert sentence.endswith((".", "`."))


def test_an_id_may_be_written_in_any_case():
    assert requirement("srv-state-6").title == "Update changes only what was sent"


@pytest.mark.parametrize(
    ("prefixes", "ids"),
    [
        (["SRV-LOAD"], ["SRV-LOAD-1", "SRV-LOAD-2", "SRV-LOAD-3"]),
        (["SRV-STATE-1"], ["SRV-STATE-1"]),  # not SRV-STATE-10
        (["srv-auth-6", "SRV-LOAD-1", "SRV-AUTH-6"], ["SRV-AUTH-6", "SRV-LOAD-1"]),
    ],
)
def test_prefixes_select_whole_parts_in_the_contracts_order(prefixes, ids):
    assert [item.id for item in select(prefixes)] == ids


def test_no_prefix_selects_everything_and_a_side_selects_its_own():
    assert select([]) == requirements()
    assert select(["SRV"]) == requirements("server")
    assert select(["CLI-"]) == requirements("client")


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [("SRV-STATS", "did you mean 'SRV-STATE'"), ("CLI-REQ-9", "did you mean 'CLI-REQ-"), ("x", "known: SRV-SHAPE, ")],
)
def test_an_unknown_prefix_is_answered_with_advice(wrong, advice):
    with pytest.raises(UnknownRequirementError, match=advice):
        select([wrong])


def test_an_unknown_id_is_answered_with_advice():
    with pytest.raises(UnknownRequirementError, match="unknown requirement 'SRV-STATE-13'; did you mean 'SRV-STATE-"):
        requirement("SRV-STATE-13")
