"""The table of channels and credentials (contract section 4.3), written by hand and compared in each edition."""

from __future__ import annotations

import pytest
from contract_bodies import CREDENTIALS, app, create, entry, without

from apps_contract.contract import EDITIONS, channels, credential_forms, is_valid, schema_names, validate

# Channel, editions, credentials member.
TABLE = [
    ("WHATSAPP", ("2021", "2023", "2026"), "static_bearer"),
    ("RCS", ("2021", "2023", "2026"), "static_bearer"),
    ("SMS", ("2021", "2023", "2026"), "static_bearer"),
    ("VIBERBM", ("2021", "2023", "2026"), "static_bearer"),
    ("VIBER", ("2021", "2023"), "static_bearer"),
    ("MESSENGER", ("2021", "2023", "2026"), "static_token"),
    ("MMS", ("2021", "2023", "2026"), "mms_credentials"),
    ("INSTAGRAM", ("2023",), "static_token"),
    ("INSTAGRAM", ("2026",), "instagram_credentials"),
    ("TELEGRAM", ("2023", "2026"), "telegram_credentials"),
    ("KAKAOTALK", ("2023", "2026"), "kakaotalk_credentials"),
    ("LINE", ("2023", "2026"), "line_credentials"),
    ("LINE", ("2026",), "line_enterprise_credentials"),
    ("WECHAT", ("2023", "2026"), "wechat_credentials"),
    ("KAKAOTALKCHAT", ("2026",), "kakaotalkchat_credentials"),
    ("APPLEBC", ("2026",), "applebc_credentials"),
]

# Required and optional members of each credentials object; a name with a dot is one level deeper.
CREDENTIALS_MEMBERS = {
    "static_bearer": (["claimed_identity", "token"], []),
    "static_token": (["token"], []),
    "mms_credentials": (["account_id", "api_key"], ["basic_auth"]),
    "instagram_credentials": (["token"], ["business_account_id"]),
    "telegram_credentials": (["token"], []),
    "kakaotalk_credentials": (["kakaotalk_plus_friend_id", "kakaotalk_sender_key"], []),
    "line_credentials": (["token", "secret"], []),
    "wechat_credentials": (["app_id", "app_secret", "token", "aes_key"], []),
    "kakaotalkchat_credentials": (["kakaotalk_plus_friend_id"], ["api_key"]),
    "applebc_credentials": (
        ["business_chat_account_id"],
        ["merchant_id", "apple_pay_certificate_reference", "apple_pay_certificate_password"],
    ),
}


def rows(edition):
    return [(channel, member) for channel, editions, member in TABLE if edition in editions]


def with_entry(changed):
    return create(channel_credentials=[changed])


@pytest.mark.parametrize("edition", EDITIONS)
def test_forms_are_the_table_in_its_order(edition):
    assert [(form.channel, form.member) for form in credential_forms(edition)] == rows(edition)
    assert channels(edition) == tuple(dict.fromkeys(channel for channel, _ in rows(edition)))
    assert all(form.schema_name in schema_names(edition) for form in credential_forms(edition))


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_request_entry_carries_the_credentials_of_its_channel_and_no_others(edition):
    every_channel = {channel for channel, _, _ in TABLE}
    accepted = {
        (channel, member)
        for channel in every_channel
        for member in CREDENTIALS
        if is_valid(with_entry(entry(channel, member)), "create", edition)
    }
    assert accepted == set(rows(edition))


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_request_entry_needs_credentials_and_takes_no_second_ones(edition):
    members = {member for _, member in rows(edition)}
    for channel, member in rows(edition):
        assert not is_valid(with_entry({"channel": channel}), "create", edition)
        for other in members - {member}:
            both = entry(channel, member, **{other: CREDENTIALS[other]})
            assert not is_valid(with_entry(both), "create", edition), f"{other} beside {member} of {channel}"


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_response_entry_may_carry_any_known_credentials(edition):
    known = {member: CREDENTIALS[member] for _, member in rows(edition)}
    for channel in channels(edition):
        assert is_valid(app(channel_credentials=[{"channel": channel, **known}]), "app", edition)
        assert is_valid(app(channel_credentials=[{"channel": channel}]), "app", edition)


@pytest.mark.parametrize("edition", EDITIONS)
def test_credentials_members_are_required_or_optional_strings(edition):
    for channel, member in rows(edition):
        if member not in CREDENTIALS_MEMBERS:
            continue  # LINE Enterprise has a test of its own
        required, optional = CREDENTIALS_MEMBERS[member]
        credentials = CREDENTIALS[member]
        assert set(credentials) == {*required, *optional}
        for name in required:
            assert not is_valid(with_entry({"channel": channel, member: without(credentials, name)}), "create", edition)
        for name in optional:
            assert is_valid(with_entry({"channel": channel, member: without(credentials, name)}), "create", edition)
        for name in credentials:
            for wrong in (1, True, ["x"], None, {"x": "y"}):
                body = with_entry({"channel": channel, member: {**credentials, name: wrong}})
                assert not is_valid(body, "create", edition), f"{member}.{name} = {wrong}"
            if name != "basic_auth":
                assert is_valid(with_entry({"channel": channel, member: {**credentials, name: ""}}), "create", edition)
        answered = {"channel": channel, member: without(credentials, required[0])}
        assert not is_valid(app(channel_credentials=[answered]), "app", edition)


@pytest.mark.parametrize("edition", EDITIONS)
def test_basic_auth_of_mms_needs_both_members(edition):
    for broken in ({}, {"username": "u"}, {"password": "p"}, {"username": "u", "password": 1}):
        credentials = {**CREDENTIALS["mms_credentials"], "basic_auth": broken}
        assert not is_valid(with_entry({"channel": "MMS", "mms_credentials": credentials}), "create", edition)


def test_line_enterprise_takes_exactly_one_country():
    country = {"token": "t", "secret": "s"}

    def accepted(credentials):
        return is_valid(with_entry({"channel": "LINE", "line_enterprise_credentials": credentials}), "create", "2026")

    assert accepted({"line_japan": country})
    assert accepted({"line_thailand": country, "is_default": True})
    assert not accepted({})
    assert not accepted({"is_default": True})
    assert not accepted({"line_japan": country, "line_thailand": country})
    assert not accepted({"line_japan": {"token": "t"}})
    assert not accepted({"line_thailand": {"secret": "s"}})
    assert not accepted({"line_japan": country, "is_default": "true"})
    assert not accepted({"line_japan": {**country, "colour": "red"}})


def test_is_default_came_with_2026():
    entry_2026 = {"channel": "LINE", "line_credentials": {"token": "t", "secret": "s", "is_default": True}}
    assert is_valid(with_entry(entry_2026), "create", "2026")
    assert [violation.path for violation in validate(with_entry(entry_2026), "create", "2023")] == [
        "channel_credentials[0].line_credentials.is_default"
    ]
