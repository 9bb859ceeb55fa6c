"""The judge's own endpoints: each, asked rightly and wrongly."""

import pytest
import requests

from apps_contract.payloads.valid import full_create
from apps_contract.run.passive import breaches_of
from apps_contract.service.judge.console import Console
from apps_contract.service.judge.judge import Judge


class Caller:
    """Calls a judge with its key, and its console."""

    def __init__(self, judge):
        self.judge = judge
        self.apps = f"{judge.base_url}/v1/projects/{judge.key.project_id}/apps"

    def api(self, method="GET", **more):
        auth = (self.judge.key.key_id, self.judge.key.key_secret)
        return requests.request(method, self.apps, auth=auth, timeout=9, **more)

    def console(self, name, body=None, **more):
        url = f"{self.judge.base_url}/__judge/{name}"
        return (
            requests.get(url, timeout=9, **more) if body is None else requests.post(url, json=body, timeout=9, **more)
        )


@pytest.fixture
def caller():
    judged = []

    def judge_one(seen):
        judged.append(seen)
        return breaches_of(seen, judge.insight, "2026")

    console = Console(judge_one)
    judge = Judge("2026", aside=console)
    console.judge = judge
    with judge:
        found = Caller(judge)
        found.judged = judged
        yield found


def test_a_scenario_is_chosen_counted_anew_and_ends(caller):
    assert "503-once" in caller.console("scenarios").json()
    answer = caller.console("scenario", {"name": "503-once", "operation": "list"})
    assert answer.json() == {"scenario": "503-once", "operation": "list"}
    assert [caller.api().status_code for _ in range(2)] == [503, 200]
    caller.console("scenario", {"name": "503-once"})
    assert caller.api().status_code == 503
    assert caller.console("verdict").json()["scenario"] == "503-once"
    assert caller.console("reset", {}).json() == {"scenario": "ordinary", "operation": "any"}
    assert caller.api().status_code == 200


@pytest.mark.parametrize(
    "name", ["unknown-members", "401-wrapped", "retry-after-date", "delete-empty", "html", "redirect-302"]
)
def test_each_kind_of_scenario_can_be_chosen(caller, name):
    assert caller.console("scenario", {"name": name}).status_code == 200


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "is expected"),
        ([], "is expected"),
        (7, "is expected"),
        ({"name": ["503-once"]}, "is expected"),
        ({"name": "503-once", "operation": 7}, "is expected"),
        ({"name": "503-onec"}, "503-once"),
        ({"name": "503-once", "operation": "lsit"}, "list"),
    ],
)
def test_a_scenario_that_is_not_there_is_told_and_changes_nothing(caller, body, told):
    answer = caller.console("scenario", body)
    assert answer.status_code == 400
    assert told in answer.json()["error"]
    assert caller.console("verdict").json()["scenario"] == "ordinary"


def test_a_body_that_is_no_json_is_told(caller):
    answer = requests.post(f"{caller.judge.base_url}/__judge/scenario", data=b"[" * 100_000, timeout=9)
    assert answer.status_code == 400


def test_the_verdict_names_what_each_request_breaks(caller):
    caller.api()
    caller.api("POST", json={"display_name": 7}, headers={"Accept": "text/html"})
    state = caller.console("verdict").json()
    assert (state["conforms"], state["seen"], state["edition"]) == (False, 2, "2026")
    good, bad = state["requests"]
    assert good["breaches"] == []
    assert (bad["method"], bad["operation"], bad["status"]) == ("POST", "create", 400)
    found = {breach["requirement"]: breach for breach in bad["breaches"]}
    assert sorted(found) == ["CLI-REQ-2", "CLI-REQ-5"]
    assert (found["CLI-REQ-2"]["level"], found["CLI-REQ-5"]["level"]) == ("MUST", "SHOULD")
    assert all(breach["title"] and breach["expected"] and breach["actual"] for breach in found.values())
    assert state["breaches"] == 2


def test_a_warning_alone_conforms(caller):
    caller.api(headers={"Accept": "text/html"})
    state = caller.console("verdict").json()
    assert (state["conforms"], state["breaches"]) == (True, 1)


def test_only_the_last_requests_are_listed_when_asked_for(caller):
    for _ in range(5):
        caller.api()
    state = caller.console("verdict?last=2").json()
    assert ([each["number"] for each in state["requests"]], state["seen"]) == ([4, 5], 5)


def test_each_request_is_judged_once_however_often_the_page_asks(caller):
    caller.api()
    for _ in range(3):
        caller.console("verdict")
    assert len(caller.judged) <= 2  # once more where it was seen before its answer was out


def test_begin_anew_forgets_requests_and_apps(caller):
    assert caller.api("POST", json=full_create("2026", "one")).status_code == 200
    caller.console("reset", {})
    assert caller.console("verdict").json()["requests"] == []
    assert caller.api().json() == {"apps": []}
    assert [each["number"] for each in caller.console("verdict").json()["requests"]] == [1]


def test_credentials_are_those_that_work(caller):
    given = caller.console("credentials").json()
    auth = (given["key_id"], given["key_secret"])
    assert requests.get(f"{given['base_url']}/v1/projects/{given['project_id']}/apps", auth=auth, timeout=9).ok
    assert requests.post(given["token_url"], auth=auth, data={"grant_type": "client_credentials"}, timeout=9).ok


def test_the_page_needs_nothing_from_elsewhere(caller):
    page = caller.console("")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert caller.console("verdict").json()["seen"] == 0, "the console's own requests are not judged"


@pytest.mark.parametrize("name", ["nothing", "verdicts", "scenario/x"])
def test_what_is_not_there_is_told(caller, name):
    answer = caller.console(name)
    assert answer.status_code == 404
    assert "verdict" in answer.json()["error"]


def test_a_path_that_only_begins_alike_is_the_apis(caller):
    requests.get(f"{caller.judge.base_url}/__judgement", timeout=9)
    assert caller.console("verdict").json()["seen"] == 1
