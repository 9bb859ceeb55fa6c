"""The first pass, by each library, and the explaining validator agree on a large generated corpus of every edition."""

from __future__ import annotations

import copy
import json
import random
from functools import cache

import pytest

from apps_contract import contract
from apps_contract.contract.explanation import explain
from apps_contract.files import acceptance, parsing
from apps_contract.files.judge import unknown_members
from apps_contract.files.rules import Rules
from apps_contract.files.run import judge_files
from apps_contract.files.schema_choice import Choice
from apps_contract.payloads import boundaries, invalid, strategies, tolerated
from apps_contract.payloads.sampling import sample

ANSWERS = ("app", "list", "error", "credential_request", "channel_credential")


def _mutated(value, source):
    changed = copy.deepcopy(value)
    places = [changed]
    for place in places:
        places += [
            item for item in (place.values() if isinstance(place, dict) else place) if isinstance(item, (dict, list))
        ]
    target = source.choice([place for place in places if place] or [changed])
    if not target:
        return changed
    key = source.choice(list(target) if isinstance(target, dict) else range(len(target)))
    new = source.choice(
        [None, 7, 7.0, -1, 1.5, 10**12, "", "x" * 257, True, [], {}, [{}], "NONE", "LINE", {"error": 1}]
    )
    if source.random() < 0.2:
        del target[key]
    elif isinstance(target, dict) and source.random() < 0.2:
        target[source.choice(["colour", "state", "id", "error"])] = new
    else:
        target[key] = new
    return changed


def _corpus(edition):
    """Return pairs of a schema and a payload: generated valid and invalid requests, samples, and changed ones."""
    found = []
    for operation, strategy in (("create", strategies.create_request), ("update", strategies.update_request)):
        found += [(operation, body) for body in sample(strategy(edition=edition), 150, seed=3)]
        for cases in (invalid.invalid_bodies, boundaries.valid_boundaries, tolerated.tolerated_bodies):
            found += [(operation, case.body) for case in cases(edition, operation)]
    for name in ANSWERS:
        found += [(name, example) for example in contract.schema(name, edition).get("examples", ())] * 40
    apps = [body | {"id": "x"} for name, body in found[:100] if name == "create"]
    found += [("app", app) for app in apps] + [("list", {"apps": apps[start : start + 3]}) for start in range(0, 90, 3)]
    source = random.Random(11)  # noqa: S311 -- the same changes in every run
    return found + [(name, _mutated(body, source)) for name, body in found if isinstance(body, dict)]


@pytest.mark.parametrize("edition", contract.EDITIONS)
def test_every_first_pass_says_what_the_explaining_validator_says(edition):
    disagreements, verdicts = [], set()
    for name, body in _corpus(edition):
        keeps = not explain(body, name, edition)
        closed = keeps and not unknown_members(body, Choice(name, edition, "option"))
        for make in (acceptance.accept_many_by_corvus, acceptance.accept_many_by_jsonschema_rs):
            for strict, expected in ((False, keeps), (True, closed)):
                try:
                    said = _made(make, name, edition, strict=strict)([body])
                except (ValueError, TypeError, RecursionError):
                    continue  # in doubt: the explaining validator decides
                if said is not expected:
                    disagreements.append((make.__name__, strict, name, body))
        verdicts |= {(name, keeps), (name, closed)}
    assert disagreements == []
    assert len(verdicts) == 2 * 7


@cache
def _made(make, name, edition, *, strict):
    return make(name, edition, strict=strict)


def test_the_outcome_of_a_file_is_the_same_whatever_is_installed(tmp_path, monkeypatch):
    corpus = [
        (name, body)
        for edition in contract.EDITIONS
        for name, body in _corpus(edition)[::40]
        if name in {"create", "update"}
    ]
    file = tmp_path / "in.ndjson"
    text = "\n".join(json.dumps(body) for _, body in corpus)
    odd = ['{"display_name":"a","display_name":"b"}', '{"display_name":"\\ud800"}', '{"display_name":1e999}', "[" * 600]
    file.write_text("\n".join([text, *odd, text]), encoding="utf-8")
    outcomes = set()
    for parse in (parsing.parse_lines_by_json, parsing.parse_lines_by_orjson):
        for make in (acceptance.accept_many_by_corvus, acceptance.accept_many_by_jsonschema_rs):
            monkeypatch.setattr("apps_contract.files.ndjson.parse_lines", lambda parse=parse: parse)
            monkeypatch.setattr(acceptance, "_compiled", make)
            for schema in ("create", None):
                acceptance.accept_many.cache_clear()
                tally, _ = judge_files([str(file)], Rules(edition="2026", schema=schema), None, 1)
                said = [str(finding) for finding in tally.findings]
                outcomes.add((schema, tally.payloads, tally.with_findings, tally.undecided_payloads, *said))
    acceptance.accept_many.cache_clear()
    assert len(outcomes) == 2
