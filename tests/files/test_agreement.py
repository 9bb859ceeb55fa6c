"""The first pass, by each library, and the explaining validator agree on a large generated corpus of every edition."""

from __future__ import annotations

import json
from functools import cache

import pytest
from generated_corpus import corpus

from apps_contract import contract
from apps_contract.contract.explanation import explain
from apps_contract.files import acceptance, parsing
from apps_contract.files.judge import unknown_members
from apps_contract.files.rules import Rules
from apps_contract.files.run import judge_files
from apps_contract.files.schema_choice import Choice
from apps_contract.files.shaped_lines import shaped_lines


@pytest.mark.parametrize("edition", contract.EDITIONS)
def test_every_first_pass_says_what_the_explaining_validator_says(edition):
    disagreements, verdicts = [], set()
    for name, body in corpus(edition):
        keeps = not explain(body, name, edition)
        closed = keeps and not unknown_members(body, Choice(name, edition, "option"))
        for strict, expected in ((False, keeps), (True, closed)):
            try:
                said = _by_schema(name, edition, strict=strict)([body])
            except (ValueError, TypeError, RecursionError):
                continue  # in doubt: the explaining validator decides
            if said is not expected:
                disagreements.append((strict, name, body))
        if _is_taken_by_shape(body, name, edition) and not closed:
            disagreements.append(("shape", name, body))
        verdicts |= {(name, keeps), (name, closed)}
    assert disagreements == []
    assert len(verdicts) == 2 * 7


@cache
def _by_schema(name, edition, *, strict):
    return acceptance.accept_many_by_schema(name, edition, strict=strict)


def _is_taken_by_shape(body, name, edition):
    shaped = shaped_lines(name, edition)
    return shaped is not None and shaped.unsure(json.dumps(body).encode())[1] == []


def _line_by_line(block):
    return [parsing.quick(line) for line in block.split(b"\n")]


def test_the_outcome_of_a_file_is_the_same_whoever_reads_it_first(tmp_path, monkeypatch):
    bodies = [
        body for edition in contract.EDITIONS for name, body in corpus(edition)[::40] if name in {"create", "update"}
    ]
    file = tmp_path / "in.ndjson"
    text = "\n".join(json.dumps(body) for body in bodies)
    odd = ['{"display_name":"a","display_name":"b"}', '{"display_name":"\\ud800"}', '{"display_name":1e999}', "[" * 600]
    file.write_text("\n".join([text, *odd, text]), encoding="utf-8")
    outcomes = set()
    for parse in (parsing.parse_lines, _line_by_line):
        for shaped in (shaped_lines, lambda *_: None):
            monkeypatch.setattr("apps_contract.files.ndjson.parse_lines", parse)
            monkeypatch.setattr("apps_contract.files.ndjson.shaped_lines", shaped)
            for schema in ("create", None):
                tally, _ = judge_files([str(file)], Rules(edition="2026", schema=schema), None, 1)
                said = [str(finding) for finding in tally.findings]
                outcomes.add((schema, tally.payloads, tally.with_findings, tally.undecided_payloads, *said))
    assert len(outcomes) == 2
