"""The judge: it serves, records, follows a script, and breaks answers in each way."""

import pytest
import requests

from apps_contract.payloads.valid import full_create
from apps_contract.service.judge.judge import Judge
from apps_contract.service.judge.script import Script, always, times


@pytest.fixture
def judge():
    with Judge("2026") as running:
        running.seed({"id": "a1", **full_create("2026", "first")})
        yield running


def get(judge, timeout=2.0):
    url = f"{judge.base_url}/v1/projects/{judge.key.project_id}/apps/a1"
    return requests.get(url, auth=(judge.key.key_id, judge.key.key_secret), timeout=timeout)


def test_it_serves_and_records_what_went_over_the_wire(judge):
    answer = get(judge)
    (recorded,) = judge.records
    assert answer.json()["display_name"] == "first"
    assert recorded.operation == "get"
    assert recorded.head.startswith(b"GET /v1/projects/")
    assert recorded.exchange.response.body == answer.content
    assert recorded.arrived <= recorded.answered


@pytest.mark.parametrize("wire", ["whole", "chunked", "pieces", "until-close", "reset-after"])
def test_each_whole_way_of_answering_can_be_read(judge, wire):
    judge.follow(always("get", wire=wire))
    assert get(judge).json()["id"] == "a1"


@pytest.mark.parametrize(
    "wire", ["short", "cut", "chunk-cut", "never", "close-before", "reset-before", "reset-head", "reset-body"]
)
def test_each_broken_way_of_answering_is_an_error_and_is_recorded_as_lost(judge, wire):
    judge.follow(always("get", wire=wire))
    with pytest.raises(requests.RequestException):
        get(judge, timeout=0.2).json()
    assert judge.records[-1].lost


def test_a_drip_never_ends(judge):
    judge.follow(always("get", wire="drip"))
    url = f"{judge.base_url}/v1/projects/{judge.key.project_id}/apps/a1"
    auth = (judge.key.key_id, judge.key.key_secret)
    with requests.get(url, auth=auth, timeout=2, stream=True) as answer:
        assert answer.raw.read(2) == b'{"'


def test_a_script_counts_the_requests_of_an_operation(judge):
    judge.follow(times("get", 1, status=503, message="soon", envelope="wrapped", headers=(("retry-after", "1"),)))
    refused, served = get(judge), get(judge)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.json()["error"]["message"] == "soon"
    assert served.status_code == 200


def test_variants_change_what_the_service_answers(judge):
    judge.follow(always("get", variant="unknown-members"))
    assert get(judge).json()["x_object"] == {"deep": [None, True]}


def test_tokens_are_known_by_value():
    with Judge("2023", Script(token_lifetime_s=1)) as judge:
        answer = requests.post(
            judge.token_url,
            auth=(judge.key.key_id, judge.key.key_secret),
            data={"grant_type": "client_credentials"},
            timeout=2,
        ).json()
        assert answer["access_token"] in judge.insight.tokens
        assert answer["expires_in"] == 1
