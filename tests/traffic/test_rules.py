"""Each rule for traffic: what it finds, and what it must not take for a fault."""

import pytest

from apps_contract.checks.client.record import Insight
from apps_contract.http.authentication import KeyPair, basic_header
from apps_contract.report.traffic import latency_document, operation_documents
from apps_contract.run.events import Sent
from apps_contract.run.settings import Settings
from apps_contract.run.traffic.traffic_run import judge_run, live_run, recorded_run

from .exchanges import (
    APP,
    APPS,
    BASIC,
    BODY,
    ENTRY,
    FORM,
    JSON,
    create,
    delete,
    error,
    get,
    listed,
    seen,
    token,
    update,
)

SECRET = ("Authorization", "Bearer token-that-was-issued")
UNKNOWN = {"x_new": 1}


def broken(*exchanges, run=None, edition="2026"):
    run = run or live_run(Settings(edition=edition))
    for exchange in exchanges:
        run.take(exchange)
    return sorted({finding.breach.requirement for finding in run.ended("a test", "http://app.test").findings})


CLIENT_FAULTS = {
    "a method that no path has": ("CLI-REQ-1", [get(), seen("PUT", f"{APPS}/a1", status=405, answer=error(405))]),
    "an id that is not encoded": ("CLI-REQ-1", [seen("GET", f"{APPS}/a|b", status=404, answer=error(404))]),
    "an id of dots": ("CLI-REQ-1", [seen("GET", f"{APPS}/..", status=404, answer=error(404))]),
    "an empty id": ("CLI-REQ-1", [seen("DELETE", f"{APPS}/", status=404, answer=error(404))]),
    "a body against its schema": ("CLI-REQ-2", [create({"display_name": 7}, status=400, answer=error(400))]),
    "a body of null": ("CLI-REQ-2", [create(b"null", status=400, answer=error(400))]),
    "a read-only member": ("CLI-REQ-2", [update({"id": "a1", "display_name": "two"})]),
    "an unknown member that no answer had": ("CLI-REQ-2", [get(), update(UNKNOWN)]),
    "another media type": ("CLI-REQ-3", [create(headers=(BASIC, ("Content-Type", "text/plain")))]),
    "another charset": ("CLI-REQ-3", [create(headers=(BASIC, ("Content-Type", "application/json; charset=latin1")))]),
    "no JSON": ("CLI-REQ-3", [create(b"{'a': 1}", status=400, answer=error(400))]),
    "a delete with a body": ("CLI-REQ-3", [delete(body={})]),
    "no credentials": (
        "CLI-REQ-4",
        [get(headers=(), status=401, answer=error(401), answer_headers=(JSON, ("WWW-Authenticate", "Basic")))],
    ),
    "another scheme": ("CLI-REQ-4", [get(headers=(("Authorization", "Digest x"),))]),
    "Basic that is no base64": ("CLI-REQ-4", [get(headers=(("Authorization", "Basic key:secret"),))]),
    "Bearer without a token": ("CLI-REQ-4", [get(headers=(("Authorization", "Bearer "),))]),
    "two headers": ("CLI-REQ-4", [get(headers=(BASIC, BASIC))]),
    "a token in the URL": ("CLI-REQ-4", [seen("GET", f"{APPS}?access_token=abcdefgh", answer={})]),
    "the secret in the URL": ("CLI-REQ-4", [get(), seen("GET", f"{APPS}?key=secret-of-key", answer={})]),
    "an issued token in the URL": ("CLI-REQ-4", [token(), seen("GET", f"{APPS}?k=token-that-was-issued", answer={})]),
    "Accept without JSON": ("CLI-REQ-5", [get(headers=(BASIC, ("Accept", "text/html")))]),
    "a token asked for in JSON": ("CLI-REQ-6", [token(b'{"grant_type":"client_credentials"}', (BASIC, JSON))]),
    "a token asked for without Basic": ("CLI-REQ-6", [token(headers=(FORM,))]),
    "a token of another grant": ("CLI-REQ-6", [token(b"grant_type=password")]),
    "a token asked for by GET": ("CLI-REQ-6", [seen("GET", "/oauth2/token?grant_type=client_credentials", answer={})]),
    "a mask given twice": ("CLI-REQ-8", [update({"display_name": "x"}, "?update_mask=a&update_mask=b")]),
    "a mask of another edition": ("CLI-REQ-8", [update({"display_name": "x"}, "?update_mask.paths=display_name")]),
    "a mask that is not encoded": ("CLI-REQ-8", [update({"display_name": "x"}, '?update_mask="display_name"')]),
}

SERVER_FAULTS = {
    "no App": ("SRV-SHAPE-1", [get(answer={"id": "a1"})]),
    "no JSON": ("SRV-SHAPE-1", [get(answer=b"OK")]),
    "not said to be JSON": ("SRV-SHAPE-1", [get(answer_headers=())]),
    "a number as text": ("SRV-SHAPE-1", [listed(answer={"apps": [{**APP, "rate_limits": {"inbound": "25"}}]})]),
    "a delete with a body": ("SRV-SHAPE-2", [delete(answer={"deleted": True})]),
    "an error page": ("SRV-SHAPE-3", [get(status=404, answer=b"<html>")]),
    "an error not said to be JSON": ("SRV-SHAPE-3", [get(status=404, answer=error(404), answer_headers=())]),
    "another code": ("SRV-SHAPE-4", [get(status=404, answer=error(400))]),
    "an error that repeats a secret": (
        "SRV-SHAPE-5",
        [create(status=400, answer=error(400, message="bad token token-of-sms"))],
    ),
    "201": ("SRV-SHAPE-6", [create(status=201)]),
    "a redirect": ("SRV-SHAPE-6", [get(status=302, answer=b"")]),
    "a stack trace": (
        "SRV-SHAPE-7",
        [get(status=500, answer=error(500, message="Traceback (most recent call last):"))],
    ),
    "an id given twice": ("SRV-STATE-1", [create(), create()]),
    "a create that changes a text": ("SRV-STATE-2", [create(answer={**APP, "display_name": "One"})]),
    "a create without defaults": ("SRV-STATE-3", [create(answer={"id": "a1", **BODY})]),
    "a deleted app that is there": ("SRV-STATE-9", [delete(), get(at=1.0)]),
    "no JSON accepted": ("SRV-INPUT-1", [create(b"{", answer=APP)]),
    "a missing member accepted": ("SRV-INPUT-2", [create({"channel_credentials": []}, answer=APP)]),
    "a wrong type accepted": ("SRV-INPUT-3", [update({"display_name": 7})]),
    "an unknown word accepted": ("SRV-INPUT-4", [update({"processing_mode": "NO"})]),
    "a value out of range accepted": ("SRV-INPUT-5", [update({"retention_policy": {"ttl_days": 0}})]),
    "no credentials of the channel accepted": ("SRV-INPUT-6", [update({"channel_credentials": [{"channel": "SMS"}]})]),
    "500": ("SRV-INPUT-8", [get(status=500, answer=error(500))]),
    "501": ("SRV-INPUT-8", [get(status=501, answer=error(501))]),
    "nobody let in": ("SRV-AUTH-1", [get(headers=())]),
    "a 401 without its scheme": ("SRV-AUTH-5", [get(status=401, answer=error(401))]),
}


@pytest.mark.parametrize("name", CLIENT_FAULTS)
def test_a_clients_fault_is_found(name):
    requirement, exchanges = CLIENT_FAULTS[name]
    assert requirement in broken(*exchanges)


@pytest.mark.parametrize("name", SERVER_FAULTS)
def test_a_servers_fault_is_found(name):
    requirement, exchanges = SERVER_FAULTS[name]
    assert requirement in broken(*exchanges)


def test_every_rule_has_a_fault_that_it_finds():
    run = live_run(Settings())
    assert {rule.requirement for rule in run._rules} == {
        requirement for requirement, _ in (*CLIENT_FAULTS.values(), *SERVER_FAULTS.values())
    }


LAWFUL = {
    "an ordinary life": [
        token(),
        create(),
        get(),
        listed(),
        update({"display_name": "x"}, "?update_mask=display_name"),
        delete(),
    ],
    "what was answered goes back": [
        get(answer={**APP, **UNKNOWN, "message_retry_settings": None}),
        update({**BODY, **UNKNOWN, "message_retry_settings": None}),
    ],
    "an app that was never seen may have had it": [update({**BODY, **UNKNOWN})],
    "odd but encoded ids": [seen("GET", f"{APPS}/a%2Fb%3F..%25", status=404, answer=b"<h1>Not Found</h1>")],
    "a gateway's errors": [get(status=status, answer=b"<h1>busy</h1>") for status in (413, 429, 502, 503, 504)],
    "both envelopes": [get(status=404, answer={"error": error(404)})],
    "a preflight": [
        seen("OPTIONS", APPS, headers=(("Access-Control-Request-Method", "POST"),), status=204, answer=b"")
    ],
    "a copy that is still good": [
        get(headers=(BASIC, ("If-None-Match", '"1"')), status=304, answer=b"", answer_headers=())
    ],
    "a deleted app made anew": [delete(), create(at=1.0), get(at=2.0)],
    "a get that was under way": [get(at=0.0), delete(at=1.0), get(at=0.5)],
    "a mask that leaves out what is wrong": [
        update({"display_name": "x", "processing_mode": "CONVERSATION"}, "?update_mask=display_name")
    ],
    "no Accept, and any": [get(), get(headers=(BASIC, ("Accept", "*/*")))],
    "a bearer token": [get(headers=(SECRET,))],
    "empty answers to delete": [delete(answer=b"", answer_headers=()), delete(answer={})],
    "other resources": [
        seen("GET", "/v1/projects/p/contacts", status=500, answer=b""),
        seen("GET", f"{APPS}/a1/webhooks", headers=()),
    ],
    "a poller whose key was revoked": [
        get(status=401, answer=error(401), answer_headers=(JSON, ("WWW-Authenticate", "Basic")), at=each)
        for each in range(40)
    ],
}


@pytest.mark.parametrize("name", LAWFUL)
def test_what_is_lawful_raises_nothing(name):
    assert broken(*LAWFUL[name]) == []


def test_what_the_record_lacks_proves_nothing():
    gaps = ("authorization", "request headers", "request body", "answer headers", "answer body")
    bad = seen("POST", APPS, body=b"", headers=(), status=400, answer=b"", answer_headers=(), gaps=gaps)
    assert broken(bad, get(headers=(), answer=b"", answer_headers=(), gaps=gaps), token(b"", (), gaps=gaps)) == []


def test_a_recording_may_hold_an_exchange_twice():
    assert broken(create(), create(), delete(), get(at=1.0), run=recorded_run(Settings(edition="2026"))) == []


def test_a_judge_knows_its_secret_wherever_it_stands():
    key = KeyPair("p", "key-1", "secret-of-the-judge")

    def by(*headers):
        run = judge_run(Settings(edition="2026"))
        run.take(get(headers=headers), Insight(key))
        return [finding.breach.requirement for finding in run.ended("a test", "").findings]

    assert by(("Authorization", basic_header(key))) == []
    assert by(("Authorization", basic_header(KeyPair("p", "key-1", "a wrong one, for a test")))) == []
    assert by(("Authorization", basic_header(KeyPair("p", "secret-of-the-judge", "key-1")))) == ["CLI-REQ-4"]
    assert by(("Authorization", "Bearer secret-of-the-judge")) == ["CLI-REQ-4"]


def test_an_endless_loop_on_401_is_found_by_the_judge_only():
    calls = [get(status=401, answer=error(401), at=each / 10) for each in range(30)]
    assert "CLI-ANS-7" in broken(*calls, run=judge_run(Settings(edition="2026")))
    assert "CLI-ANS-7" not in broken(*calls)


def test_what_traffic_cannot_prove_is_never_passed():
    run = live_run(Settings(edition="2026"))
    run.take(update({"display_name": "x"}, "?update_mask=display_name"))
    told = {outcome.requirement.id: outcome for outcome in run.ended("a test", "").outcomes}
    for name in ("CLI-REQ-6", "CLI-REQ-7", "CLI-REQ-8", "CLI-ANS-1", "SRV-STATE-4", "SRV-STATE-1", "SRV-INPUT-2"):
        assert told[name].outcome == "not_tested", name
        assert told[name].reason, name
    assert told["CLI-REQ-2"].outcome == "passed"


def test_a_long_run_stays_small():
    run = live_run(Settings(edition="2026"))
    for number in range(500):
        run.take(
            seen(
                "GET",
                f"{APPS}/app-{number}",
                headers=(("Authorization", f"Bearer token-number-{number}"),),
                answer={**APP, "id": f"app-{number}"},
                at=float(number),
            )
        )
        run.take(create({f"x_{number}": 1}, status=400, answer=error(400), at=float(number)))
    assert len(run._secrets._seen) <= 256
    assert len(run._found["CLI-REQ-2"]) <= 50
    assert len(run._sent) < 10
    ended = run.ended("a test", "")
    assert ended.requests == 1000
    assert sum(one.times for one in ended.sent) == 1000


def test_alike_requests_count_in_the_report_as_if_each_was_kept():
    each = [Sent("App_GetApp", 200, 0.001), *[Sent("App_GetApp", 200, 0.004)] * 98, Sent("App_GetApp", None, 9.0)]
    alike = [Sent("App_GetApp", 200, 0.001), Sent("App_GetApp", 200, 0.004, 98), Sent("App_GetApp", None, 9.0)]
    assert latency_document(alike) == latency_document(each)
    assert operation_documents(alike) == operation_documents(each)
    assert latency_document(alike)["quantiles_ms"] == {"p50": 4.0, "p90": 4.0, "p99": 4.0, "max": 4.0}


def test_a_finding_is_told_once_and_counted():
    run = live_run(Settings(edition="2026"))
    for _ in range(5):
        run.take(get(headers=(BASIC, ("Accept", "text/html"))))
    (finding,) = run.ended("a test", "").findings
    assert finding.also == ("4 more exchanges",)


def test_nothing_of_the_apps_endpoints_could_not_be_tested():
    run = live_run(Settings())
    run.take(token())
    run.take(seen("GET", "/health"))
    ended = run.ended("a test", "")
    assert (ended.exit_code, run.others) == (3, 1)


def test_no_secret_gets_into_a_finding():
    run = live_run(Settings(edition="2026"))
    run.take(token())
    run.take(create({**BODY, "display_name": 7}, headers=(SECRET, ("Cookie", "session=made-up")), status=200))
    run.take(seen("GET", f"{APPS}?access_token=only-in-the-url", answer={"apps": [APP]}))
    run.take(get(headers=(BASIC, ("Accept", "x/token-that-was-issued"))))
    text = repr(run.ended("a test", "").findings)
    for secret in (
        "token-that-was-issued",
        "token-of-sms",
        "secret-of-key",
        BASIC[1].split()[1],
        "only-in-the-url",
        "made-up",
    ):
        assert secret not in text
    assert "display_name" in text


@pytest.mark.parametrize(
    "body", [b'{"callback_secret": "not-for-you",}', b"{'token': 'not-for-you'}", b'{"api_key":"not-for-you']
)
def test_no_secret_of_a_body_that_is_no_json_gets_into_a_finding(body):
    run = live_run(Settings(edition="2026"))
    run.take(create(body, status=400, answer=error(400)))
    (finding,) = run.ended("a test", "").findings
    assert finding.breach.requirement == "CLI-REQ-3"
    assert "not-for-you" not in repr(finding)


def test_the_entry_of_the_samples_is_valid():
    assert broken(create({**BODY, "channel_credentials": [ENTRY, ENTRY]})) == []
