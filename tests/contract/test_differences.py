"""What changed between editions; expectations written by hand after contract sections 1, 3, 4 and 6."""

from __future__ import annotations

import pytest

from apps_contract.contract import EDITIONS
from apps_contract.contract.diff import differences

BOTH = "create, update"

REQUESTS_2021_2023 = {
    (BOTH, "display_name", "became required", None, "clients"),
    *{
        (BOTH, "channel_credentials[].channel", "value added", channel, "servers")
        for channel in ("INSTAGRAM", "TELEGRAM", "KAKAOTALK", "LINE", "WECHAT")
    },
    (BOTH, "dispatch_retention_policy", "member added", None, "servers"),
    (BOTH, "processing_mode", "member added", None, "servers"),
    (BOTH, "smart_conversation", "member added", None, "servers"),
    ("update", "?update_mask.paths", "query parameter removed", "repeated", "clients"),
    ("update", "?update_mask", "query parameter added", "comma-separated", "servers"),
}

REQUESTS_2023_2026 = {
    ("update", "display_name", "became optional", None, "servers"),
    (BOTH, "channel_credentials[].channel", "value removed", "VIBER", "clients"),
    (BOTH, "channel_credentials[].channel", "value added", "KAKAOTALKCHAT", "servers"),
    (BOTH, "channel_credentials[].channel", "value added", "APPLEBC", "servers"),
    (
        BOTH,
        "channel_credentials[channel=INSTAGRAM]",
        "credentials changed",
        ("static_token", "instagram_credentials"),
        "both",
    ),
    (
        BOTH,
        "channel_credentials[channel=LINE]",
        "credentials choice added",
        "line_enterprise_credentials",
        "servers",
    ),
    (BOTH, "channel_credentials[].line_credentials.is_default", "member added", None, "servers"),
    (BOTH, "channel_credentials[].credential_ordinal_number", "member added", None, "servers"),
    (BOTH, "callback_settings", "member added", None, "servers"),
    (BOTH, "message_retry_settings", "member added", None, "servers"),
    (BOTH, "delivery_report_based_fallback", "member added", None, "servers"),
    ("create", "processing_mode", "default changed", ("CONVERSATION", "DISPATCH"), "both"),
    ("update", "?update_mask", "query parameter documented", "comma-separated", "none"),
}

RESPONSES_2023_2026 = {
    ("app", "channel_credentials[].channel", "value removed", "VIBER", "servers"),
    ("app", "channel_credentials[].channel", "value added", "KAKAOTALKCHAT", "none"),
    ("app", "channel_credentials[].channel", "value added", "APPLEBC", "none"),
    *{
        ("app", f"channel_credentials[].{name}", "member added", None, "none")
        for name in (
            "state",
            "channel_known_id",
            "credential_ordinal_number",
            "instagram_credentials",
            "kakaotalkchat_credentials",
            "applebc_credentials",
            "line_enterprise_credentials",
            "line_credentials.is_default",
        )
    },
    *{
        ("app", name, "member added", None, "none")
        for name in (
            "callback_settings",
            "message_retry_settings",
            "delivery_report_based_fallback",
            "persist_message_status",
            "message_search",
        )
    },
    ("app", "processing_mode", "default changed", ("CONVERSATION", "DISPATCH"), "none"),
}


def rows(changes, direction):
    def what(change):
        sides = [side for side in (change.old, change.new) if side is not None]
        return tuple(sides) if len(sides) == 2 else sides[0] if sides else None

    found = [
        (", ".join(change.schemas), change.path, str(change.kind), what(change), change.breaks)
        for change in changes
        if change.direction == direction
    ]
    assert len(found) == len(set(found)), "a change is named once"
    return set(found)


@pytest.mark.parametrize(
    ("old", "new", "direction", "expected"),
    [
        ("2021", "2023", "request", REQUESTS_2021_2023),
        ("2023", "2026", "request", REQUESTS_2023_2026),
        ("2023", "2026", "response", RESPONSES_2023_2026),
    ],
)
def test_every_change_is_named_with_whom_it_breaks(old, new, direction, expected):
    assert rows(differences(old, new), direction) == expected


def test_the_placeholder_channel_leaves_answers_after_2021():
    changes = rows(differences("2021", "2023"), "response")
    assert ("app", "channel_credentials[].channel", "value removed", "CHANNEL_UNSPECIFIED", "servers") in changes
    assert ("app", "queue_stats", "member added", None, "none") in changes


def test_levels_of_requirements_are_compared_too():
    found = {
        (change.schemas[0], str(change.kind), change.old, change.new, change.breaks)
        for change in differences("2023", "2026")
        if change.direction == "requirement"
    }
    assert found == {
        ("SRV-INPUT-6", "level raised", "SHOULD", "MUST", "servers"),
        ("SRV-INPUT-6", "level raised", None, "SHOULD", "none"),
        ("SRV-INPUT-11", "level raised", "SHOULD", "MUST", "servers"),
    }


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_does_not_differ_from_itself(edition):
    assert differences(edition, edition) == []


def test_what_is_added_one_way_is_removed_the_other_way():
    forth, back = differences("2023", "2026"), differences("2026", "2023")

    def places(changes, *kinds):
        return {(change.direction, change.path) for change in changes if change.kind in kinds}

    assert places(forth, "member added") == places(back, "member removed")
    assert places(forth, "value removed") == places(back, "value added")
    assert places(forth, "became optional") == places(back, "became required")
    assert places(forth, "credentials choice added") == places(back, "credentials choice removed")


def test_a_change_reads_as_one_line_and_gives_a_reason():
    for change in differences("2023", "2026"):
        assert "\n" not in str(change)
        assert change.reason
    texts = {str(change) for change in differences("2023", "2026")}
    assert "processing_mode: default changed CONVERSATION → DISPATCH" in texts
    assert "channel_credentials[].channel: value removed VIBER" in texts
