"""``--baseline`` for clients and campaigns: known findings pass, entries that are out of date fail."""

from __future__ import annotations

import json
import shlex
import sys

import pytest

from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.run.fuzz.trials import BodyTrial
from apps_contract.service.faults import fault

CLIENT = shlex.join([sys.executable, "-m", "apps_contract.clients.reference"])


def update(command, file, place, *options):
    code, out, err = command("baseline", "update", file, "--report", place, *options)
    assert code == 0, err
    return out


def fingerprints(place):
    return {one["fingerprint"] for one in json.loads((place / "report.json").read_text())["findings"]}


def test_a_client(command, tmp_path):
    file, place = tmp_path / "baseline.json", tmp_path / "report"
    options = ["--requirement", "CLI-REQ-3", "--report-dir", place, "-q"]
    faulty = f"{CLIENT} --fault json-as-text"
    assert command("judge", "--adapter", faulty, *options)[0] == 1
    before = fingerprints(place)
    assert "added    CLI-REQ-3" in update(command, file, place, "--reason", "ticket 17")
    code, out, _ = command("judge", "--adapter", faulty, *options, "--baseline", file)
    assert (code, "(known)" in out) == (0, True), out
    assert fingerprints(place) == before
    assert command("judge", "--adapter", CLIENT, *options, "--baseline", file)[0] == 1
    assert json.loads((place / "report.json").read_text())["baseline"]["stale"][0]["requirement"] == "CLI-REQ-3"
    assert "dropped  CLI-REQ-3" in update(command, file, place)
    assert command("judge", "--adapter", CLIENT, *options, "--baseline", file)[0] == 0


@pytest.fixture
def fuzz(command, keys, tmp_path):
    def run(url, *options, budget="600requests"):
        place = ["--report-dir", tmp_path / "report"]
        return command("fuzz", url, *keys, "--only", "invalid", "--budget", budget, *place, *options)

    return run


def test_a_campaign(command, fuzz, serve, tmp_path):
    file, place = tmp_path / "baseline.json", tmp_path / "report"
    faulty, healthy = serve(fault=fault("ttl-3651-taken")), serve()
    assert fuzz(faulty)[0] == 1
    before = fingerprints(place)
    update(command, file, place, "--reason", "ticket 17", "--expires", "2999-12-31")
    assert fuzz(faulty, "--baseline", file, "--seed", "7")[0] == 0
    assert fingerprints(place) == before, "also with another seed"
    entries = json.loads(file.read_text())["known"]
    assert all(entry["fuzz"]["operator"] and entry["fuzz"]["trial"] for entry in entries)

    # Without a corpus and without sending anything else, the entries alone are tried.
    nothing = ["--corpus", tmp_path / "empty"]
    code, out, _ = fuzz(healthy, "--baseline", file, *nothing, budget="0requests")
    assert code == 1
    assert "no longer happens" in out
    assert "baseline is not up to date" in out
    update(command, file, place)
    assert json.loads(file.read_text())["known"] == []


def test_an_expired_entry_of_a_campaign_fails_it(command, fuzz, serve, tmp_path):
    file = tmp_path / "baseline.json"
    faulty = serve(fault=fault("ttl-3651-taken"))
    assert fuzz(faulty)[0] == 1
    update(command, file, tmp_path / "report", "--reason", "ticket 17", "--expires", "2020-01-01")
    code, out, _ = fuzz(faulty, "--baseline", file)
    assert code == 1
    assert "has expired" in out


def test_what_a_campaign_did_not_try_is_not_out_of_date(command, fuzz, serve, tmp_path):
    """An entry of the suite, and one on a requirement that is not selected, say nothing about a campaign."""
    file = tmp_path / "baseline.json"
    suite = {"requirement": "SRV-STATE-6", "level": "MUST", "title": "update lost x", "reason": "ticket 1"}
    trial = {"type": "raw", "operation": "create", "case": {"label": "x", "operator": "cut", "body": "ew=="}}
    other = {**suite, "requirement": "SRV-INPUT-1", "fuzz": {"operator": "create cut", "trial": trial}}
    file.write_text(json.dumps({"edition": "2023", "known": [suite, other]}))
    options = ["--baseline", file, "--requirement", "SRV-INPUT-5", "--requirement", "SRV-STATE"]
    code, out, err = fuzz(serve(), *options, budget="100requests")
    assert code == 0, out + err
    before = file.read_text()
    update(command, file, tmp_path / "report")
    assert json.loads(file.read_text())["known"] == [
        {**entry, "expires": None} for entry in json.loads(before)["known"]
    ]


def test_what_could_not_be_tried_is_not_out_of_date(fuzz, serve, tmp_path):
    """A server that refuses the valid twin as well says nothing about the defect."""
    file = tmp_path / "baseline.json"
    case = next(one for one in invalid_bodies("2023", "create", "SRV-INPUT-3") if one.channel == "RCS")
    known = {"requirement": case.requirement, "level": "MUST", "title": "x", "reason": "ticket 1"}
    known["fuzz"] = {"operator": f"create {case.operator}", "trial": BodyTrial(case).to_json()}
    file.write_text(json.dumps({"edition": "2023", "known": [known]}))

    code, out, _ = fuzz(serve(fault=fault("rcs-refused")), "--baseline", file, budget="0requests")
    assert "no longer happens" not in out
    assert code == 3, "and nothing was tested"
    assert fuzz(serve(), "--baseline", file, budget="0requests")[0] == 1, "where it can be tried, it is"


def test_a_known_finding_does_not_stop_a_campaign(command, fuzz, serve, tmp_path):
    file = tmp_path / "baseline.json"
    faulty = serve(fault=fault("ttl-3651-taken"))
    assert fuzz(faulty)[0] == 1
    update(command, file, tmp_path / "report", "--reason", "ticket 17")
    assert fuzz(faulty, "--baseline", file, "--stop-on-first")[0] == 0
    assert json.loads((tmp_path / "report" / "report.json").read_text())["requests"] >= 600


def test_a_trial_that_cannot_be_read_is_wrong_use(fuzz, serve, tmp_path):
    file = tmp_path / "baseline.json"
    entry = {"requirement": "SRV-INPUT-1", "level": "MUST", "title": "x", "reason": "y"}
    entry["fuzz"] = {"operator": "create cut", "trial": {"type": "unheard-of"}}
    file.write_text(json.dumps({"edition": "2023", "known": [entry]}))
    code, _, err = fuzz(serve(), "--baseline", file)
    assert (code, "has a trial that cannot be read, at SRV-INPUT-1 'x'" in err) == (2, True)
