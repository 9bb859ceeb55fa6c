import json

import pytest

from apps_contract.service.faults.text import TEXT

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(TEXT, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in TEXT.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


def name_of(api, name):
    made = api.made(display_name=name)
    assert api.get(made["id"]).json == made
    return made["display_name"]


@witness("name-trimmed")
def name_trimmed(api):
    return name_of(api, " a b ") == "a b"


@witness("name-normalized")
def name_normalized(api):
    return name_of(api, "e\u0301") == "\u00e9"


@witness("name-three-byte-utf8")
def name_three_byte_utf8(api):
    assert name_of(api, "\u20ac") == "\u20ac"
    return name_of(api, "\U0001f600") == "?"


@witness("name-cut-at-255")
def name_cut_at_255(api):
    assert name_of(api, "x" * 255) == "x" * 255
    return name_of(api, "x" * 256) == "x" * 255


@witness("long-name-shortened")
def long_name_shortened(api):
    assert name_of(api, "x" * 500) == "x" * 500
    return name_of(api, "x" * 501) == "x" * 499 + "…"


@witness("name-html-escaped")
def name_html_escaped(api):
    return name_of(api, "<R&D>") == "&lt;R&amp;D&gt;"


@witness("name-unescaped-twice")
def name_unescaped_twice(api):
    assert name_of(api, "a\nb") == "a\nb"
    return name_of(api, "a\\nb") == "a\nb"


@witness("invisible-characters-dropped")
def invisible_characters_dropped(api):
    return name_of(api, "a\u200bb\u200d") == "ab"


@witness("secrets-trimmed")
def secrets_trimmed(api):
    entry = api.entry("SMS", callback_secret=" s ")
    return api.made(channel_credentials=[entry])["channel_credentials"][0]["callback_secret"] == "s"


@witness("name-of-256-refused")
def name_of_256_refused(api):
    assert api.takes(display_name="x" * 255)
    return not api.takes(display_name="x" * 256)


@witness("telephone-number-normalized")
def telephone_number_normalized(api):
    sender = {"claimed_identity": "+46 70-123 45 67", "token": "t"}
    made = api.made(channel_credentials=[{"channel": "SMS", "static_bearer": sender}])
    return made["channel_credentials"][0]["static_bearer"]["claimed_identity"] == "46701234567"


@witness("lone-surrogate-replaced")
def lone_surrogate_replaced(api):
    response = api.create(json.dumps(api.body(display_name="a\ud83d")).encode())
    return response.status == 200 and response.json["display_name"] == "a?"
