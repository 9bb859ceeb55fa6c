"""HAR files: real ones of several recorders, what they leave out, and broken ones."""

import base64
import json
from pathlib import Path

import pytest

from apps_contract.http.har import har
from apps_contract.run.settings import Settings
from apps_contract.run.traffic.archive import NoHarError, read_archive
from apps_contract.run.traffic.traffic_run import recorded_run

from .commands import outcomes, report, run
from .exchanges import APP, APPS, create, error, get, token

RECORDINGS = Path(__file__).parent / "recordings"
JUDGED = [f"SRV-SHAPE-{number}" for number in (1, 2, 3, 4, 5, 6, 7)] + [f"CLI-REQ-{number}" for number in range(1, 7)]
APP_TEXT = json.dumps(APP)
URL = f"https://eu.conversation.api.sinch.com{APPS}"


def read(name):
    return json.loads((RECORDINGS / name).read_text("utf-8"))


def judged(document):
    """The outcome of each requirement, and the broken ones."""
    archive = read_archive(json.dumps(document).encode())
    judging = recorded_run(Settings(edition="2026"))
    for seen in archive.recorded:
        judging.take(seen)
    ended = judging.ended("a test", archive.base_url)
    return {outcome.requirement.id: outcome for outcome in ended.outcomes}, [
        finding.breach.requirement for finding in ended.findings
    ]


def entry(method="GET", url=f"{URL}/a1", *, status=200, text=APP_TEXT, **more):
    """An entry as browsers write it, with parts replaced by ``request``, ``response`` and ``content``."""
    headers = [{"name": "Authorization", "value": "Bearer some-token"}, {"name": "Accept", "value": "*/*"}]
    content = {"size": len(text.encode()), "mimeType": "application/json", "text": text, **more.pop("content", {})}
    answer_headers = [{"name": "content-type", "value": "application/json"}]
    return {
        "startedDateTime": "2026-11-25T21:56:13.903Z",
        "time": 3.5,
        "request": {"method": method, "url": url, "headers": headers, **more.pop("request", {})},
        "response": {"status": status, "headers": answer_headers, "content": content, **more.pop("response", {})},
        **more,
    }


def log(*entries):
    return {"log": {"version": "1.2", "entries": list(entries)}}


@pytest.mark.parametrize("name", ["chromium.har", "mitmproxy.har"])
def test_a_real_recording_of_conforming_sides_is_judged_and_conforms(name):
    told, broken = judged(read(name))
    assert broken == []
    assert {told[requirement].outcome for requirement in JUDGED} == {"passed"}


def test_a_real_recording_without_bodies_says_what_it_lacks():
    told, broken = judged(read("chromium-without-bodies.har"))
    assert broken == []
    assert told["SRV-SHAPE-6"].outcome == "passed"
    for requirement, part in {"SRV-SHAPE-1": "answer body", "CLI-REQ-2": "request body"}.items():
        assert told[requirement].outcome == "not_tested"
        assert part in told[requirement].reason


def test_a_real_recording_cleared_of_secrets_is_not_blamed_for_it():
    document = read("chromium.har")
    for each in document["log"]["entries"]:
        headers = each["request"]["headers"]
        each["request"]["headers"] = [pair for pair in headers if pair["name"].lower() != "authorization"]
    told, broken = judged(document)
    assert broken == []
    assert told["CLI-REQ-4"].outcome == "not_tested"
    assert "authorization" in told["CLI-REQ-4"].reason


@pytest.mark.parametrize("name", ["chromium.har", "mitmproxy.har"])
def test_a_fault_in_a_real_recording_is_found(name):
    text = (RECORDINGS / name).read_text("utf-8")
    faulty = text.replace(r"\"display_name\":\"renamed\",\"channel", r"\"display_name\":[1,2,3,4],\"channel")
    assert faulty != text
    assert judged(json.loads(faulty))[1] == ["SRV-SHAPE-1"]


def test_our_own_archive_is_read_as_it_was_written():
    bad = get(answer={"id": "a1"}).exchange
    lost = token().exchange
    told, broken = judged(
        har([create().exchange, bad, lost, get(status=404, answer=error(404)).exchange], "http://x.test/v2")
    )
    assert broken == ["SRV-SHAPE-1"]
    assert told["CLI-REQ-6"].outcome == "passed"


LACKING = {
    "no answer": entry(status=0, text="", response={"headers": []}),
    "no answer, as Playwright has it": entry(status=-1, text=""),
    "no text": entry(content={"text": None}),
    "empty text of a body": entry(text="", content={"size": 500}),
    "half a text": entry(text=json.dumps(APP)[:40], content={"size": 500}),
    "half a text by its length": entry(text="{}", response={"headers": [{"name": "Content-Length", "value": "500"}]}),
    "text that is no base64": entry(text="§", content={"encoding": "base64"}),
    "text that was read in another charset": entry(
        text=json.dumps({**APP, "id": "\ufffd"}), response={"status": 201 - 1}
    ),
    "text with something hidden": entry(text=json.dumps({**APP, "display_name": None, "x": "[REDACTED]"})),
    "no headers at all": entry(request={"headers": []}, response={"headers": []}),
    "no body of a create": entry("POST", URL, request={"bodySize": 60}),
    "an empty text of a create": entry("POST", URL, request={"postData": {"mimeType": "application/json", "text": ""}}),
    "hidden values in a create": entry(
        "POST",
        URL,
        request={"postData": {"mimeType": "application/json", "text": '{"display_name":"***","ttl":"***"}'}},
    ),
    "a coded body": entry(
        "POST",
        URL,
        request={
            "headers": [
                {"name": "Authorization", "value": "Bearer some-token"},
                {"name": "Content-Encoding", "value": "gzip"},
                {"name": "Content-Type", "value": "application/json"},
            ],
            "postData": {"mimeType": "application/json", "text": "\x1f\x8b"},
        },
    ),
    "a masked header": entry(request={"headers": [{"name": "Authorization", "value": "***"}]}),
    "a cache's answer": entry(text="", _fromCache="disk"),
    "a service worker's answer": entry(text="{}", _fetchedViaServiceWorker=True),
    "a browser's own redirect": entry(
        status=307, text="", response={"headers": [{"name": "Non-Authoritative-Reason", "value": "HSTS"}]}
    ),
    "a preflight": entry("OPTIONS", URL, status=204, text="", _resourceType="preflight"),
    "pseudo headers": entry(
        request={"headers": [{"name": ":authority", "value": "x"}, {"name": "authorization", "value": "Bearer x"}]}
    ),
    "an address written out": entry(url=f"{URL}/ä b", status=404, text=json.dumps(error(404))),
    "comments": entry(
        comment="x",
        request={"comment": "y", "headers": [{"name": "authorization", "value": "Bearer x", "comment": "z"}]},
    ),
    "another service's token": entry(
        "POST",
        "https://x.auth.amazoncognito.com/oauth2/token",
        request={"postData": {"mimeType": "a/b", "text": "grant_type=code"}},
    ),
    "other resources": entry(url="https://eu.conversation.api.sinch.com/v1/projects/p/contacts", status=500, text="no"),
    "base64": entry(
        text=base64.b64encode(json.dumps(APP).encode()).decode(), content={"encoding": "base64", "size": 5}
    ),
}


@pytest.mark.parametrize("name", LACKING)
def test_what_a_recorder_left_out_or_changed_raises_nothing(name):
    assert judged(log(entry(), LACKING[name]))[1] == []


def test_an_empty_answer_that_was_one_is_found():
    assert judged(log(entry(text="", response={"headers": [{"name": "Content-Length", "value": "0"}]})))[1] == [
        "SRV-SHAPE-1"
    ]


def test_a_form_in_parts_is_read():
    form = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "grant_type", "value": "password"}]}
    asked = entry(
        "POST", "https://auth.sinch.com/oauth2/token", text='{"access_token":"x"}', request={"postData": form}
    )
    asked["request"]["headers"][0]["value"] = "Basic a2V5OnNlY3JldC1vZi1rZXk="
    assert judged(log(entry(), asked))[1] == ["CLI-REQ-6"]


def test_a_recording_of_a_place_that_no_url_names_is_reported_all_the_same(tmp_path):
    (tmp_path / "x.har").write_text(json.dumps(log(entry(url=f"app://x{APPS}/a1", text='{"id": 7}'))))
    assert run("judge", "--har", "x.har", cwd=tmp_path).returncode == 1
    (tmp_path / "x.har").write_text(json.dumps(log(entry("GET", "https://auth.sinch.com/oauth2/token"))))
    assert run("judge", "--har", "x.har", cwd=tmp_path).returncode == 1


def test_a_missing_header_counts_where_others_have_it():
    bare = entry(request={"headers": [{"name": "Accept", "value": "*/*"}]})
    assert judged(log(entry(), bare))[1] == ["CLI-REQ-4"]


HOSTILE = {
    "empty": b"",
    "no JSON": b"{",
    "bytes": b"\xff\xfe\xfa\x00\x01",
    "a list": b"[]",
    "no log": b"{}",
    "log is a text": b'{"log": "x"}',
    "no entries": b'{"log": {"entries": {}}}',
    "deep": b"[" * 200_000,
    "a huge number": b'{"log": {"entries": [' + b"9" * 10_000 + b"]}}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_har_file_is_refused(name):
    with pytest.raises(NoHarError):
        read_archive(HOSTILE[name])


ODD_ENTRIES = [
    None,
    7,
    [],
    {},
    {"request": None},
    {"request": {"method": 7, "url": 8}},
    {"request": {"method": "GET", "url": "http://["}, "response": 3},
    {"request": {"method": "GET", "url": f"{URL}/a1", "headers": "x", "postData": []}, "response": {"status": "200"}},
    {"request": {"method": "GET", "url": f"{URL}/\ud800", "headers": [7, {"name": 1}]}, "response": {"status": True}},
    {
        "startedDateTime": [],
        "time": "x",
        **{key: value for key, value in entry().items() if key in ("request", "response")},
    },
    {**entry(), "startedDateTime": "9999-99-99", "time": -1e300},
    entry(content={"text": 7, "size": "x"}),
    entry(url="http://[" + URL),
]


@pytest.mark.parametrize("odd", ODD_ENTRIES, ids=range(len(ODD_ENTRIES)))
def test_an_odd_entry_does_not_stop_the_others(odd):
    told, broken = judged(log(odd, entry()))
    assert broken == []
    assert told["SRV-SHAPE-1"].outcome in ("passed", "not_tested")
    assert told["SRV-SHAPE-1"].cases >= 1


def test_the_command_writes_the_same_reports(tmp_path):
    document = read("chromium.har")
    for each in document["log"]["entries"]:
        for pair in each["request"]["headers"]:
            if pair["name"].lower() == "accept" and "/v1/" in each["request"]["url"]:
                pair["value"] = "text/html"
    (tmp_path / "x.har").write_text(json.dumps(document), encoding="utf-8")
    ended = run("judge", "--har", "x.har", "--level", "should", cwd=tmp_path)
    assert ended.returncode == 1
    assert outcomes(tmp_path)["CLI-REQ-5"] == "failed"
    assert report(tmp_path)["contract"]["side"] == "both"
    assert "1 other exchange passed by unjudged" in ended.stdout
    files = b"".join(path.read_bytes() for path in (tmp_path / "reports" / "latest").iterdir())
    assert b"demo-secret-5d0c9f61" not in files
    assert b"made-up-token-1" not in files


@pytest.mark.parametrize(("text", "code"), [("{", 2), ('{"log": {"entries": []}}', 3)])
def test_a_file_without_calls_ends_in_one_clear_line(tmp_path, text, code):
    (tmp_path / "x.har").write_text(text)
    ended = run("judge", "--har", "x.har", "-q", cwd=tmp_path)
    assert (ended.returncode, ended.stdout.count("\n") + ended.stderr.count("\n")) == (code, 1)
    assert "x.har" in ended.stdout + ended.stderr
