import json

import pytest

from apps_contract.http.exchange import Request
from apps_contract.http.transport import TransportError
from apps_contract.service.faults.syntax import SYNTAX

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(SYNTAX, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in SYNTAX.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


VALID = b'{"display_name": "x", "channel_credentials": []}'


@witness("empty-body-as-no-change")
def empty_body_as_no_change(api):
    made = api.made()
    assert api.create(b"").status == 400
    return api.update(made["id"], b"").status == 200


@witness("array-of-one-unwrapped")
def array_of_one_unwrapped(api):
    assert api.create(b"[]").status == 400
    return api.create(b"[" + VALID + b"]").status == 200


@witness("text-after-json-ignored")
def text_after_json_ignored(api):
    return api.create(VALID + b"}").status == 200


@witness("trailing-comma-taken")
def trailing_comma_taken(api):
    return api.create(VALID.replace(b"[]}", b"[],}")).status == 200


@witness("bad-json-422")
def bad_json_422(api):
    return api.create(b"{").status == 422


@witness("unknown-member-500")
def unknown_member_500(api):
    made = api.made(colour="red")
    return api.update(made["id"], {"display_name": "x", "colour": "red"}).status == 500


@witness("unknown-object-500")
def unknown_object_500(api):
    assert api.takes(colour="red")
    return api.create(api.body(colour={"red": 1})).status == 500


@witness("unknown-entry-member-500")
def unknown_entry_member_500(api):
    assert api.takes(colour="red")
    return api.create(api.body(channel_credentials=[api.entry("SMS", colour="red")])).status == 500


@witness("deep-nesting-500")
def deep_nesting_500(api):
    return api.create(b"[" * 10_000 + b"]" * 10_000).status == 500


@witness("huge-number-500")
def huge_number_500(api):
    return api.create(VALID.replace(b"[]", b"[], " + b'"x": ' + b"9" * 400)).status == 500


@witness("lone-surrogate-500")
def lone_surrogate_500(api):
    return api.create(VALID.replace(b'"x"', b'"\\ud800"')).status == 500


@witness("nul-500")
def nul_500(api):
    return api.create(VALID.replace(b'"x"', b'"\\u0000"')).status == 500


@witness("invalid-utf8-500")
def invalid_utf8_500(api):
    return api.create(VALID.replace(b'"x"', b'"\xff"')).status == 500


@witness("odd-path-500")
def odd_path_500(api):
    assert api.get("%20").status == 404
    return (api.get("%ff").status, api.get("%00").status) == (500, 500)


@witness("large-body-502")
def large_body_502(api):
    return api.create(VALID.ljust(60_001)).status == 502


@witness("duplicate-member-drops-connection")
def duplicate_member_drops_connection(api):
    try:
        return api.create(VALID.replace(b"{", b'{"display_name": "y", ')).status != 400
    except TransportError as error:
        return error.failure.kind == "truncated"


@witness("cut-text-hangs")
def cut_text_hangs(api):
    headers = (("Authorization", api.authorization), ("Content-Type", "application/json"))
    assert api.create(VALID[:-1]).status == 400
    try:
        response = api.transport.send(Request("POST", api.path, headers, VALID[:18]), timeout=0.2)
    except TransportError as error:
        return error.failure.kind == "timeout"
    return response.status != 400


@witness("bad-body-for-unknown-app-500")
def bad_body_for_unknown_app_500(api):
    assert api.update(api.made()["id"], b"{").status == 400
    return api.update("no-such-app", b"{").status == 500


@witness("invalid-body-for-unknown-app-409")
def invalid_body_for_unknown_app_409(api):
    assert api.update(api.made()["id"], {"display_name": 7}).status == 400
    return api.update("no-such-app", {"display_name": 7}).status == 409


@witness("several-errors-422")
def several_errors_422(api):
    assert api.create(api.body(display_name=7)).status == 400
    return api.create(api.body(display_name=7, conversation_metadata_report_view=7)).status == 422


@witness("bad-mask-and-body-500")
def bad_mask_and_body_500(api):
    made = api.made()
    assert api.update(made["id"], {"display_name": "x"}, ["nope"]).status == 400
    assert api.update(made["id"], {"display_name": 7}).status == 400
    return api.update(made["id"], {"display_name": 7}, ["nope"]).status == 500


@witness("not-a-number-read")
def not_a_number_read(api):
    body = json.dumps({**api.body(), "unknown": 7}).replace("7", "NaN")
    return api.create(body.encode()).status == 200


@witness("head-500")
def head_500(api):
    return api.send("HEAD", api.path).status == 500
