import pytest

from apps_contract.service.faults.errors import ERRORS

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(ERRORS, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in ERRORS.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


@witness("html-404")
def html_404(api):
    return api.get("no-such-app").body.startswith(b"<html>")


@witness("text-401")
def text_401(api):
    return api.nobody().list().body == b"Unauthorized"


@witness("validation-detail-list")
def validation_detail_list(api):
    assert "code" in api.create(b"{").json
    return "detail" in api.create(api.body(display_name=7)).json


@witness("code-as-text")
def code_as_text(api):
    return api.get("no-such-app").json["code"] == "404"


@witness("empty-403")
def empty_403(api):
    assert api.get("no-such-app").body
    return api.on_project("other-project").list().body == b""


@witness("mask-error-details-object")
def mask_error_details_object(api):
    return isinstance(api.update(api.made()["id"], {"display_name": "x"}, ["nope"]).json["details"], dict)


@witness("error-status-left-out")
def error_status_left_out(api):
    assert "status" in api.get("no-such-app").json
    return "status" not in api.delete("no-such-app").json


@witness("error-labelled-html")
def error_labelled_html(api):
    response = api.get("no-such-app")
    return response.json["code"] == 404 and response.media_type == "text/html"


@witness("grpc-code")
def grpc_code(api):
    return api.get("no-such-app").json["code"] == 5


@witness("code-500-on-401")
def code_500_on_401(api):
    return api.nobody().list().json["code"] == 500


@witness("refused-body-echoed")
def refused_body_echoed(api):
    return b"token-of-messenger" in api.create(api.body(display_name=7)).body


@witness("unknown-key-echoed")
def unknown_key_echoed(api):
    return b"Basic bm8tc3VjaDprZXk=" in api.authorized("Basic bm8tc3VjaDprZXk=").list().body


@witness("long-callback-secret-echoed")
def long_callback_secret_echoed(api):
    entry = api.entry("SMS", callback_secret="hidden-" * 60)
    return b"hidden-hidden-" in api.create(api.body(channel_credentials=[entry])).body


@witness("syntax-error-excerpt")
def syntax_error_excerpt(api):
    return b"hidden-token" in api.create(b'{"channel_credentials": [{"static_token": {"token": "hidden-token"}]').body


@witness("stack-trace-on-bad-json")
def stack_trace_on_bad_json(api):
    return b"Traceback" in api.create(b"{").body


@witness("sql-in-404")
def sql_in_404(api):
    return b"SELECT" in api.get("no-such-app").body


@witness("source-path-in-mask-error")
def source_path_in_mask_error(api):
    return b"FieldMasks.java:87" in api.update(api.made()["id"], {"display_name": "x"}, ["nope"]).body
