from __future__ import annotations

import json
import re
from itertools import islice, pairwise

import pytest

from apps_contract.contract import is_valid
from apps_contract.payloads.coverage import known_pairs
from apps_contract.payloads.invalid import invalid_bodies, is_proven
from apps_contract.run.fuzz.budget import Budget, budget
from apps_contract.run.fuzz.options import Options
from apps_contract.run.fuzz.plan import plan
from apps_contract.run.fuzz.trials import BodyTrial, LifeTrial, PackedTrial, trial_from_json
from apps_contract.run.settings import Settings, WrongUseError

ANY = Budget(requests=1)


def first_trials(count, *, edition="2023", seed=1, **options):
    works = plan(Options(Settings(edition=edition, seed=seed), ANY, **options))
    return list(islice((trial for work in works for one in work for trial in unpacked(one)), count))


def unpacked(trial):
    return (trial.whole, *trial.parts) if isinstance(trial, PackedTrial) else (trial,)


def written(trials) -> list[str]:
    return [json.dumps(trial.to_json(), sort_keys=True) for trial in trials]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120s", Budget(seconds=120)),
        ("1.5m", Budget(seconds=90)),
        ("8h", Budget(seconds=28800)),
        ("5000requests", Budget(requests=5000)),
        ("1,000 requests", Budget(requests=1000)),
        ("1request", Budget(requests=1)),
    ],
)
def test_a_budget_is_a_time_or_a_number_of_requests(text, expected):
    assert budget(text) == expected


@pytest.mark.parametrize("text", ["", "12", "s", "-1s", "5 apples", "1.5requests"])
def test_another_budget_is_refused_with_the_mend(text):
    with (
        pytest.raises(WrongUseError, match=re.escape("120s")) if text != "1.5requests" else pytest.raises(WrongUseError)
    ):
        budget(text)


def test_the_same_seed_gives_the_same_trials():
    assert written(first_trials(2500)) == written(first_trials(2500))


def test_another_seed_gives_others():
    one, other = written(first_trials(2500)), written(first_trials(2500, seed=2))

    assert one != other


@pytest.mark.parametrize("edition", ["2021", "2023", "2026"])
def test_trials_are_the_same_after_a_stay_in_a_file(edition):
    trials = first_trials(2000, edition=edition)

    assert written(trial_from_json(json.loads(text)) for text in written(trials)) == written(trials)


def test_pairs_that_were_not_sent_come_first():
    known = {(name, case.pair) for name in ("create", "update") for case in invalid_bodies("2023", name)}
    trials = first_trials(len(known), kinds=("invalid",))

    assert {(trial.case.operation, trial.case.pair) for trial in trials} == known


@pytest.mark.parametrize("edition", ["2021", "2023", "2026"])
def test_every_pair_of_the_table_comes_up(edition):
    trials = first_trials(6000, edition=edition)
    for operation in ("create", "update"):
        sent = {
            trial.case.pair
            for trial in trials
            if isinstance(trial, BodyTrial) and trial.case.operator and trial.case.operation == operation
        }
        assert known_pairs(edition, operation) <= sent


def test_defects_are_proven_and_their_twins_valid():
    trials = [trial for trial in first_trials(4000, kinds=("invalid",)) if trial.is_defect]

    assert len(trials) >= 2000, "a drawn defect comes after its twin, so at least every other trial is a defect"
    assert all(is_proven(trial.case, "2023") for trial in trials)


def test_a_drawn_defect_comes_after_its_twin():
    trials = first_trials(5000, kinds=("invalid",))
    for before, trial in pairwise(trials):
        if not before.case.operator:
            assert trial.case.twin == before.case.body
            assert is_valid(before.case.body, before.case.operation, "2023")


def test_kinds_and_operations_restrict_the_trials():
    assert {trial.kind for trial in first_trials(500, kinds=("raw",))} == {"raw"}
    bodies = first_trials(500, kinds=("valid", "invalid"), operations=("update",))
    assert {trial.case.operation for trial in bodies} == {"update"}
    lives = first_trials(50, operations=("delete",))
    assert all(isinstance(trial, LifeTrial) for trial in lives)
    assert {step["do"] for trial in lives for step in trial.steps} == {"create", "delete", "stray", "unknown"}


def test_what_leaves_nothing_to_send_is_wrong_use():
    with pytest.raises(WrongUseError, match="--only raw has nothing for get"):
        Options(Settings(), ANY, kinds=("raw",), operations=("get",))
    with pytest.raises(WrongUseError, match="read-only"):
        Options(Settings(mode="read-only"), ANY)
