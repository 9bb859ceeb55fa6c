"""Packed bodies hold many changes that a server has to take, or may take, each of them known from a case of its own."""

import pytest

from apps_contract.contract import EDITIONS, Level, is_valid, validate
from apps_contract.payloads.certain import must_be_taken
from apps_contract.payloads.coverage import known_cases
from apps_contract.payloads.packed import packed_bodies
from apps_contract.payloads.pairs import pairs_of

each_body = pytest.mark.parametrize(("edition", "operation"), [(e, o) for e in EDITIONS for o in ("create", "update")])


@each_body
def test_a_body_shows_the_pair_of_each_of_its_parts(edition, operation):
    for packed in packed_bodies(edition, operation):
        assert len(packed.parts) > 1
        assert {part.pair for part in packed.parts} <= pairs_of(packed.case.body, operation, edition)


@each_body
def test_a_body_is_as_legal_as_its_parts(edition, operation):
    for packed in packed_bodies(edition, operation):
        if packed.case.level is None:
            assert must_be_taken(packed.case.body, operation, edition), packed.case.label
            continue
        assert {part.level for part in packed.parts} == {Level.MAY}
        assert {part.requirement for part in packed.parts} == {packed.case.requirement}
        assert is_valid(packed.case.twin, operation, edition)
        levels = {violation.level for violation in validate(packed.case.body, operation, edition)}
        assert levels <= {Level.MAY}, packed.case.label


@each_body
def test_a_few_bodies_show_nine_of_ten_pairs_that_are_no_defects(edition, operation):
    packed = packed_bodies(edition, operation)
    shown = {pair for one in packed for pair in pairs_of(one.case.body, operation, edition)}
    known = [
        case
        for case in known_cases(edition, operation)
        if (case.level is Level.MAY or case.requirement == "SRV-INPUT-12")
        and case.path
        and case.pair in pairs_of(case.body, operation, edition)
    ]
    left = {case.pair for case in known} - shown
    assert len(packed) <= 13
    assert len(left) < len(shown) / 10, sorted(left)
