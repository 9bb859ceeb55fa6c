"""What a violation says: where, what was found, what is allowed, which requirement it breaks, how binding that is."""

from __future__ import annotations

import pytest
from contract_bodies import app, create, entry, line

from apps_contract.contract import Level, UnknownSchemaError, path_text, validate

MUST, SHOULD, MAY = Level.MUST, Level.SHOULD, Level.MAY


def only(payload, name, edition):
    [violation] = validate(payload, name, edition)
    return violation


def with_entry(changed):
    return create(channel_credentials=[entry(), changed])


CHANNELS_OF_2021 = '"WHATSAPP", "RCS", "SMS", "VIBERBM", "VIBER", "MESSENGER" or "MMS"'

# Body of a create, edition, path, text of the message, requirement, level.
CASES = [
    ([], "2023", "", "found an array, expected an object", "SRV-INPUT-1", MUST),
    (
        create(display_name=7),
        "2023",
        "display_name",
        "found the number 7, expected a string",
        "SRV-INPUT-3",
        MUST,
    ),
    (
        with_entry({"channel": "SMS", "static_bearer": {"claimed_identity": "c"}}),
        "2023",
        "channel_credentials[1].static_bearer.token",
        "is missing, but required",
        "SRV-INPUT-2",
        MUST,
    ),
    (
        with_entry({"channel": "WHATSAP", "static_bearer": {"claimed_identity": "c", "token": "t"}}),
        "2021",
        "channel_credentials[1].channel",
        f'found the string "WHATSAP", expected {CHANNELS_OF_2021}; did you mean "WHATSAPP"?',
        "SRV-INPUT-4",
        MUST,
    ),
    (
        create(retention_policy={"ttl_days": 3651}),
        "2023",
        "retention_policy.ttl_days",
        "found the number 3651, expected a number from 1 to 3650",
        "SRV-INPUT-5",
        MUST,
    ),
    (
        with_entry(entry(callback_secret="x" * 257)),
        "2023",
        "channel_credentials[1].callback_secret",
        "has 257 characters, at most 256 are allowed",
        "SRV-INPUT-5",
        MUST,
    ),
    (
        with_entry({"channel": "TELEGRAM"}),
        "2023",
        "channel_credentials[1].telegram_credentials",
        "is missing; an entry of channel TELEGRAM carries it",
        "SRV-INPUT-6",
        SHOULD,
    ),
    (
        with_entry({"channel": "TELEGRAM"}),
        "2026",
        "channel_credentials[1].telegram_credentials",
        "is missing; an entry of channel TELEGRAM carries it",
        "SRV-INPUT-6",
        MUST,
    ),
    (
        with_entry({"channel": "LINE"}),
        "2026",
        "channel_credentials[1].line_credentials",
        "is missing; exactly one of line_credentials or line_enterprise_credentials is required",
        "SRV-INPUT-6",
        MUST,
    ),
    (
        with_entry(entry("MESSENGER", "static_token", telegram_credentials={"token": "t"})),
        "2026",
        "channel_credentials[1].telegram_credentials",
        "belongs to another channel; this entry carries static_token only",
        "SRV-INPUT-6",
        SHOULD,
    ),
    (
        with_entry(line(line_enterprise_credentials={"line_japan": {"token": "t", "secret": "s"}})),
        "2026",
        "channel_credentials[1].line_enterprise_credentials",
        "stands beside line_credentials; exactly one of line_credentials or line_enterprise_credentials is allowed",
        "SRV-INPUT-6",
        SHOULD,
    ),
    (
        with_entry({"channel": "LINE", "line_enterprise_credentials": {}}),
        "2026",
        "channel_credentials[1].line_enterprise_credentials.line_japan",
        "is missing; exactly one of line_japan or line_thailand is required",
        "SRV-INPUT-2",
        MUST,
    ),
    (
        create(displayname="x"),
        "2023",
        "displayname",
        'is not a member that edition 2023 knows here; did you mean "display_name"?',
        "SRV-INPUT-7",
        MAY,
    ),
    (
        create(rate_limits={}),
        "2021",
        "rate_limits",
        "is read-only: the server makes it, a client never sends it",
        "SRV-STATE-11",
        MAY,
    ),
    (
        with_entry(entry(state={"status": "ACTIVE"})),
        "2026",
        "channel_credentials[1].state",
        "is read-only: the server makes it, a client never sends it",
        "SRV-STATE-11",
        MAY,
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_a_broken_request_is_explained(case):
    body, edition, path, message, requirement, level = case
    violation = only(body, "create", edition)
    assert (violation.path, violation.message) == (path, message)
    assert (violation.requirement, violation.level) == (requirement, level)
    assert str(violation) == (f"{path}: {message}" if path else message)


@pytest.mark.parametrize(
    ("payload", "name", "path", "message", "requirement"),
    [
        (app(id=""), "app", "id", "is empty", "SRV-SHAPE-1"),
        (
            app(message_retry_settings=5),
            "app",
            "message_retry_settings",
            "found the number 5, expected an object or null",
            "SRV-SHAPE-1",
        ),
        (
            app(delivery_report_based_fallback={"delivery_report_waiting_time": 5}),
            "app",
            "delivery_report_based_fallback.delivery_report_waiting_time",
            "found the number 5, expected a number at most 0 or a number at least 10",
            "SRV-SHAPE-1",
        ),
        ({"apps": [app(id=1)]}, "list", "apps[0].id", "found the number 1, expected a string", "SRV-SHAPE-1"),
        (
            {"error": {"code": "x", "message": "m", "status": "s"}},
            "error",
            "error.code",
            'found the string "x", expected an integer',
            "SRV-SHAPE-3",
        ),
        ({"code": 1, "message": "m"}, "error", "status", "is missing, but required", "SRV-SHAPE-3"),
        (
            {"access_token": "t", "token_type": "bearer", "expires_in": -1},
            "token",
            "expires_in",
            "found the number -1, expected a number at least 0",
            None,
        ),
    ],
)
def test_a_broken_answer_is_explained(payload, name, path, message, requirement):
    violation = only(payload, name, "2026")
    assert (violation.path, violation.message, violation.requirement) == (path, message, requirement)


def test_an_entry_is_explained_by_the_channel_that_it_names():
    body = with_entry({"channel": "SMS", "static_token": {"token": "t"}, "callback_secret": 1})
    assert [violation.path for violation in validate(body, "create", "2026")] == [
        "channel_credentials[1].static_token",
        "channel_credentials[1].callback_secret",
        "channel_credentials[1].static_bearer",
    ]


def test_an_unknown_channel_is_the_only_thing_wrong_with_its_entry():
    body = with_entry({"channel": "PIGEON"})
    assert [violation.rule for violation in validate(body, "create", "2023")] == ["enum"]


def test_a_wrong_type_is_the_only_thing_wrong_at_its_place():
    assert [violation.rule for violation in validate(app(conversation_metadata_report_view=1), "app", "2023")] == [
        "type"
    ]


@pytest.mark.parametrize(
    ("body", "edition", "level"),
    [
        (create(display_name=None), "2023", MUST),  # its absence is refused
        (create(display_name=None), "2021", MAY),
        (create(retention_policy=None), "2023", MAY),
        (create(retention_policy={"ttl_days": None}), "2023", MAY),
        (create(channel_credentials=[None]), "2023", MUST),  # no member, so it cannot count as absent
        (with_entry(entry(callback_secret=None)), "2023", MAY),
        (with_entry({"channel": None}), "2023", MUST),
        (with_entry({"channel": "MESSENGER", "static_token": None}), "2023", SHOULD),
        (with_entry({"channel": "MESSENGER", "static_token": None}), "2026", MUST),
        (with_entry({"channel": "LINE", "line_enterprise_credentials": None}), "2026", MUST),
        (with_entry(entry(telegram_credentials=None)), "2026", MAY),
        (with_entry({"channel": "LINE", "line_enterprise_credentials": {"line_thailand": None}}), "2026", MUST),
        (with_entry(line(line_enterprise_credentials=None)), "2026", MAY),
    ],
)
def test_refusing_a_null_is_as_binding_as_refusing_its_absence(body, edition, level):
    violation = only(body, "create", edition)
    assert (violation.rule, violation.requirement, violation.level) == ("type", "SRV-INPUT-3", level)


def test_violations_come_in_document_order():
    body = {"display_name": 1, "colour": 2, "channel_credentials": [entry(callback_secret=3), {"channel": 4}]}
    assert [violation.path for violation in validate(body, "create", "2023")] == [
        "display_name",
        "colour",
        "channel_credentials[0].callback_secret",
        "channel_credentials[1].channel",
    ]


def test_values_are_shortened_and_made_printable_in_messages():
    long, odd = only(create(channel_credentials="x" * 999), "create", "2023"), only(app(id={}), "app", "2023")
    assert long.message == f'found the string "{"x" * 58}…, expected an array'
    assert odd.message == "found an object, expected a string"
    hidden = only(with_entry({"channel": "SMS\u202e\x00\ud800"}), "create", "2021")
    assert hidden.message.isprintable()
    huge = only(create(display_name=10**5000), "create", "2023")
    assert huge.message == "found a huge number, expected a string"


def test_deep_values_are_explained_too():
    deep = []
    for _ in range(5000):
        deep = [deep]
    assert only(create(display_name=deep), "create", "2023").message == "found an array, expected a string"
    assert only(create(colour=deep), "create", "2023").path == "colour"


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ((), ""),
        (("a",), "a"),
        (("channel_credentials", 0, "static_bearer", "token"), "channel_credentials[0].static_bearer.token"),
        ((0, "a"), "[0].a"),
        (("a b", "c"), "['a b'].c"),
        (("a", "", "é"), "a['']['é']"),
    ],
)
def test_a_location_reads_as_a_path(location, text):
    assert path_text(location) == text


def test_an_unknown_schema_is_named_with_the_nearest_one():
    with pytest.raises(UnknownSchemaError, match=r"unknown schema of edition 2021 'upd'; did you mean 'update'\?"):
        validate({}, "upd", "2021")
    with pytest.raises(UnknownSchemaError, match="smart_conversation"):
        validate({}, "smart_conversation", "2021")
