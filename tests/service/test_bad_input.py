import json

import pytest

from apps_contract.contract import is_valid

VALID = b'{"display_name": "x", "channel_credentials": []}'


def refused_with(response, status):
    assert response.status == status, response.body[:300]
    assert response.media_type == "application/json"
    assert is_valid(response.json, "error", "2023")
    assert response.json["code"] == status
    return response.json["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"true",
        b"{",
        b"{}x",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 1 /* why */}',
        b"\xef\xbb\xbf" + VALID,
        VALID.decode().encode("utf-16"),
        VALID.replace(b"x", b"\xff"),
        VALID.replace(b"x", b"\xc0\x80"),
        VALID.replace(b"x", b"\xed\xa0\x80"),
        VALID.replace(b"x", b"\\ud800"),
        VALID.replace(b"x", b"\\uDFFF \\uD83D"),
        VALID.replace(b"x", b"\n"),
        VALID.replace(b"{", b'{"display_name": "y", '),
        VALID.replace(b"[]", b'[{"channel": "SMS", "channel": "RCS"}]'),
        VALID.replace(b"{", b'{"a": NaN, '),
        VALID.replace(b"{", b'{"a": -Infinity, '),
        VALID.replace(b"{", b'{"a": 1e400, '),
        VALID.replace(b"{", b'{"a": ' + b"9" * 5000 + b", "),
        VALID.replace(b"{", b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b", "),
        VALID.replace(b"{", b'{"a": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b", "),
        b"[" * 500_000,
        b"{" * 10_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_no_plain_json_object_is_refused(api, body):
    refused_with(api.create(body), 400)
    assert api.apps() == []


def test_brackets_in_texts_are_no_nesting(api):
    assert api.create(api.body(display_name="[{" * 200 + '"')).status == 200


def test_deeply_escaped_text_is_read(api):
    body = b'{"display_name": "\\ud83d\\ude00\\\\ud800", "channel_credentials": []}'
    assert api.create(body).json["display_name"] == "\U0001f600\\ud800"


def test_a_body_over_the_limit_is_refused_but_read(api):
    refused_with(api.create(b'"' + b"x" * (1 << 20)), 413)
    refused_with(api.create(b"x" * (3 << 20)), 413)


def entry_with(**members):
    return {"channel_credentials": [{"channel": "MESSENGER", "static_token": {"token": "t"}, **members}]}


SMS = {"channel": "SMS", "static_bearer": {"token": "s3cret-token"}}
BEARER = {"claimed_identity": "i", "token": "s3cret-token"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"display_name": 7}, "display_name"),
        ({"channel_credentials": {}}, "channel_credentials"),
        ({"channel_credentials": [7]}, "channel_credentials[0]"),
        ({"channel_credentials": [{}]}, "channel_credentials[0].channel"),
        ({"channel_credentials": [{"channel": "SMS"}]}, "channel_credentials[0].static_bearer"),
        ({"channel_credentials": [SMS]}, "channel_credentials[0].static_bearer.claimed_identity"),
        (entry_with(static_token={"token": ["s3cret-token"]}), "channel_credentials[0].static_token.token"),
        (entry_with(static_token="s3cret-token"), "channel_credentials[0].static_token"),
        (entry_with(callback_secret="s3cret-token" * 40), "channel_credentials[0].callback_secret"),
        (entry_with(static_bearer=BEARER), "channel_credentials[0].static_bearer"),
        (entry_with(channel="s3cret-token"), "channel_credentials[0].channel"),
        ({"retention_policy": {"ttl_days": 3651}}, "retention_policy.ttl_days"),
        ({"retention_policy": {"ttl_days": "7"}}, "retention_policy.ttl_days"),
        ({"retention_policy": {"ttl_days": 7.5}}, "retention_policy.ttl_days"),
        ({"retention_policy": {"ttl_days": True}}, "retention_policy.ttl_days"),
        ({"retention_policy": None}, "retention_policy"),
        ({"conversation_metadata_report_view": "full"}, "conversation_metadata_report_view"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_rule_is_refused_by_its_path_and_without_secrets(api, change, path):
    response = api.create(api.body(**change))
    assert refused_with(response, 400).startswith(path)
    assert b"s3cret-token" not in response.body
    app_id = api.made()["id"]
    assert api.update(app_id, {"display_name": "x", **change}).status == 400


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json-patch+json",
        "json",
        "",
        "application/json; charset=utf-16",
        'application/json; x=1; CHARSET="latin1"',
    ],
)
def test_another_media_type_is_refused(api, media_type):
    refused_with(api.create(VALID, [("Content-Type", media_type)]), 415)


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "Application/JSON",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"; x=1',
    ],
)
def test_json_is_taken_however_it_is_written(api, media_type):
    assert api.create(VALID, [("Content-Type", media_type)]).status == 200


def test_a_compressed_request_is_refused(api):
    refused_with(api.create(VALID, [("Content-Encoding", "gzip")]), 415)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW", "get"])
def test_a_method_that_the_path_does_not_have(api, method):
    response = api.send(method, api.path)
    assert response.status == 405
    assert response.header("allow") == "GET, POST"


@pytest.mark.parametrize("method", ["PUT", "POST", "HEAD"])
def test_a_method_that_an_app_does_not_have(api, method):
    assert api.send(method, f"{api.path}/{api.made()['id']}").header("allow") == "GET, DELETE, PATCH"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/v1",
        "/v1/projects",
        "/v1/projects/",
        "/v1/projects//apps",
        "/v1/projects/demo-project",
        "/v2/projects/demo-project/apps",
        "/v1/projects/demo-project/apps/",
        "/v1/projects/demo-project/apps/a/b",
        "/v1/projects/demo-project/apps//",
        "//v1/projects/demo-project/apps",
        "/v1/projects/demo-project/Apps",
        "/v1/projects/demo-project/apps;x=1",
        "/v1/projects/demo-project/apps/%ff",
        "/openapi.json",
        "/docs",
    ],
)
def test_an_unknown_path_is_not_found(api, path):
    refused_with(api.send("GET", path), 404)


@pytest.mark.parametrize(
    "app_id",
    [
        "%00",
        "..",
        "%2e%2e",
        "%2F",
        "a%2Fb",
        "%",
        "%zz",
        "%E2%82%AC",
        "'%3B--",
        "x" * 5000,
        "\N{SNOWMAN}",
        "null",
        "0",
        "-1",
        "%0d%0aX-Injected:%201",
    ],
)
def test_an_odd_app_id_is_not_found(api, app_id):
    for response in (api.get(app_id), api.delete(app_id), api.update(app_id, VALID)):
        assert refused_with(response, 404)
        assert response.header("x-injected") is None


def test_absurdly_long_paths_and_headers(api):
    refused_with(api.get("x" * 100_000), 414)
    refused_with(api.list([("X-Long", "x" * 100_000)]), 431)


@pytest.mark.parametrize(
    "query", ["?", "?&&=&", "?a=%ff&%00", "?update_mask", "?" + "a=1&" * 1500, "?page_size=1", "?;"]
)
def test_an_odd_query_changes_nothing(api, query):
    made = api.made()
    assert api.send("GET", api.path + query).json == {"apps": [made]}
    assert api.send("PATCH", f"{api.path}/{made['id']}{query}", {"display_name": "New"}).json["display_name"] == "New"


@pytest.mark.parametrize(
    "headers",
    [
        [("Accept", "text/html")],
        [("X", "\xff\xfe")],
        [("Cookie", "a=b"), ("Cookie", ";;;")],
        [("Range", "bytes=0-1")],
        [("If-None-Match", "*")],
        [("Host", "evil.test")],
        [("Upgrade", "websocket"), ("Connection", "upgrade")],
        [("X-HTTP-Method-Override", "DELETE")],
        [("Accept-Encoding", "br;q=x")],
    ],
)
def test_an_odd_header_changes_nothing(api, headers):
    made = api.made()
    assert api.get(made["id"], headers).json == made


def test_a_read_with_a_body_is_a_read(api):
    made = api.made()
    assert api.send("GET", api.path, b"\xff{[").json == {"apps": [made]}
    assert api.send("DELETE", f"{api.path}/{made['id']}", b"\xff{[").status == 200


def test_many_errors_are_counted_and_some_listed(api):
    response = api.create({"display_name": 1, "channel_credentials": [{"channel": "MMS"}] * 50})
    assert "more)" in response.json["message"]
    assert 1 < len(response.json["details"]) <= 10
    assert json.loads(response.body)["details"][0]["field"] == "display_name"


def test_a_hundred_thousand_wrong_entries_are_answered_soon(api):
    entries = [{"channel": "SMS", "static_bearer": {"claimed_identity": "i", "token": "t"}}] * 5000 + [{}] * 100_000
    assert refused_with(api.create({"display_name": "x", "channel_credentials": entries}), 400).startswith(
        "channel_credentials[5000].channel: is required"
    )


def test_many_entries_are_accepted(api):
    entries = [{"channel": "SMS", "static_bearer": {"claimed_identity": "i", "token": "t"}}] * 5000
    assert len(api.made(channel_credentials=entries)["channel_credentials"]) == 5000
