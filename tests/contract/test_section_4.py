"""Every rule of contract section 4 on both sides of its boundary, in each edition; expectations written by hand."""

from __future__ import annotations

import pytest
from contract_bodies import app, create, entry, line, without

from apps_contract.contract import EDITIONS, is_valid, validate

ALL = EDITIONS
SINCE_2023 = ("2023", "2026")
ONLY_2026 = ("2026",)
ONLY_2021 = ("2021",)
UNTIL_2023 = ("2021", "2023")

LONG = "x" * 256
ASTRAL = "\N{GRINNING FACE}" * 256

# Values of a member that are legal, then values that are not; judged in a create, in an update and in an app.
MEMBERS = [
    (ALL, "display_name", ["", "name", LONG, ASTRAL, LONG * 2, ' \u0000"\\\u202e'], [None, 1, True, ["name"], {}]),
    (ALL, "channel_credentials", [[], [entry(), entry()]], [None, {}, "MESSENGER", [None], [[]], ["MESSENGER"]]),
    (ALL, "conversation_metadata_report_view", ["NONE", "FULL"], ["none", "", "HALF", None, 0, ["NONE"]]),
    (
        ALL,
        "retention_policy",
        [
            {},
            {"retention_type": "MESSAGE_EXPIRE_POLICY"},
            {"retention_type": "CONVERSATION_EXPIRE_POLICY"},
            {"retention_type": "PERSIST_RETENTION_POLICY"},
            {"ttl_days": 1},
            {"ttl_days": 3650},
            {"ttl_days": 7.0},
            {"retention_type": "PERSIST_RETENTION_POLICY", "ttl_days": 180},
        ],
        [
            None,
            [],
            "MESSAGE_EXPIRE_POLICY",
            {"retention_type": "message_expire_policy"},
            {"retention_type": None},
            {"ttl_days": 0},
            {"ttl_days": 3651},
            {"ttl_days": -1},
            {"ttl_days": 1.5},
            {"ttl_days": "180"},
            {"ttl_days": True},
            {"ttl_days": None},
        ],
    ),
    (
        SINCE_2023,
        "dispatch_retention_policy",
        [{}, {"retention_type": "MESSAGE_EXPIRE_POLICY"}, {"ttl_days": 0}, {"ttl_days": 7}],
        [
            None,
            {"retention_type": "CONVERSATION_EXPIRE_POLICY"},
            {"retention_type": "PERSIST_RETENTION_POLICY"},
            {"ttl_days": -1},
            {"ttl_days": 8},
            {"ttl_days": "0"},
            {"ttl_days": False},
        ],
    ),
    (SINCE_2023, "processing_mode", ["CONVERSATION", "DISPATCH"], ["conversation", "", None, 1]),
    (
        SINCE_2023,
        "smart_conversation",
        [{}, {"enabled": True}, {"enabled": False}],
        [None, True, {"enabled": 1}, {"enabled": "true"}, {"enabled": None}],
    ),
    (
        ONLY_2026,
        "callback_settings",
        [{}, {"secret_for_overridden_callback_urls": ""}, {"secret_for_overridden_callback_urls": LONG * 2}],
        [None, [], {"secret_for_overridden_callback_urls": 1}, {"secret_for_overridden_callback_urls": None}],
    ),
    (
        ONLY_2026,
        "message_retry_settings",
        [{}, {"retry_duration": 30}, {"retry_duration": 3600}],
        [[], 30, {"retry_duration": 29}, {"retry_duration": 3601}, {"retry_duration": "30"}, {"retry_duration": None}],
    ),
    (
        ONLY_2026,
        "delivery_report_based_fallback",
        [
            {},
            {"enabled": True},
            {"delivery_report_waiting_time": 10},
            {"enabled": True, "delivery_report_waiting_time": 10},
            {"enabled": True, "delivery_report_waiting_time": 259200},
            {"enabled": False, "delivery_report_waiting_time": 259200},
        ],
        [
            [],
            {"enabled": "true"},
            {"enabled": True, "delivery_report_waiting_time": 0},
            {"enabled": True, "delivery_report_waiting_time": 9},
            {"enabled": False, "delivery_report_waiting_time": 9},
            {"enabled": False, "delivery_report_waiting_time": -1},
            {"enabled": True, "delivery_report_waiting_time": 259201},
            {"enabled": False, "delivery_report_waiting_time": 259201},
            {"delivery_report_waiting_time": "10"},
        ],
    ),
]

# Members of an entry, judged in a create, in an update and in an app.
ENTRY_MEMBERS = [
    (ALL, "callback_secret", ["", LONG, ASTRAL], [f"{LONG}x", f"{ASTRAL}x", None, 1]),
    (ALL, "channel", ["MESSENGER"], ["messenger", "PIGEON", "", None, 1, ["MESSENGER"]]),
    (ONLY_2026, "credential_ordinal_number", [0], [-1, 256, 1.5, "0", None, True]),
]

# Whole bodies that keep to a schema.
VALID = [
    (ONLY_2021, "create", {"channel_credentials": []}),
    (ALL, "update", {"display_name": "name"}),
    (("2021", "2026"), "update", {}),
    (("2021", "2026"), "update", {"channel_credentials": [entry()]}),
    (ALL, "app", app(rate_limits={}, retention_policy={})),
    (ALL, "app", app(rate_limits={"inbound": 0, "outbound": 2**63 - 1, "webhooks": 25})),
    (SINCE_2023, "app", app(queue_stats={"outbound_size": 0, "outbound_limit": 500000})),
    (ONLY_2021, "app", app(processing_mode=1, queue_stats=None)),  # members of a later edition are unknown ones
    (UNTIL_2023, "app", app(callback_settings=1, message_search="on")),
    (ALL, "app", app(colour="red")),
    (ALL, "app", app(channel_credentials=[{"channel": "SMS"}])),
    (
        ALL,
        "app",
        app(channel_credentials=[entry("SMS", "static_token", mms_credentials={"account_id": "a", "api_key": "k"})]),
    ),
    (UNTIL_2023, "app", app(channel_credentials=[{"channel": "VIBER"}])),
    (ONLY_2021, "app", app(channel_credentials=[{"channel": "CHANNEL_UNSPECIFIED"}])),
    (ONLY_2026, "app", app(message_retry_settings=None, delivery_report_based_fallback=None)),
    (ONLY_2026, "app", app(delivery_report_based_fallback={"delivery_report_waiting_time": 0})),
    (ONLY_2026, "app", app(delivery_report_based_fallback={"enabled": False, "delivery_report_waiting_time": 0})),
    (ONLY_2026, "app", app(persist_message_status={"enabled": True}, message_search={"enabled": False})),
    (ONLY_2026, "app", app(channel_credentials=[line(credential_ordinal_number=255, channel_known_id="bot")])),
    *[
        (ONLY_2026, "app", app(channel_credentials=[entry(state={"status": status, "description": ""})]))
        for status in ("PENDING", "ACTIVE", "FAILING")
    ],
    (ONLY_2026, "create", create(channel_credentials=[line(credential_ordinal_number=255)])),
    (ALL, "list", {}),
    (ALL, "list", {"apps": []}),
    (ALL, "list", {"apps": [app(), app()], "next_page": "x"}),
    (ALL, "error", {"code": 400, "message": "", "status": "INVALID_ARGUMENT"}),
    (ALL, "error", {"code": 400, "message": "m", "status": "ANYTHING", "details": [{}, {"a": 1}], "more": 1}),
    (ALL, "error", {"error": {"code": 400, "message": "m", "status": "s", "details": []}}),
    (ALL, "error", {"code": 400, "message": "m", "status": "s", "error": "Bad Request"}),
    (ALL, "token", {"access_token": "t", "token_type": "bearer", "expires_in": 3599, "scope": ""}),
    (ALL, "token", {"access_token": "t", "token_type": "Bearer", "expires_in": 3599}),
]

# Whole bodies that do not.
INVALID = [
    (ALL, "create", None),
    (ALL, "create", []),
    (ALL, "create", "{}"),
    (ALL, "create", {}),
    (ALL, "create", without(create(), "channel_credentials")),
    (SINCE_2023, "create", without(create(), "display_name")),
    (("2023",), "update", {}),
    (("2023",), "update", {"channel_credentials": [entry()]}),
    (ALL, "create", create(colour="red")),
    (ALL, "create", create(retention_policy={"colour": "red"})),
    (ALL, "create", create(channel_credentials=[entry(colour="red")])),
    (
        ALL,
        "create",
        create(channel_credentials=[{"channel": "MESSENGER", "static_token": {"token": "t", "colour": 1}}]),
    ),
    (SINCE_2023, "create", create(dispatch_retention_policy={"colour": "red"})),
    (SINCE_2023, "create", create(smart_conversation={"enabled": True, "colour": "red"})),
    (ONLY_2026, "create", create(callback_settings={"colour": "red"})),
    (ONLY_2026, "create", create(message_retry_settings={"colour": "red"})),
    (ONLY_2026, "create", create(delivery_report_based_fallback={"colour": "red"})),
    (ALL, "create", create(id="1")),
    (ALL, "create", create(rate_limits={})),
    (ALL, "update", {"display_name": "name", "queue_stats": {}}),
    (ALL, "create", create(channel_credentials=[entry(state={"status": "ACTIVE"})])),
    (ALL, "create", create(channel_credentials=[entry(channel_known_id="bot")])),
    (ALL, "create", create(persist_message_status={"enabled": True})),
    (ALL, "create", create(message_search={"enabled": True})),
    (ONLY_2021, "create", create(processing_mode="DISPATCH")),
    (ONLY_2021, "create", create(smart_conversation={})),
    (UNTIL_2023, "create", create(callback_settings={})),
    (UNTIL_2023, "create", create(channel_credentials=[entry(credential_ordinal_number=0)])),
    (ALL, "create", create(channel_credentials=[{"channel": "CHANNEL_UNSPECIFIED"}])),
    (ONLY_2026, "create", create(message_retry_settings=None)),
    (ONLY_2026, "update", {"delivery_report_based_fallback": None}),
    (ONLY_2026, "create", create(delivery_report_based_fallback={"delivery_report_waiting_time": 0})),
    (ONLY_2026, "create", create(channel_credentials=[line(credential_ordinal_number=256)])),
    (ALL, "app", without(app(), "id")),
    (ALL, "app", without(app(), "display_name")),
    (ALL, "app", without(app(), "channel_credentials")),
    (ALL, "app", app(id="")),
    (ALL, "app", app(id=1)),
    (ALL, "app", app(rate_limits=None)),
    (ALL, "app", app(rate_limits={"inbound": -1})),
    (ALL, "app", app(rate_limits={"outbound": "25"})),
    (ALL, "app", app(rate_limits={"webhooks": 0.5})),
    (SINCE_2023, "app", app(queue_stats={"outbound_size": -1})),
    (SINCE_2023, "app", app(queue_stats={"outbound_limit": "500000"})),
    (ALL, "app", app(channel_credentials=[{}])),
    (SINCE_2023, "app", app(channel_credentials=[{"channel": "CHANNEL_UNSPECIFIED"}])),
    (ONLY_2026, "app", app(channel_credentials=[{"channel": "VIBER"}])),
    (ALL, "app", app(channel_credentials=[entry("SMS", "static_token", mms_credentials={"account_id": "a"})])),
    (ONLY_2026, "app", app(channel_credentials=[entry(state={})])),
    (ONLY_2026, "app", app(channel_credentials=[entry(state={"status": "OK"})])),
    (ONLY_2026, "app", app(channel_credentials=[entry(state={"status": "ACTIVE", "description": None})])),
    (ONLY_2026, "app", app(channel_credentials=[entry(channel_known_id=1)])),
    (ONLY_2026, "app", app(callback_settings=None)),
    (ONLY_2026, "app", app(delivery_report_based_fallback={"enabled": True, "delivery_report_waiting_time": 0})),
    (ONLY_2026, "app", app(delivery_report_based_fallback={"enabled": False, "delivery_report_waiting_time": 5})),
    (ONLY_2026, "app", app(persist_message_status={"enabled": "true"})),
    (ONLY_2026, "app", app(message_search=True)),
    (ALL, "list", []),
    (ALL, "list", None),
    (ALL, "list", {"apps": None}),
    (ALL, "list", {"apps": {}}),
    (ALL, "list", {"apps": [without(app(), "id")]}),
    (ALL, "error", {}),
    (ALL, "error", "not found"),
    (ALL, "error", {"message": "m", "status": "s"}),
    (ALL, "error", {"code": 400, "status": "s"}),
    (ALL, "error", {"code": 400, "message": "m"}),
    (ALL, "error", {"code": "400", "message": "m", "status": "s"}),
    (ALL, "error", {"code": 400, "message": None, "status": "s"}),
    (ALL, "error", {"code": 400, "message": "m", "status": 400}),
    (ALL, "error", {"code": 400, "message": "m", "status": "s", "details": {}}),
    (ALL, "error", {"code": 400, "message": "m", "status": "s", "details": ["text"]}),
    (ALL, "error", {"error": {"error": {"code": 400, "message": "m", "status": "s"}}}),
    (ALL, "error", {"error": {"code": 400, "message": "m"}}),
    (ALL, "error", {"error": "Bad Request"}),
    (ALL, "token", {"access_token": "", "token_type": "bearer", "expires_in": 3599}),
    (ALL, "token", {"access_token": "t", "token_type": "mac", "expires_in": 3599}),
    (ALL, "token", {"access_token": "t", "token_type": "bearer", "expires_in": "3599"}),
    (ALL, "token", {"token_type": "bearer", "expires_in": 3599}),
]


def _by_edition(table):
    return [(edition, *row) for editions, *row in table for edition in editions]


def _member_cases():
    for edition, name, legal, illegal in _by_edition(MEMBERS):
        for is_legal, values in ((True, legal), (False, illegal)):
            for value in values:
                yield edition, {name: value}, is_legal
    for edition, name, legal, illegal in _by_edition(ENTRY_MEMBERS):
        for is_legal, values in ((True, legal), (False, illegal)):
            for value in values:
                yield edition, {"channel_credentials": [entry(**{name: value})]}, is_legal


@pytest.mark.parametrize(("edition", "members", "is_legal"), list(_member_cases()))
def test_a_member_is_judged_alike_in_create_update_and_answer(edition, members, is_legal):
    bodies = {"create": create(**members), "update": {"display_name": "name", **members}, "app": app(**members)}
    verdicts = {name: not validate(body, name, edition) for name, body in bodies.items()}
    assert verdicts == dict.fromkeys(bodies, is_legal)
    assert {name: is_valid(body, name, edition) for name, body in bodies.items()} == verdicts


@pytest.mark.parametrize(("edition", "name", "body"), _by_edition(VALID))
def test_a_body_keeps_to_its_schema(edition, name, body):
    assert validate(body, name, edition) == []
    assert is_valid(body, name, edition)


@pytest.mark.parametrize(("edition", "name", "body"), _by_edition(INVALID))
def test_a_body_breaks_its_schema(edition, name, body):
    assert validate(body, name, edition)
    assert not is_valid(body, name, edition)
