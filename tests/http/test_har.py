"""The HTTP archive: every member that HAR 1.2 requires, of the right type."""

import base64
import json

import jsonschema

from apps_contract.http.exchange import Exchange, Failure, Request, Response
from apps_contract.http.har import har

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
PAIRS = {
    "type": "array",
    "items": {"type": "object", "required": ["name", "value"], "additionalProperties": {"type": "string"}},
}


def _object(**members):
    return {"type": "object", "required": list(members), "properties": members}


# By hand, from the format's description: what a reader may rely on.
SCHEMA = _object(
    log=_object(
        version={"const": "1.2"},
        creator=_object(name=TEXT, version=TEXT),
        entries={
            "type": "array",
            "items": _object(
                startedDateTime={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$"},
                time={"type": "number", "minimum": 0},
                request=_object(
                    method=TEXT,
                    url={"type": "string", "pattern": "^https?://"},
                    httpVersion=TEXT,
                    cookies={"type": "array"},
                    headers=PAIRS,
                    queryString=PAIRS,
                    headersSize=NUMBER,
                    bodySize=NUMBER,
                ),
                response=_object(
                    status=NUMBER,
                    statusText=TEXT,
                    httpVersion=TEXT,
                    cookies={"type": "array"},
                    headers=PAIRS,
                    content=_object(size=NUMBER, mimeType=TEXT),
                    redirectURL=TEXT,
                    headersSize=NUMBER,
                    bodySize=NUMBER,
                ),
                cache={"type": "object"},
                timings=_object(
                    send={"type": "number", "minimum": 0},
                    wait={"type": "number", "minimum": 0},
                    receive={"type": "number", "minimum": 0},
                ),
            ),
        },
    )
)

JSON = ("Content-Type", "application/json; charset=utf-8")
CREATED = Exchange(
    Request("POST", "/v1/apps?update_mask=a%2Cb&x", (JSON,), '{"a":"é"}'.encode()),
    Response(302, (JSON, ("Location", "/elsewhere")), '{"id":"é"}'.encode(), "Found"),
    operation="App_CreateApp",
    started=1_700_000_000.25,
    duration_s=0.0125,
    number=7,
)
LOST = Exchange(Request("GET", "/v1/apps"), failure=Failure("timeout", "no answer within 3 s"))
BINARY = Exchange(Request("GET", "*", raw=b"\xff\x00"), Response(200, (), b"\x00\xff"))


def _entries(*exchanges, base_url="https://x.test/gateway/"):
    archive = json.loads(json.dumps(har(exchanges, base_url)))
    jsonschema.validate(archive, SCHEMA)
    return archive["log"]["entries"]


def test_an_archive_holds_what_readers_rely_on():
    assert len(_entries(CREATED, LOST, BINARY)) == 3
    jsonschema.validate(har([CREATED]), SCHEMA)
    assert har([])["log"]["entries"] == []


def test_a_request_and_its_answer_are_shown_whole():
    (entry,) = _entries(CREATED)
    assert entry["startedDateTime"] == "2023-11-14T22:13:20.250+00:00"
    assert entry["time"] == entry["timings"]["wait"] == 12.5
    assert entry["comment"] == "exchange 7, App_CreateApp"
    request, response = entry["request"], entry["response"]
    assert request["url"] == "https://x.test/gateway/v1/apps?update_mask=a%2Cb&x"
    assert request["queryString"] == [{"name": "update_mask", "value": "a,b"}, {"name": "x", "value": ""}]
    assert request["headers"] == [{"name": JSON[0], "value": JSON[1]}]
    assert request["postData"] == {"mimeType": JSON[1], "params": [], "text": '{"a":"é"}'}
    assert request["bodySize"] == 10
    assert (response["status"], response["statusText"], response["redirectURL"]) == (302, "Found", "/elsewhere")
    assert response["content"] == {"size": 11, "mimeType": JSON[1], "text": '{"id":"é"}'}


def test_a_missing_answer_is_status_0_with_its_reason():
    (entry,) = _entries(LOST)
    assert entry["response"]["status"] == 0
    assert entry["response"]["_error"] == "timeout: no answer within 3 s"
    assert "postData" not in entry["request"]


def test_bytes_that_are_no_text_are_in_base64():
    (entry,) = _entries(BINARY)
    assert base64.b64decode(entry["request"]["postData"]["text"]) == b"\xff\x00"
    assert entry["request"]["postData"]["comment"] == "base64"
    assert entry["request"]["url"] == "https://x.test/gateway/"
    assert entry["response"]["content"]["encoding"] == "base64"
    assert base64.b64decode(entry["response"]["content"]["text"]) == b"\x00\xff"
