import pytest

from apps_contract.service.faults.updating import UPDATING

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(UPDATING, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in UPDATING.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


@witness("update-resets-unsent")
def update_resets_unsent(api):
    made = api.made(retention_policy={"ttl_days": 7})
    return api.changes(made, display_name="New")["retention_policy"]["ttl_days"] == 180


def channels_after(api, before, sent, mask=None):
    made = api.made(channel_credentials=[api.entry(channel) for channel in before])
    changed = api.changes(made, mask, channel_credentials=[api.entry(channel) for channel in sent])
    return [entry["channel"] for entry in changed["channel_credentials"]]


@witness("update-appends-entries")
def update_appends_entries(api):
    return channels_after(api, ["SMS"], ["RCS"]) == ["SMS", "RCS"]


@witness("update-keeps-other-channels")
def update_keeps_other_channels(api):
    assert channels_after(api, ["SMS"], ["SMS"]) == ["SMS"]
    return channels_after(api, ["SMS"], ["RCS"]) == ["RCS", "SMS"]


@witness("update-ignores-no-channels")
def update_ignores_no_channels(api):
    return channels_after(api, ["SMS"], []) == ["SMS"]


@witness("update-keeps-old-callback-secret")
def update_keeps_old_callback_secret(api):
    made = api.made(channel_credentials=[api.entry("SMS", callback_secret="old")])
    changed = api.changes(made, channel_credentials=[api.entry("SMS")])
    return changed["channel_credentials"][0].get("callback_secret") == "old"


@witness("update-back-to-none-ignored")
def update_back_to_none_ignored(api):
    made = api.made(conversation_metadata_report_view="FULL")
    changed = api.changes(made, conversation_metadata_report_view="NONE")
    return changed["conversation_metadata_report_view"] == "FULL"


@witness("update-ttl-alone-ignored")
def update_ttl_alone_ignored(api):
    changed = api.changes(api.made(), retention_policy={"ttl_days": 7})
    return changed["retention_policy"]["ttl_days"] == 180


@witness("update-resets-dispatch-policy")
def update_resets_dispatch_policy(api):
    made = api.made(dispatch_retention_policy={"ttl_days": 5})
    assert api.changes(made, display_name="New")["dispatch_retention_policy"]["ttl_days"] == 5
    return api.changes(made, retention_policy={"ttl_days": 7})["dispatch_retention_policy"]["ttl_days"] == 0


@witness("second-update-lost")
def second_update_lost(api):
    made = api.made()
    assert api.changes(made, display_name="New")["display_name"] == "New"
    return api.changes(made, display_name="Newer")["display_name"] == "New"


@witness("update-answers-old-state")
def update_answers_old_state(api):
    made = api.made()
    changed = api.changes(made, display_name="New")
    return changed == made != api.get(made["id"]).json


@witness("channel-change-changes-id")
def channel_change_changes_id(api):
    made = api.made()
    assert api.changes(made, channel_credentials=[api.entry("SMS")])["id"] == made["id"]
    return api.changes(made, channel_credentials=[])["id"] != made["id"]


@witness("mask-ignored")
def mask_ignored(api):
    changed = api.changes(api.made(), ["display_name"], display_name="New", conversation_metadata_report_view="FULL")
    return changed["conversation_metadata_report_view"] == "FULL"


@witness("mask-matches-substring")
def mask_matches_substring(api):
    sent = {"retention_policy": {"ttl_days": 7}, "dispatch_retention_policy": {"ttl_days": 5}}
    assert api.changes(api.made(), ["display_name"], **sent)["retention_policy"]["ttl_days"] == 180
    return api.changes(api.made(), ["dispatch_retention_policy"], **sent)["retention_policy"]["ttl_days"] == 7


@witness("mask-of-two-ignored")
def mask_of_two_ignored(api):
    sent = {"retention_policy": {"ttl_days": 7}, "conversation_metadata_report_view": "FULL"}
    assert api.changes(api.made(), ["display_name"], **sent)["retention_policy"]["ttl_days"] == 180
    mask = ["display_name", "conversation_metadata_report_view"]
    return api.changes(api.made(), mask, **sent)["retention_policy"]["ttl_days"] == 7


@witness("mask-spares-no-channels")
def mask_spares_no_channels(api):
    changed = api.changes(api.made(), ["display_name"], channel_credentials=[], retention_policy={"ttl_days": 7})
    assert changed["retention_policy"]["ttl_days"] == 180
    return changed["channel_credentials"] == []


@witness("mask-resets-unnamed")
def mask_resets_unnamed(api):
    made = api.made(retention_policy={"ttl_days": 7})
    assert api.changes(made, display_name="New")["retention_policy"]["ttl_days"] == 7
    return api.changes(made, ["display_name"], display_name="Newer")["retention_policy"]["ttl_days"] == 180


@witness("mask-merges-channels")
def mask_merges_channels(api):
    assert channels_after(api, ["SMS"], ["RCS"]) == ["RCS"]
    return channels_after(api, ["SMS"], ["RCS"], ["channel_credentials"]) == ["SMS", "RCS"]


@witness("update-half-applied")
def update_half_applied(api):
    made = api.made()
    assert api.update(made["id"], {"display_name": "New", "retention_policy": {"ttl_days": 0}}).status == 400
    return api.get(made["id"]).json["display_name"] == "New"


@witness("refused-create-stored")
def refused_create_stored(api):
    assert not api.takes(retention_policy={"ttl_days": 0})
    return len(api.apps()) == 1


@witness("unknown-mask-field-applied")
def unknown_mask_field_applied(api):
    made = api.made()
    assert api.update(made["id"], {"display_name": "New"}, ["display_name", "nope"]).status == 400
    return api.get(made["id"]).json["display_name"] == "New" or len(api.apps()) != 1


@witness("media-type-checked-late")
def media_type_checked_late(api):
    assert api.create(api.body(), [("Content-Type", "text/plain")]).status == 415
    return len(api.apps()) == 1


@witness("refused-channels-removed")
def refused_channels_removed(api):
    made = api.made()
    body = {"display_name": "New", "channel_credentials": [{"channel": "NOPE"}]}
    assert api.update(made["id"], body).status == 400
    return api.get(made["id"]).json["channel_credentials"] == []
