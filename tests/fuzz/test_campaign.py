from __future__ import annotations

import json
import re
from itertools import takewhile

import pytest

from apps_contract.contract import Level
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.payloads.packed import packed_bodies
from apps_contract.payloads.raw import not_json
from apps_contract.run.fuzz.attempts.attempt import Attempt
from apps_contract.run.fuzz.books import Books
from apps_contract.run.fuzz.budget import Budget
from apps_contract.run.fuzz.discoveries.corpus import Corpus
from apps_contract.run.fuzz.events import Found, Progress
from apps_contract.run.fuzz.options import Options
from apps_contract.run.fuzz.plan import plan
from apps_contract.run.fuzz.trials import BodyTrial, LifeTrial, PackedTrial, RawTrial
from apps_contract.run.outcomes import ExitCode
from apps_contract.run.settings import Settings
from apps_contract.service.dialects import DIALECTS, dialect
from apps_contract.service.faults import fault

ANY = Budget(requests=1)
_APP_ID = re.compile(r"/apps/[^/?]+")


@pytest.mark.parametrize("edition", ["2021", "2023", "2026"])
def test_the_reference_server_shows_no_finding(desk, edition):
    ended = desk.fuzz(desk.server(edition=edition), 700, edition=edition)

    assert [(one.breach.title, one.case) for one in ended.run.findings] == []
    assert ended.run.exit_code is ExitCode.CONFORMS
    assert ended.progress.covered > 250
    assert set(ended.trials) == {"valid", "invalid", "raw", "stateful"}
    assert ended.not_tested == 0


# What is taken or not, as the server likes, shows the freedoms of the contract: nulls, unknown members, odd texts.
@pytest.mark.parametrize("name", sorted(DIALECTS.keys() - {"limited", "slow"}))
def test_no_conforming_dialect_shows_a_finding(desk, name):
    ended = desk.fuzz(desk.server(edition="2026", dialect=dialect(name)), 1200, edition="2026", kinds=("valid", "raw"))
    findings = [(one.breach.title, one.case) for one in ended.run.findings if one.level is Level.MUST]

    assert findings == []
    assert ended.run.exit_code is ExitCode.CONFORMS


# Faults in what requests share: seen only when nobody else sends meanwhile, or only by two apps that are alike.
@pytest.mark.parametrize(
    ("name", "requirement", "most_steps"),
    [
        ("equal-create-deduplicated", "SRV-STATE-1", 2),
        ("delete-takes-apps-with-same-token", "SRV-STATE-9", 4),
        ("policy-written-by-column", "SRV-LOAD-2", 4),
        ("list-without-channelless-apps", "SRV-STATE-5", 2),
        ("refused-create-stored", "SRV-STATE-8", 1),
        ("unknown-get-null", "SRV-STATE-10", 2),
        ("any-key-creates-anywhere", "SRV-AUTH-2", 2),
        ("list-repeats-at-page-border", "SRV-STATE-5", 2),
    ],
)
def test_a_fault_in_what_requests_share_is_confirmed_by_a_short_life(desk, name, requirement, most_steps):
    server = desk.server(edition="2026", fault=fault(name))
    desk.fuzz(server, 6000, edition="2026", workers=4, stop_at_first=True, kinds=("stateful",))
    found = [json.loads(path.read_text()) for path in (desk.report_dir / "corpus").glob("*.json")]
    confirmed = [one for one in found if one["state"] == "confirmed" and one["level"] == "MUST"]

    assert {one["requirement"] for one in confirmed} & {requirement, *fault(name).also}
    assert min(len(one["trial"]["steps"]) for one in confirmed) <= most_steps


@pytest.mark.parametrize(
    ("name", "requirement"),
    [
        ("unknown-mask-field-beside-known-ignored", "SRV-INPUT-11"),
        ("empty-mask-changes-nothing", "SRV-INPUT-11"),
        ("unknown-mask-field-applied", "SRV-STATE-8"),
        ("put-updates", "SRV-INPUT-10"),
        ("empty-secret-taken", "SRV-AUTH-1"),
        ("delete-open", "SRV-AUTH-1"),
        ("401-without-challenge", "SRV-AUTH-5"),
        ("body-read-before-auth", "SRV-AUTH-3"),
        ("text-401", "SRV-SHAPE-3"),
        ("id-trimmed", "SRV-STATE-10"),
        ("id-as-pattern", "SRV-STATE-10"),
        ("any-media-type-taken", "SRV-INPUT-9"),
        ("media-type-checked-late", "SRV-STATE-8"),
        ("bad-body-for-unknown-app-500", "SRV-INPUT-8"),
        ("invalid-body-for-unknown-app-409", "SRV-INPUT-13"),
        ("head-500", "SRV-INPUT-8"),
    ],
)
def test_odd_calls_are_judged(desk, name, requirement):
    server = desk.server(edition="2026", fault=fault(name))
    ended = desk.fuzz(server, 3000, edition="2026", stop_at_first=True, kinds=("raw",))

    assert requirement in {one.breach.requirement for one in ended.run.findings if not one.flaky}


@pytest.mark.parametrize(
    ("name", "requirement", "operators"),
    [
        ("nul-500", "SRV-INPUT-8", {"create nul-in-text", "update nul-in-text"}),
        ("create-takes-rate-limits", "SRV-STATE-11", {"create read-only"}),
        ("update-takes-queue-stats", "SRV-STATE-11", {"update read-only"}),
    ],
)
def test_what_a_packed_body_breaks_is_told_of_the_part_that_breaks_it(desk, name, requirement, operators):
    works = takewhile(_is_packed, plan(Options(Settings(edition="2026"), ANY, kinds=("valid",))))
    ended = desk.fuzz(desk.server(edition="2026", fault=fault(name)), 5000, edition="2026", works=works)

    assert requirement in {one.breach.requirement for one in ended.run.findings}
    assert {one.fuzzed.operator for one in ended.run.findings} == operators


def _is_packed(work):
    return isinstance(work[0], PackedTrial)


def test_what_only_a_packed_body_breaks_is_told_of_it(desk):
    (packed,) = [one for one in packed_bodies("2026", "create") if one.case.label.startswith("repeated-channel")]
    server = desk.server(edition="2026", fault=fault("eleventh-entry-lost"))
    ended = desk.fuzz(server, works=iter([(PackedTrial.of(packed),)]), edition="2026")

    assert [one.breach.requirement for one in ended.run.findings] == ["SRV-STATE-2"]
    assert not ended.run.findings[0].flaky


def test_what_is_left_out_covers_nothing():
    books = Books(Options(Settings(), ANY))
    case = invalid_bodies("2023", "create")[0]
    for sent, covered in (({}, 0), ({"App_CreateApp": 1}, 1)):
        books.tried(BodyTrial(case), frozenset(), Attempt(not_tested="no answer in time", sent=sent))
        assert len(books.covered) == covered


def test_an_example_makes_its_app_itself_and_no_larger_than_needed(desk):
    server = desk.server(fault=fault("ttl-unchecked-on-update"))
    ended = desk.fuzz(server, 3000, kinds=("invalid",), stop_at_first=True)

    found = next(one for one in ended.run.findings if one.breach.requirement == "SRV-INPUT-5")
    made, *_, twin, defect = found.exchanges
    assert [one.request.method for one in (made, twin, defect)] == ["POST", "PATCH", "PATCH"]
    assert len(json.loads(made.request.body)["channel_credentials"]) == 1
    assert twin.succeeded


def test_a_thousand_requests_show_half_of_the_table(desk):
    ended = desk.fuzz(desk.server(edition="2026"), 1000, edition="2026")

    assert ended.progress.covered > ended.progress.table / 2


@pytest.fixture
def hanging(desk, monkeypatch):
    """A server that never answers one kind of body, and a trial of it; neither it nor the server's end takes long."""
    monkeypatch.setattr("apps_contract.run.fuzz.worker.LONGEST_S", 0.5)
    monkeypatch.setattr("apps_contract.service.runner._GRACE_S", 1)
    (cut,) = (RawTrial("create", case) for case in not_json() if case.label == "cut: inside a text")
    return desk.server(fault=fault("cut-text-hangs")), cut


def test_what_hangs_is_told_once_and_not_waited_for_again(desk, hanging):
    server, trial = hanging
    ended = desk.fuzz(server, 900, workers=1, timeout=0.3, works=iter([(trial,)] * 6))

    (found,) = ended.run.findings
    assert (found.breach.requirement, found.flaky) == ("SRV-INPUT-8", False)
    assert ended.not_tested == 5, "the others are left out, and said to be"


def test_who_watches_takes_no_time_from_the_last_worker(desk, hanging):
    server, trial = hanging
    ended = desk.fuzz(server, 900, workers=3, timeout=0.5, works=iter([(trial,)]))

    seconds = ended.progress.seconds
    assert seconds > 0.5
    assert sum(isinstance(event, Progress) for event in desk.events) < 5 + 10 * seconds


def test_a_defect_that_is_taken_and_shown_is_one_finding(desk):
    server = desk.server(fault=fault("basic-auth-password-optional"))
    ended = desk.fuzz(server, 2500, kinds=("invalid",), operations=("create",))

    assert [(one.breach.requirement, one.fuzzed.operator) for one in ended.run.findings] == [
        ("SRV-INPUT-2", "create missing")
    ]


def test_the_same_in_the_answers_of_several_operations_is_one_finding(desk):
    ended = desk.fuzz(desk.server(fault=fault("long-integers-as-text")), 300)

    places = [one.fuzzed.operator for one in ended.run.findings]
    assert places == ["answer 200 body.queue_stats.outbound_size"]
    assert {"App_CreateApp", "App_ListApps"} & {*ended.run.findings[0].also}


def test_defects_come_under_a_mask_too(desk):
    server = desk.server(edition="2026", fault=fault("range-unchecked-under-mask"))
    ended = desk.fuzz(server, 4000, edition="2026", kinds=("invalid",), operations=("update",), stop_at_first=True)

    assert {one.breach.requirement for one in ended.run.findings} == {"SRV-INPUT-5"}
    assert "update_mask=" in ended.run.findings[0].exchanges[-1].request.target


def test_a_campaign_leaves_no_app_behind(desk):
    server = desk.server()
    desk.fuzz(server, 500)

    assert desk.apps(server) == []
    assert not (desk.report_dir / "ledger.jsonl").exists()


def test_the_same_seed_sends_the_same_requests(desk):
    def sent(seed):
        desk.fuzz(desk.server(), 600, workers=1, seed=seed, kinds=("valid", "invalid", "raw"))
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
    return trial.case.body if isinstance(trial, BodyTrial) else trial.to_json()


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
