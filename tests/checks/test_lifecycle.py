"""SRV-STATE: what counts as kept, in all the contract's freedom, and what does not."""

import pytest

from apps_contract.checks.comparison import first_difference
from apps_contract.checks.lifecycle import echoes, id_is_new, same_app, shows_defaults, updated
from apps_contract.contract import EDITIONS

TELEGRAM = {"channel": "TELEGRAM", "callback_secret": "s1", "telegram_credentials": {"token": "t1"}}
LINE = {"channel": "LINE", "line_credentials": {"token": "t2", "secret": "s2"}}
SENT = {"display_name": " n ", "channel_credentials": [TELEGRAM, LINE], "retention_policy": {"ttl_days": 7}}
APP = {
    "id": "01",
    "display_name": " n ",
    "channel_credentials": [TELEGRAM, LINE],
    "conversation_metadata_report_view": "NONE",
    "retention_policy": {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 7},
    "dispatch_retention_policy": {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 0},
    "processing_mode": "CONVERSATION",
    "rate_limits": {"inbound": 25, "outbound": 25, "webhooks": 25},
}


def changed(app, **members):
    return {**app, **members}


@pytest.mark.parametrize(
    "answer",
    [
        APP,
        changed(APP, unknown=1),
        changed(APP, retention_policy={"ttl_days": 7.0}),
        changed(APP, channel_credentials=[{**TELEGRAM, "state": {"status": "PENDING"}, "channel_known_id": "7"}, LINE]),
        changed(APP, channel_credentials=[{**TELEGRAM, "static_token": None}, {**LINE, "callback_secret": ""}]),
        changed(APP, channel_credentials=[dict(reversed(TELEGRAM.items())), LINE]),
    ],
)
def test_an_answer_that_keeps_what_was_sent(answer):
    assert echoes(SENT, answer, "create") is None


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        (changed(APP, display_name="n"), "body.display_name"),
        (changed(APP, display_name=None), "body.display_name"),
        (changed(APP, channel_credentials=[LINE, TELEGRAM]), "body.channel_credentials[0].channel"),
        (changed(APP, channel_credentials=[TELEGRAM]), "body.channel_credentials"),
        (changed(APP, channel_credentials=[TELEGRAM, LINE, LINE]), "body.channel_credentials"),
        (changed(APP, channel_credentials=None), "body.channel_credentials"),
        (changed(APP, channel_credentials=["x", LINE]), "body.channel_credentials[0]"),
        (
            changed(APP, channel_credentials=[{**TELEGRAM, "callback_secret": "***"}, LINE]),
            "body.channel_credentials[0].callback_secret",
        ),
        (
            changed(APP, channel_credentials=[{**TELEGRAM, "telegram_credentials": None}, LINE]),
            "body.channel_credentials[0].telegram_credentials",
        ),
        (changed(APP, retention_policy={"ttl_days": "7"}), "body.retention_policy.ttl_days"),
        (changed(APP, retention_policy={"ttl_days": True}), "body.retention_policy.ttl_days"),
        (changed(APP, retention_policy=None), "body.retention_policy"),
        ({key: value for key, value in APP.items() if key != "retention_policy"}, "body.retention_policy"),
    ],
)
def test_an_answer_that_does_not(answer, path):
    breach = echoes(SENT, answer, "create")
    assert (breach.requirement, breach.path) == ("SRV-STATE-2", path)


def test_what_is_sent_as_null_or_is_read_only_is_not_asked_for():
    sent = {
        **SENT,
        "processing_mode": None,
        "id": "mine",
        "rate_limits": {"inbound": 1},
        "retention_policy": {"ttl_days": None},
    }
    assert echoes(sent, APP, "create") is None
    entry = {**LINE, "callback_secret": None, "line_credentials": {**LINE["line_credentials"], "is_default": None}}
    assert echoes({"channel_credentials": [TELEGRAM, entry]}, APP, "create") is None


@pytest.mark.parametrize("answer", [{"enabled": False}, {"enabled": False, "delivery_report_waiting_time": 0}, None])
def test_a_disabled_fallback_may_forget_its_waiting_time(answer):
    sent = {"delivery_report_based_fallback": {"enabled": False, "delivery_report_waiting_time": 60}}
    assert echoes(sent, {"delivery_report_based_fallback": answer}, "create") is None
    sent = {"delivery_report_based_fallback": {"enabled": True, "delivery_report_waiting_time": 60}}
    assert echoes(sent, {"delivery_report_based_fallback": answer}, "create") is not None


def test_what_may_change_by_itself_is_not_compared():
    later = changed(APP, rate_limits={"inbound": 9}, queue_stats={"outbound_size": 3}, unknown=2)
    later["channel_credentials"] = [{**TELEGRAM, "state": {"status": "ACTIVE"}, "channel_known_id": "8"}, LINE]
    assert same_app(APP, later, "2026", "SRV-STATE-4", "two gets") is None
    assert same_app(changed(APP, smart_conversation=None), APP, "2023", "SRV-STATE-4", "two gets") is None


@pytest.mark.parametrize(
    "later",
    [
        changed(APP, id="02"),
        changed(APP, display_name="n"),
        changed(APP, smart_conversation={"enabled": False}),
        changed(APP, channel_credentials=[LINE, TELEGRAM]),
        {key: value for key, value in APP.items() if key != "processing_mode"},
    ],
)
def test_what_may_not_change_is(later):
    assert same_app(APP, later, "2023", "SRV-STATE-4", "two gets").requirement == "SRV-STATE-4"


def test_members_of_a_later_edition_are_unknown_to_an_earlier_one():
    assert same_app(APP, changed(APP, processing_mode="DISPATCH"), "2021", "SRV-STATE-4", "two gets") is None


@pytest.mark.parametrize("edition", EDITIONS)
def test_defaults_that_show(edition):
    sent = {"display_name": "n", "channel_credentials": []}
    policy = {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 180}
    shown = changed(APP, retention_policy=policy)
    assert shows_defaults(sent, shown, edition) is None
    assert (
        shows_defaults(
            {**sent, "retention_policy": {"ttl_days": 3}},
            changed(APP, retention_policy={**policy, "ttl_days": 3}),
            edition,
        )
        is None
    )
    forever = {"retention_type": "PERSIST_RETENTION_POLICY"}
    assert (
        shows_defaults({**sent, "retention_policy": forever}, changed(APP, retention_policy=forever), edition) is None
    )
    breach = shows_defaults(sent, changed(APP, retention_policy={**policy, "ttl_days": 30}), edition)
    assert (breach.requirement, breach.path) == ("SRV-STATE-3", "body.retention_policy.ttl_days")
    assert shows_defaults(sent, {"id": "01", **sent}, edition) is not None


def test_either_default_of_the_processing_mode_will_do_in_2026():
    sent = {"display_name": "n", "channel_credentials": [], "retention_policy": {"retention_type": "x", "ttl_days": 1}}
    for mode in ("CONVERSATION", "DISPATCH"):
        assert shows_defaults(sent, changed(APP, processing_mode=mode), "2026") is None
    assert shows_defaults(sent, changed(APP, processing_mode="DISPATCH"), "2023") is not None


def test_ids():
    assert id_is_new({"id": "02"}, {"01"}) is None
    for answered in ({"id": "01"}, {"id": ""}, {"id": 7}, {}):
        assert id_is_new(answered, {"01"}).requirement == "SRV-STATE-1"


NEW = {"channel": "TELEGRAM", "telegram_credentials": {"token": "t9"}}


@pytest.mark.parametrize(
    ("sent", "mask", "new"),
    [
        ({"display_name": "m"}, None, changed(APP, display_name="m")),
        ({"display_name": "m"}, (), changed(APP, display_name="m")),
        ({"retention_policy": {"ttl_days": 9}}, None, changed(APP, retention_policy={"ttl_days": 9})),
        (
            {"retention_policy": {"ttl_days": 9}},
            None,
            changed(APP, retention_policy={**APP["retention_policy"], "ttl_days": 9}),
        ),
        (
            {"retention_policy": {"retention_type": "CONVERSATION_EXPIRE_POLICY"}},
            None,
            changed(APP, retention_policy={"retention_type": "CONVERSATION_EXPIRE_POLICY", "ttl_days": 180}),
        ),
        (
            {"retention_policy": {"retention_type": "CONVERSATION_EXPIRE_POLICY"}},
            None,
            changed(APP, retention_policy={"retention_type": "CONVERSATION_EXPIRE_POLICY", "ttl_days": 7}),
        ),
        ({"channel_credentials": [NEW]}, None, changed(APP, channel_credentials=[{**NEW, "callback_secret": ""}])),
        ({"channel_credentials": []}, None, changed(APP, channel_credentials=[])),
        ({"display_name": "m", "processing_mode": "DISPATCH"}, ("display_name",), changed(APP, display_name="m")),
        ({"display_name": "m", "processing_mode": None}, None, changed(APP, display_name="m")),
        ({"display_name": "m"}, None, changed(APP, display_name="m", rate_limits={"inbound": 1}, unknown=3)),
    ],
)
def test_updates_that_did_what_they_should(sent, mask, new):
    assert updated(APP, sent, mask, new, "2023") is None


@pytest.mark.parametrize(
    ("sent", "mask", "new", "requirement"),
    [
        ({"display_name": "m"}, None, APP, "SRV-STATE-6"),
        ({"display_name": "m"}, None, changed(APP, display_name="m", id="02"), "SRV-STATE-6"),
        ({"display_name": "m"}, None, changed(APP, display_name="m", channel_credentials=[]), "SRV-STATE-6"),
        ({"channel_credentials": [NEW]}, None, changed(APP, channel_credentials=[NEW, LINE]), "SRV-STATE-6"),
        (
            {"channel_credentials": [NEW]},
            None,
            changed(APP, channel_credentials=[{**NEW, "callback_secret": "s1"}]),
            "SRV-STATE-6",
        ),
        (
            {"retention_policy": {"ttl_days": 9}},
            None,
            changed(APP, retention_policy={"retention_type": "PERSIST_RETENTION_POLICY", "ttl_days": 9}),
            "SRV-STATE-6",
        ),
        (
            {"display_name": "m", "processing_mode": "DISPATCH"},
            ("display_name",),
            changed(APP, display_name="m", processing_mode="DISPATCH"),
            "SRV-STATE-7",
        ),
        ({"display_name": "m", "processing_mode": "DISPATCH"}, ("display_name",), APP, "SRV-STATE-7"),
    ],
)
def test_updates_that_did_not(sent, mask, new, requirement):
    assert updated(APP, sent, mask, new, "2023").requirement == requirement


def test_a_serializer_that_shows_empty_texts_keeps_nothing_by_it():
    empty = {"callback_secret": "", "static_token": {"token": ""}}
    old = changed(APP, channel_credentials=[{**empty, **LINE}])
    new = changed(APP, channel_credentials=[{**empty, **NEW}])
    assert updated(old, {"channel_credentials": [NEW]}, None, new, "2023") is None


@pytest.mark.parametrize(
    ("expected", "actual", "is_same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ("1", 1, False),
        (None, 0, False),
        ([], {}, False),
        ({"a": None}, {}, True),
        ({}, {"a": None}, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        ("e\u0301", "\u00e9", False),
        (10**20, float(10**20), True),
    ],
)
def test_json_values_that_are_the_same(expected, actual, is_same):
    assert (first_difference(expected, actual) is None) == is_same
