"""Campaigns over a real Dask cluster: a scheduler and two workers, each a process of its own."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import islice

import pytest

from apps_contract.run.baseline import Baseline, Known, write_baseline
from apps_contract.run.errors import CannotTestError
from apps_contract.run.fuzz.budget import Budget
from apps_contract.run.fuzz.events import Ended, Found, Noted, Progress
from apps_contract.run.fuzz.fleet.address import ClusterAddress, cluster_address, workers_or_cluster
from apps_contract.run.fuzz.fleet.campaign import FleetCampaign
from apps_contract.run.fuzz.options import Options
from apps_contract.run.fuzz.plan import plan
from apps_contract.run.fuzz.share import Share
from apps_contract.run.outcomes import ExitCode
from apps_contract.run.settings import Settings, WrongUseError
from apps_contract.service.app import DEMO_KEYS
from apps_contract.service.faults import fault

pytest.importorskip("distributed", reason="needs the extra apps-contract[distributed]")

WAIT_S = 60


class LocalCluster:
    """A scheduler and its workers; ``workers`` are their processes."""

    def __init__(self, folder) -> None:
        self._file = folder / "scheduler.json"
        self._log = (folder / "cluster.log").open("wb")
        self._scheduler = self._start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        self._wait_until(self._file.exists)
        self.address = json.loads(self._file.read_text())["address"].removeprefix("tcp://")
        self.workers = [self.worker(), self.worker()]
        self._wait_until(lambda: self.log().count("Registered to:") == len(self.workers))

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("dask_worker", "--no-nanny", "--nthreads", "1", "--memory-limit", "0")

    def log(self) -> str:
        return (self._file.parent / "cluster.log").read_text(errors="replace")

    def close(self) -> None:
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()
        self._log.close()

    def _wait_until(self, is_ready) -> None:
        until = time.monotonic() + WAIT_S
        while not is_ready():
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def _start(self, module, *options) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", "--scheduler-file", str(self._file)]
        options = (*options, "--no-dashboard")
        where = {"stdout": self._log, "stderr": self._log, "cwd": self._file.parent}
        return subprocess.Popen([*command, *options], **where)  # noqa: S603 - our own


@contextmanager
def cluster_in(folder):
    cluster = LocalCluster(folder)
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with cluster_in(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


class Nowhere:
    address = "127.0.0.1:9"


class Office:
    """Runs campaigns over a cluster against a server, and remembers what was told."""

    def __init__(self, folder) -> None:
        self.corpus = folder / "corpus"
        self.events = []

    def fuzz(self, cluster, server, requests=600, *, seconds=None, listener=None, baseline=None, **options):
        own, other = DEMO_KEYS
        place = {"url": server.base_url, "report_dir": self.corpus.parent}
        settings = Settings(**place, key=own, other_key=other, baseline=baseline)
        self.events.clear()
        budget = Budget(seconds=seconds) if seconds else Budget(requests=requests)
        options = Options(settings, budget, workers=2, corpus=self.corpus, **options)
        listeners = [self.events.append, *([listener] if listener else [])]
        FleetCampaign(options, ClusterAddress(cluster.address, shards=2, threads=2), listeners).run()
        (ended,) = [event for event in self.events if isinstance(event, Ended)]
        return ended

    def files(self):
        return sorted(path.name for path in self.corpus.glob("*.json"))


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def test_shards_find_nothing_wrong_with_the_reference_server_and_leave_nothing_behind(cluster, desk, office):
    server = desk.server()
    ended = office.fuzz(cluster, server)

    assert ended.run.findings == ()
    assert ended.run.exit_code is ExitCode.CONFORMS
    assert ended.run.requests >= 600
    assert ended.progress.covered > 250
    assert set(ended.trials) == {"valid", "invalid", "raw", "stateful"}
    assert desk.apps(server) == []


def test_findings_of_all_shards_are_merged_and_kept_as_they_come(cluster, desk, office):
    kept_at_first = []

    def listen(event):
        if isinstance(event, Found) and not event.is_final and not kept_at_first:
            kept_at_first.extend(office.files())

    ended = office.fuzz(cluster, desk.server(fault=fault("large-ttl-as-text")), 1500, listener=listen)

    assert "SRV-SHAPE-1" in {one.breach.requirement for one in ended.run.findings}
    assert ended.run.exit_code is ExitCode.VIOLATION
    assert len({one.case for one in ended.run.findings}) == len(ended.run.findings)
    assert kept_at_first
    assert set(kept_at_first) <= set(office.files())


def test_a_lost_workers_shard_is_run_again_and_nothing_found_is_lost(desk, office, tmp_path_factory):
    server = desk.server(fault=fault("large-ttl-as-text"))
    with cluster_in(tmp_path_factory.mktemp("killed")) as cluster:
        killed = []

        def kill(event):
            if isinstance(event, Progress) and event.findings and event.requests and not killed:
                killed.extend(office.files())
                cluster.workers[0].send_signal(signal.SIGKILL)

        ended = office.fuzz(cluster, server, seconds=4, listener=kill)

    assert killed
    (again,) = [event.text for event in office.events if isinstance(event, Noted)]
    assert re.fullmatch(
        r"shard [12] runs again, since its worker was lost; an app it was making may be left behind", again
    )
    assert set(killed) <= set(office.files())
    assert ended.run.ended_early == ""
    assert ended.run.exit_code is ExitCode.VIOLATION
    assert len(desk.apps(server)) <= 2  # a create under way in each thread, whose answer nobody read


def test_ctrl_c_keeps_what_was_found_and_the_shards_clean_up(cluster, desk, office):
    interrupts = iter([KeyboardInterrupt])

    def interrupt(event):
        if isinstance(event, Progress) and event.findings:
            for pressed in interrupts:
                raise pressed

    server = desk.server(fault=fault("entries-sorted"))
    ended = office.fuzz(cluster, server, seconds=300, listener=interrupt)

    assert ended.run.ended_early == "the run was interrupted"
    assert ended.run.exit_code is ExitCode.COULD_NOT_TEST
    assert ended.run.findings
    assert office.files()
    assert desk.apps(server) == []


def test_the_first_failure_stops_all_shards_when_asked(cluster, desk, office):
    ended = office.fuzz(cluster, desk.server(fault=fault("entries-sorted")), seconds=300, stop_at_first=True)

    assert ended.run.exit_code is ExitCode.VIOLATION
    assert ended.run.ended_early == ""


def test_earlier_findings_are_tried_first_by_the_shards(cluster, desk, office):
    faulty = fault("large-ttl-as-text")
    office.fuzz(cluster, desk.server(fault=faulty), 1500, stop_at_first=True)

    mended = office.fuzz(cluster, desk.server(), 0)

    assert mended.run.findings == ()
    assert sorted(mended.gone) == office.files()


def test_a_baseline_is_held_against_what_all_shards_find(cluster, desk, office, tmp_path):
    file, faulty = tmp_path / "baseline.json", desk.server(fault=fault("ttl-3651-taken"))
    found = office.fuzz(cluster, faulty, 1500, kinds=("invalid",)).run.findings
    known = tuple(
        Known(one.breach.requirement, one.level.value, one.breach.title, "ticket 17", fuzzed=one.fuzzed)
        for one in found
    )
    write_baseline(file, Baseline("2023", known))

    again = office.fuzz(cluster, faulty, 1500, kinds=("invalid",), baseline=file).run
    mended = office.fuzz(cluster, desk.server(), 0, baseline=file).run

    assert known
    assert again.exit_code is ExitCode.CONFORMS
    assert mended.exit_code is ExitCode.VIOLATION
    assert set(mended.baseline.stale) == set(known)


def test_a_dead_target_is_told_in_one_line(cluster, desk, office):
    server = desk.server()
    server.stop()

    with pytest.raises(CannotTestError, match="cannot reach"):
        office.fuzz(cluster, server, 50)


def test_no_secret_goes_into_logs_reports_or_the_corpus(cluster, desk, office):
    office.fuzz(cluster, desk.server(fault=fault("large-ttl-as-text")), 800)

    texts = [cluster.log(), *(path.read_text() for path in office.corpus.glob("*.json"))]
    for key in DEMO_KEYS:
        assert all(key.key_secret not in text for text in texts)


def test_a_scheduler_that_is_not_there_is_told_in_one_line(desk, office, monkeypatch):
    monkeypatch.setattr("apps_contract.run.fuzz.fleet.cluster._CONNECT_S", 1)

    with pytest.raises(CannotTestError, match=r"cannot reach the Dask scheduler at dask://127\.0\.0\.1:9"):
        office.fuzz(Nowhere, desk.server())


def test_a_scheduler_that_dies_ends_the_campaign_with_what_was_found(desk, office, tmp_path_factory):
    def kill(event):
        if isinstance(event, Progress) and event.findings:
            cluster.close()

    with cluster_in(tmp_path_factory.mktemp("dying")) as cluster:
        ended = office.fuzz(cluster, desk.server(fault=fault("entries-sorted")), seconds=300, listener=kill)

    assert "lost the Dask scheduler" in ended.run.ended_early
    assert ended.run.exit_code is ExitCode.COULD_NOT_TEST
    assert ended.run.findings
    assert office.files()


def test_the_missing_extra_is_named(desk, office, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(WrongUseError, match=r"pip install 'apps-contract\[distributed\]'"):
        office.fuzz(Nowhere, desk.server())


def test_workers_of_another_version_are_refused(cluster, desk, office, monkeypatch):
    monkeypatch.setattr("apps_contract.run.fuzz.fleet.shard.__version__", "9")

    with pytest.raises(CannotTestError, match="make them the same"):
        office.fuzz(cluster, desk.server())


def test_shares_of_one_seed_make_the_whole_table_and_repeat_themselves():
    def sent(index, count):
        options = Options(Settings(), Budget(requests=9), kinds=("invalid",)).shared(Share(index, count))
        return [trial.to_json() for work in islice(plan(options), 300) for trial in work]

    first, second = sent(0, 2), sent(1, 2)

    assert first == sent(0, 2)
    assert not [trial for trial in first if trial in second]
    whole = sent(0, 1)
    assert [trial for pair in zip(first, second, strict=True) for trial in pair][:300] == whole


def test_shares_split_a_number_of_requests_without_rest():
    options = Options(Settings(), Budget(requests=1001))

    assert [options.shared(Share(index, 3)).budget.requests for index in range(3)] == [334, 334, 333]
    assert Options(Settings(), Budget(seconds=5)).shared(Share(1, 3)).budget.seconds == 5


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("4", 4),
        ("dask://10.0.0.5:8786", ClusterAddress("10.0.0.5:8786")),
        ("dask://[::1]:8786?shards=8&threads=2", ClusterAddress("[::1]:8786", 8, 2)),
    ],
)
def test_workers_are_a_number_or_a_cluster(text, read):
    assert workers_or_cluster(text) == read


@pytest.mark.parametrize(
    "text",
    ["0", "65", "many", "ray://a:1", "dask://host", "dask://h:99999", "dask://h:1?shards=0", "dask://h:1?rows=2"],
)
def test_other_workers_are_refused_in_one_line(text):
    with pytest.raises(WrongUseError, match="--workers"):
        workers_or_cluster(text)


def test_an_address_shows_itself_as_it_was_given():
    assert str(cluster_address("dask://host:8786?shards=3")) == "dask://host:8786"
