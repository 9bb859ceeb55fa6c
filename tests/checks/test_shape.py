"""SRV-SHAPE: each oracle with answers that keep the rule, in all the contract's freedom, and answers that break it."""

import pytest

from apps_contract.checks import shape
from apps_contract.contract import Level

from .exchanges import ERROR, JSON, exchange

APP = {"id": "01", "display_name": "n", "channel_credentials": []}


@pytest.mark.parametrize(
    "body",
    [
        APP,
        {**APP, "unknown": {"member": [1]}},
        {
            **APP,
            "channel_credentials": [
                {"channel": "WHATSAPP", "static_token": {"token": "t"}, "telegram_credentials": {"token": "t"}}
            ],
        },
        {**APP, "rate_limits": {"inbound": 25, "outbound": 0, "webhooks": 25}, "queue_stats": {}},
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_success_bodies_that_conform(body, content_type):
    headers = [("content-type", content_type)]
    for name in ("create", "get", "update"):
        assert shape.success_matches_schema(exchange(name, 200, body, headers=headers), "2023") is None
    assert shape.success_matches_schema(exchange("list", 200, {"apps": [body]}, headers=headers), "2023") is None


@pytest.mark.parametrize("body", [{}, {"apps": []}, {"apps": [APP], "next": None}])
def test_lists_that_conform(body):
    assert shape.success_matches_schema(exchange("list", 200, body), "2023") is None


@pytest.mark.parametrize(
    ("name", "body", "path"),
    [
        ("get", b"", "body"),
        ("get", b"{", "body"),
        ("get", b'{"id": NaN}', "body"),
        ("get", [APP], "body"),
        ("get", None, "body"),
        ("get", {**APP, "id": ""}, "body.id"),
        ("get", {**APP, "retention_policy": {"ttl_days": "180"}}, "body.retention_policy.ttl_days"),
        ("create", {"id": "01", "channel_credentials": []}, "body"),
        ("list", {"apps": [{**APP, "display_name": None}]}, "body.apps[0].display_name"),
        ("list", [], "body"),
    ],
)
def test_success_bodies_that_do_not(name, body, path):
    breach = shape.success_matches_schema(exchange(name, 200, body), "2023")
    assert breach.requirement == "SRV-SHAPE-1"
    assert breach.path.startswith(path)


@pytest.mark.parametrize(
    "headers", [[], [("Content-Type", "text/plain")], [("Content-Type", "text/html; charset=utf-8")]]
)
def test_success_that_is_not_declared_as_json(headers):
    breach = shape.success_matches_schema(exchange("get", 200, APP, headers=headers), "2023")
    assert (breach.requirement, breach.path) == ("SRV-SHAPE-1", "header.content-type")


def test_success_of_no_operation_and_errors_are_not_its_business():
    assert shape.success_matches_schema(exchange(None, 200, b"<html>"), "2023") is None
    assert shape.success_matches_schema(exchange("get", 404, b"<html>"), "2023") is None
    assert shape.success_matches_schema(exchange("get", failure="timeout"), "2023") is None


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b" null\n", b"{ }"])
def test_empty_answers_of_delete(body):
    assert shape.delete_answer_is_empty(exchange("delete", 200, body, headers=())) is None


@pytest.mark.parametrize("body", [b'""', b'"null"', b"[]", APP, b"OK", b"false"])
def test_answers_of_delete_that_say_something(body):
    assert shape.delete_answer_is_empty(exchange("delete", 200, body)).requirement == "SRV-SHAPE-2"


@pytest.mark.parametrize(
    "body",
    [
        ERROR,
        {"error": ERROR},
        {**ERROR, "details": []},
        {**ERROR, "details": [{"field": "x"}], "trace_id": "7"},
        {"code": 3, "message": "", "status": "ANYTHING_AT_ALL"},
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 415, 500, 501])
def test_errors_that_conform(body, status):
    assert shape.error_matches_schema(exchange("create", status, body), "2023") is None


@pytest.mark.parametrize(
    "body", [b"", b"nope", b"<html>", [], None, {}, {"code": "400", "message": "m", "status": "s"}, {"message": "m"}]
)
def test_errors_that_do_not(body):
    breach = shape.error_matches_schema(exchange("create", 400, body), "2023")
    assert (breach.requirement, breach.level_in("2023")) == ("SRV-SHAPE-3", Level.MUST)


@pytest.mark.parametrize("status", [408, 411, 413, 414, 429, 431, 502, 503, 504, 505])
def test_what_a_gateway_answers_before_the_operation_is_nobodys_promise(status):
    answer = exchange("create", status, b"<html>", headers=())
    assert shape.error_matches_schema(answer, "2023") is None
    assert shape.error_says_json(answer) is None


def test_errors_of_no_operation_are_free():
    assert shape.error_matches_schema(exchange(None, 404, b"<html>"), "2023") is None
    assert shape.error_says_json(exchange(None, 404, b"x", headers=())) is None


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/problem+json", "application/json;charset=UTF-8"]
)
def test_errors_declared_as_json(content_type):
    assert shape.error_says_json(exchange("get", 404, ERROR, headers=[("content-type", content_type)])) is None


def test_errors_not_declared_as_json_are_a_warning_unless_they_are_none():
    breach = shape.error_says_json(exchange("get", 404, ERROR, headers=[("content-type", "text/plain")]))
    assert breach.level_in("2023") is Level.SHOULD
    assert shape.error_says_json(exchange("get", 404, b"<html>", headers=[("content-type", "text/html")])) is None


def test_code_in_the_body():
    assert shape.code_equals_status(exchange("get", 400, ERROR)) is None
    assert shape.code_equals_status(exchange("get", 400, {"error": ERROR})) is None
    assert shape.code_equals_status(exchange("get", 404, b"no JSON")) is None
    assert shape.code_equals_status(exchange("get", 404, {**ERROR, "code": "404"})) is None, "SRV-SHAPE-3 tells of it"
    assert shape.code_equals_status(exchange("get", 404, {"error": ERROR})).requirement == "SRV-SHAPE-4"


SENT = {
    "display_name": "a name that is no secret",
    "channel_credentials": [
        {
            "channel": "MMS",
            "callback_secret": "callback-secret-1",
            "mms_credentials": {
                "api_key": "api-key-12345",
                "basic_auth": {"password": "password-123"},
                "account_id": "id",
            },
        }
    ],
}


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("callback-secret-1", "body.channel_credentials[0].callback_secret"),
        ("api-key-12345", "body.channel_credentials[0].mms_credentials"),
        ("password-123", "body.channel_credentials[0].mms_credentials"),
        ("c2VjcmV0LWtleQ==", "header.authorization"),
        ("a:very-secret", "header.authorization"),
    ],
)
def test_secrets_repeated_in_an_error(said, path):
    headers = [("Authorization", "Basic YTp2ZXJ5LXNlY3JldA==" if "very" in said else "Bearer c2VjcmV0LWtleQ==")]
    answer = exchange("create", 400, {**ERROR, "message": f"bad: {said}"}, sent=SENT, request_headers=headers)
    breach = shape.repeats_no_secret(answer)
    assert (breach.requirement, breach.path) == ("SRV-SHAPE-5", path)
    assert said.rpartition(":")[2] not in breach.title + breach.expected + breach.actual


def test_what_is_no_secret_may_be_repeated():
    said = {**ERROR, "message": "a name that is no secret is bad, id of MMS too"}
    assert shape.repeats_no_secret(exchange("create", 400, said, sent=SENT)) is None
    assert shape.repeats_no_secret(exchange("create", 200, SENT, sent=SENT)) is None


@pytest.mark.parametrize(
    ("status", "is_fine"), [(200, True), (400, True), (500, True), (201, False), (204, False), (302, False)]
)
def test_statuses_of_an_operation(status, is_fine):
    breach = shape.status_is_documented(exchange("create", status, b""))
    assert (breach is None) == is_fine
    assert breach is None or breach.requirement == "SRV-SHAPE-6"
    assert shape.status_is_documented(exchange(None, status, b"")) is None


@pytest.mark.parametrize(
    "message",
    [
        'Traceback (most recent call last):\n  File "/srv/app.py", line 3',
        "at com.acme.AppService.create(AppService.java:117)",
        "panic: runtime error: index out of range",
        "SELECT * FROM apps WHERE id = 1",
        "select id from apps where id = $1",
        "update apps set x where id=1",
        "UNIQUE constraint failed: apps.id",
        "/usr/lib/python3.11/json/decoder.py",
        "Error: boom at handler.js:12",
        "sqlite3.OperationalError",
    ],
)
def test_internals_in_an_error(message):
    assert shape.shows_no_internals(exchange("get", 404, {**ERROR, "message": message})).requirement == "SRV-SHAPE-7"


@pytest.mark.parametrize(
    "message",
    [
        "cannot update the app: display_name is not set",
        "update_mask is set but empty",
        "select one channel from the list",
        "Please select a value from NONE, FULL where it applies",
        "delete from the console instead",
        "no app 01M83CCN1YAGXHN461XZMG9ASW in project demo-project",
        "unexpected token } in JSON at position 12",
        "trace id 7f3a:42, see https://docs.example.com/errors/where-to-look",
        "body.channel_credentials[0].channel: not one of WHATSAPP, RCS",
        "connection to 10.0.0.1:8080 is not needed",
    ],
)
def test_messages_for_the_caller_are_no_internals(message):
    assert shape.shows_no_internals(exchange("get", 404, {**ERROR, "message": message})) is None


def test_internals_that_the_caller_sent_are_its_own():
    sent = {"display_name": "SELECT * FROM apps"}
    assert (
        shape.shows_no_internals(exchange("create", 400, {**ERROR, "message": "SELECT * FROM apps"}, sent=sent)) is None
    )


def test_declared_header_is_the_first_of_its_name():
    assert shape.success_matches_schema(exchange("get", 200, APP, headers=[("X", "y"), JSON]), "2021") is None
