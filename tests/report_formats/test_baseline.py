import json
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps_contract.checks.breach import Breach
from apps_contract.cli.main import group
from apps_contract.contract import Level, requirement
from apps_contract.http.exchange import Exchange, Request
from apps_contract.report.files import ReportFiles
from apps_contract.run.baseline import Baseline, Known, fingerprint, read_baseline, write_baseline
from apps_contract.run.findings import Finding
from apps_contract.run.outcomes import Outcome
from apps_contract.run.runner import run_suite
from apps_contract.run.settings import Settings, WrongUseError
from apps_contract.service.app import DEMO_KEYS

TODAY = date(2027, 1, 15)
EXCHANGE = Exchange(Request("GET", "/"), number=1)


def finding(name="f1", rule="SRV-STATE-6", title="update lost x", level=Level.MUST):
    return Finding(Breach(rule, title, "1", "2"), level, (EXCHANGE,), "test", id=name)


def outcome(rule="SRV-STATE-6", name="failed"):
    return Outcome(requirement(rule), Level.MUST, name)


def entry(rule="SRV-STATE-6", title="update lost x", expires=None):
    return Known(rule, "MUST", title, "issue 1", expires)


def weigh(entries, findings, outcomes):
    return Baseline("2023", tuple(entries)).weigh(findings, outcomes, TODAY)


def test_a_finding_in_the_baseline_is_known():
    found = weigh([entry()], [finding()], [outcome()])
    assert found.known == {"f1": entry()}
    assert not found.fails


def test_another_title_level_or_requirement_is_not_known():
    others = [finding(title="update lost y"), finding(rule="SRV-STATE-7"), finding(level=Level.SHOULD)]
    assert weigh([entry()], others, [outcome()]).known == {}


def test_ids_and_places_in_a_title_do_not_matter():
    known = entry(title="app 01M83BX88WRT50D6WN50P3ETP4 lost channel_credentials[0].token-0ab03ba6")
    now = finding(title="app 01M83BX7W79MJ2CMSVVV13J37C lost channel_credentials[12].token-38ade636")
    assert weigh([known], [now], [outcome()]).known


def test_a_status_in_a_title_does_matter():
    assert not weigh([entry(title="answered 202")], [finding(title="answered 204")], [outcome()]).known


def test_a_star_knows_every_finding_on_its_requirement():
    found = weigh([entry(title="*")], [finding("f1"), finding("f2", title="other")], [outcome()])
    assert set(found.known) == {"f1", "f2"}


def test_an_entry_that_no_longer_happens_fails():
    found = weigh([entry()], [], [outcome(name="passed")])
    assert found.stale == (entry(),)
    assert found.fails


@pytest.mark.parametrize("name", ["not_tested", "not_applicable"])
def test_an_entry_that_was_not_judged_does_not_fail(name):
    assert not weigh([entry()], [], [outcome(name=name)]).fails
    assert not weigh([entry()], [], []).fails


def test_an_expired_entry_fails_and_knows_nothing():
    old = entry(expires=date(2027, 1, 14))
    found = weigh([old], [finding()], [outcome()])
    assert found.expired == (old,)
    assert found.known == {}
    assert found.fails


def test_the_last_day_still_counts():
    assert not weigh([entry(expires=TODAY)], [finding()], [outcome()]).fails


def test_fingerprints_do_not_depend_on_ids():
    assert fingerprint(finding(title="lost a[0]")) == fingerprint(finding("f9", title="lost a[7]"))
    assert fingerprint(finding(title="lost a")) != fingerprint(finding(title="lost b"))


def test_a_file_is_read_as_it_was_written(tmp_path):
    known = Baseline("2026", (entry(expires=TODAY), entry(title='quote " and \ud800')))
    write_baseline(tmp_path / "b.json", known)
    assert read_baseline(tmp_path / "b.json", "2026").entries[0] == known.entries[0]
    assert len(read_baseline(tmp_path / "b.json", "2026").entries) == 2


GOOD = {"requirement": "SRV-STATE-6", "level": "MUST", "title": "x", "reason": "y"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"edition": "2023"}',
        '{"edition": "1999", "known": []}',
        json.dumps({"edition": "2023", "known": [{**GOOD, "reason": "  "}]}),
        json.dumps({"edition": "2023", "known": [{**GOOD, "expires": "next week"}]}),
        json.dumps({"edition": "2023", "known": [{**GOOD, "expires": "2027-02-30"}]}),
        json.dumps({"edition": "2023", "known": [{**GOOD, "expiry": "2027-02-03"}]}),
    ],
)
def test_a_file_that_is_not_right_is_refused_with_its_place(tmp_path, text):
    file = tmp_path / "b.json"
    file.write_text(text)
    with pytest.raises(WrongUseError, match=r"the baseline .*b\.json"):
        read_baseline(file, "2023")


# The whole way, against a server with bugs.


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Judge the faulty server by two requirements of its life cycle, with a baseline."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))

    def checked(baseline=None):
        sys.modules.pop("faulty_app", None)  # its store ends with the run
        settings = Settings(
            asgi="faulty_app:app",
            key=DEMO_KEYS[0],
            requirements=("SRV-STATE-6", "SRV-STATE-9"),
            report_dir=tmp_path / "report",
            baseline=baseline,
        )
        return run_suite(settings, [ReportFiles(tmp_path / "report")])

    return checked


def test_known_findings_pass_and_stale_entries_fail(check, tmp_path):
    file = tmp_path / "baseline.json"
    assert check().exit_code == 1
    wrote = CliRunner().invoke(group, ["baseline", "update", str(file), "--report", str(tmp_path / "report")])
    assert wrote.exit_code == 2
    assert not file.exists()
    arguments = ["baseline", "update", str(file), "--report", str(tmp_path / "report"), "--reason", "issue 17"]
    assert CliRunner().invoke(group, arguments, standalone_mode=False).exception is None

    ended = check(file)
    assert ended.exit_code == 0
    judged = {one.requirement.id: one for one in ended.outcomes}
    assert judged["SRV-STATE-6"].outcome == "warned"
    assert judged["SRV-STATE-6"].reason == "known: issue 17"
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert {one["known"]["reason"] for one in report["findings"]} == {"issue 17"}
    assert report["baseline"] == {"known": len(report["findings"]), "stale": [], "expired": []}

    document = json.loads(file.read_text())
    document["known"].append({**GOOD, "requirement": "SRV-STATE-9", "title": "an app came back"})
    file.write_text(json.dumps(document))
    assert check(file).exit_code == 1
    page = (tmp_path / "report" / "report.html").read_text()
    assert "an app came back" in page
    updated = CliRunner().invoke(group, arguments, standalone_mode=False)
    assert "dropped  SRV-STATE-9   an app came back" in updated.output
    assert check(file).exit_code == 0


def test_a_baseline_of_another_edition_is_refused(check, tmp_path):
    write_baseline(tmp_path / "b.json", Baseline("2026", ()))
    with pytest.raises(WrongUseError, match="edition 2026"):
        check(tmp_path / "b.json")
