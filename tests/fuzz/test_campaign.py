from __future__ import annotations

import json
import re

import pytest

from apps_contract.run.fuzz.corpus import Corpus
from apps_contract.run.fuzz.events import Found
from apps_contract.run.fuzz.trials import BodyTrial, LifeTrial
from apps_contract.run.outcomes import ExitCode
from apps_contract.service.faults import fault

_APP_ID = re.compile(r"/apps/[^/?]+")


@pytest.mark.parametrize("edition", ["2021", "2023", "2026"])
def test_the_reference_server_shows_no_finding(desk, edition):
    ended = desk.fuzz(desk.server(edition=edition), 700, edition=edition)

    assert [(one.breach.title, one.case) for one in ended.run.findings] == []
    assert ended.run.exit_code is ExitCode.CONFORMS
    assert ended.progress.covered > 250
    assert set(ended.trials) == {"valid", "invalid", "raw", "stateful"}
    assert ended.not_tested == 0


def test_a_campaign_leaves_no_app_behind(desk):
    server = desk.server()
    desk.fuzz(server, 500)

    assert desk.apps(server) == []
    assert not (desk.report_dir / "ledger.jsonl").exists()


def test_the_same_seed_sends_the_same_requests(desk):
    def sent(seed):
        desk.fuzz(desk.server(), 600, workers=1, seed=seed)
        requests = [(one.method, _APP_ID.sub("/apps/ID", one.target), one.headers, one.body) for one in desk.sent]
        return requests[:600]

    one = sent(5)

    assert sent(5) == one
    assert sent(6) != one


# A fault, and what its smallest example may hold: the steps, or the members of the body.
@pytest.mark.parametrize(
    ("name", "requirement", "most_bytes"),
    [
        ("entries-sorted", "SRV-STATE-2", 500),
        ("large-ttl-as-text", "SRV-SHAPE-1", 500),
        ("get-cached-over-updates", "SRV-STATE-4", 1200),
        ("eleventh-entry-lost", "SRV-STATE-2", 3000),
        ("persist-resets-ttl", "SRV-STATE-2", 500),
    ],
)
def test_a_seeded_fault_is_found_made_small_and_kept(desk, name, requirement, most_bytes):
    ended = desk.fuzz(desk.server(fault=fault(name)), 4000, stop_at_first=True)

    found = {one.breach.requirement: one for one in ended.run.findings}
    assert found, "nothing was found"
    assert ended.run.exit_code is ExitCode.VIOLATION
    trials = [one.trial for one in Corpus(desk.report_dir / "corpus")]
    assert trials
    smallest = min(len(json.dumps(_content(trial))) for trial in trials)
    assert smallest <= most_bytes
    if requirement in found:
        assert not found[requirement].flaky


def _content(trial):
    return trial.case.body if isinstance(trial, BodyTrial) else list(trial.steps)


def test_a_life_is_cut_down_to_the_steps_that_matter(desk):
    desk.fuzz(desk.server(fault=fault("id-reused-after-delete")), 4000, stop_at_first=True, kinds=("stateful",))
    (kept, *_) = Corpus(desk.report_dir / "corpus")

    assert isinstance(kept.trial, LifeTrial)
    assert len(kept.trial.steps) <= 3


def test_a_finding_is_on_disk_before_it_is_made_small(desk, monkeypatch):
    seen: list[str] = []

    def look(*_arguments):
        seen.extend(path.name for path in (desk.report_dir / "corpus").glob("*.json"))
        raise RuntimeError("worker failed")

    monkeypatch.setattr("apps_contract.run.fuzz.worker.smaller", look)
    with pytest.raises(RuntimeError, match="worker failed"):
        desk.fuzz(desk.server(fault=fault("large-ttl-as-text")), 4000, workers=1)

    assert seen


def test_earlier_findings_are_tried_first_until_they_are_gone(desk):
    faulty = fault("large-ttl-as-text")
    desk.fuzz(desk.server(fault=faulty), 1500, stop_at_first=True)
    kept = sorted(path.name for path in (desk.report_dir / "corpus").glob("*.json"))

    again = desk.fuzz(desk.server(fault=faulty), 0)
    assert "SRV-SHAPE-1" in {one.breach.requirement for one in again.run.findings}
    assert again.run.exit_code is ExitCode.VIOLATION

    mended = desk.fuzz(desk.server(), 0)
    assert mended.run.findings == ()
    assert set(mended.gone) >= set(kept)
    assert sorted(path.name for path in (desk.report_dir / "corpus").glob("*.json")) >= kept


def test_the_same_finding_at_many_places_is_one_group(desk):
    ended = desk.fuzz(desk.server(fault=fault("grpc-code")), 600)
    found = [one for one in ended.run.findings if one.breach.requirement == "SRV-SHAPE-4"]

    assert len(found) == len({one.case for one in found})
    assert ended.run.exit_code is ExitCode.CONFORMS  # a SHOULD


def test_ctrl_c_keeps_what_was_found_and_deletes_what_was_made(desk):
    interrupts = iter([KeyboardInterrupt])

    def interrupt(event):
        if isinstance(event, Found):
            for pressed in interrupts:
                raise pressed

    server = desk.server(fault=fault("entries-sorted"))
    ended = desk.fuzz(server, 100_000, listener=interrupt)

    assert ended.run.findings
    assert ended.run.exit_code is ExitCode.COULD_NOT_TEST
    assert ended.run.ended_early == "the run was interrupted"
    assert list((desk.report_dir / "corpus").glob("*.json"))
    assert desk.apps(server) == []


def test_a_target_that_dies_ends_the_campaign(desk):
    server = desk.server()
    ticks: list[object] = []

    def stop(event):
        ticks.append(event)
        if len(ticks) == 4:
            server.stop()

    ended = desk.fuzz(server, 1_000_000, listener=stop)

    assert ended.run.exit_code is ExitCode.COULD_NOT_TEST
    assert "stopped answering" in ended.run.ended_early


def test_a_file_that_is_no_finding_is_named_and_passed_over(desk):
    (desk.report_dir / "corpus").mkdir()
    (desk.report_dir / "corpus" / "notes.json").write_text("{}")

    assert desk.fuzz(desk.server(), 20).unreadable == ("notes.json",)
