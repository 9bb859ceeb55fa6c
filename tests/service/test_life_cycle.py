import pytest

from apps_contract.contract import EDITIONS, is_valid, schema


def test_a_created_app_shows_all_that_was_sent(api):
    sent = api.full()
    made = api.create(sent).json
    for name, value in sent.items():
        if name != "channel_credentials":
            assert made[name] == value
    assert [
        {**answered, **entry}
        for entry, answered in zip(sent["channel_credentials"], made["channel_credentials"], strict=True)
    ] == made["channel_credentials"]
    assert is_valid(made, "app", api.edition)


def test_defaults_appear(api):
    made = api.made()
    assert made["conversation_metadata_report_view"] == "NONE"
    assert made["retention_policy"] == {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 180}
    assert made["rate_limits"] == {"inbound": 25, "outbound": 25, "webhooks": 25}


@pytest.mark.parametrize(("edition", "mode"), [("2023", "CONVERSATION"), ("2026", "DISPATCH")])
def test_the_default_processing_mode_depends_on_the_edition(serve, edition, mode):
    assert serve(edition).made()["processing_mode"] == mode


def test_edition_2021_takes_an_app_without_a_name(serve):
    api = serve("2021")
    assert api.create({"channel_credentials": []}).json["display_name"] == ""


def test_get_and_list_show_what_create_answered(api):
    made = [api.made(display_name=f"app {number}") for number in range(3)]
    assert [api.get(app["id"]).json for app in made] == made
    assert api.apps() == made


def test_ids_are_new_also_after_a_delete(api):
    ids = []
    for _ in range(20):
        ids.append(api.made()["id"])
        api.delete(ids[-1])
    assert len(set(ids)) == 20


def test_an_update_changes_what_is_sent_and_nothing_else(api):
    made = api.create(api.full()).json
    changed = api.update(made["id"], {"display_name": "New", "retention_policy": {"ttl_days": 7}}).json
    policy = {**made["retention_policy"], "ttl_days": 7}
    assert changed == {**made, "display_name": "New", "retention_policy": policy}
    assert api.get(made["id"]).json == changed


def test_an_update_replaces_the_credentials_whole(api):
    made = api.create(api.full()).json
    entry = {"channel": "SMS", "static_bearer": {"claimed_identity": "me", "token": "t"}}
    changed = api.update(made["id"], {"display_name": "New", "channel_credentials": [entry]}).json
    assert [each["channel"] for each in changed["channel_credentials"]] == ["SMS"]


def test_a_mask_limits_an_update(api):
    made = api.made()
    body = {"display_name": "New", "conversation_metadata_report_view": "FULL", "retention_policy": {"ttl_days": 7}}
    changed = api.update(made["id"], body, mask=["retention_policy", "conversation_metadata_report_view"]).json
    assert changed["display_name"] == made["display_name"]
    assert changed["retention_policy"]["ttl_days"] == 7
    assert changed["conversation_metadata_report_view"] == "FULL"


@pytest.mark.parametrize("mask", [[""], [",", ""], [" "]])
def test_an_empty_mask_is_no_mask(api, mask):
    made = api.made()
    mask = [each.replace(" ", "%20") for each in mask]
    assert api.update(made["id"], {"display_name": "New"}, mask=mask).json["display_name"] == "New"


@pytest.mark.parametrize("name", ["nope", "displayName", "*", "display_name,nope", "nope.deep", "%00", "%ff"])
def test_a_mask_with_an_unknown_field_is_refused(api, name):
    made = api.made()
    assert api.update(made["id"], {"display_name": "New"}, mask=[name]).status == 400
    assert api.get(made["id"]).json == made


def test_an_edition_does_not_know_another_editions_mask_parameter(serve):
    for edition, parameter in (("2021", "update_mask"), ("2026", "update_mask.paths")):
        api = serve(edition)
        made = api.made()
        target = f"{api.path}/{made['id']}?{parameter}=nope"
        assert api.send("PATCH", target, {"display_name": "New"}).json["display_name"] == "New"


def test_a_deleted_app_is_gone_for_every_operation(api):
    kept, gone = api.made(), api.made()
    answer = api.delete(gone["id"])
    assert (answer.status, answer.json) == (200, None)
    answers = api.get(gone["id"]), api.update(gone["id"], {"display_name": "x"}), api.delete(gone["id"])
    assert [each.status for each in answers] == [404, 404, 404]
    assert api.apps() == [kept]


def test_what_is_refused_changes_nothing(api):
    made = api.made()
    api.update(made["id"], {"display_name": "New", "retention_policy": {"ttl_days": 0}})
    api.create(api.body(retention_policy={"ttl_days": 3651}))
    assert api.apps() == [made]


def test_read_only_members_of_a_request_are_ignored(api):
    made = api.made(
        id="mine",
        rate_limits={"inbound": 9},
        queue_stats={"outbound_limit": 1},
        persist_message_status={"enabled": True},
    )
    assert made["id"] != "mine"
    assert made["rate_limits"]["inbound"] == 25
    entry = {
        "channel": "MESSENGER",
        "static_token": {"token": "t"},
        "state": {"status": "ACTIVE"},
        "channel_known_id": "x",
    }
    changed = api.update(made["id"], {"display_name": "New", "id": "mine", "channel_credentials": [entry]}).json
    assert changed["id"] == made["id"]
    assert not {"state", "channel_known_id"} & set(changed["channel_credentials"][0])


@pytest.mark.parametrize(
    "text",
    ["", " both ends ", '"\\/\b', "e\u0301 \u00e9", "\U0001f44d\U0010ffff\ud7ff", "\0\u2028\u202e", "x" * 60_000],
)
def test_text_survives(api, text):
    made = api.made(display_name=text)
    assert made["display_name"] == text
    assert api.get(made["id"]).json["display_name"] == text
    assert api.apps()[0]["display_name"] == text


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_example_of_the_schemas_is_accepted(serve, edition):
    api = serve(edition)
    for example in schema("create", edition)["examples"]:
        made = api.create(example)
        assert made.status == 200
        for change in schema("update", edition)["examples"]:
            assert api.update(made.json["id"], change).status == 200
    assert is_valid(api.list().json, "list", edition)


def test_a_whole_number_with_a_fraction_is_answered_as_an_integer(api):
    body = b'{"display_name": "x", "channel_credentials": [], "retention_policy": {"ttl_days": 7.0}}'
    assert b'"ttl_days":7,' in api.create(body).body.replace(b"}", b",")


def test_line_entries_need_different_ordinal_numbers(api2026):
    entry = {"channel": "LINE", "line_credentials": {"token": "t", "secret": "s"}}
    assert api2026.create(api2026.body(channel_credentials=[entry, entry])).status == 400
    assert (
        api2026.create(api2026.body(channel_credentials=[entry, {**entry, "credential_ordinal_number": 1}])).status
        == 200
    )


def test_advice_of_the_validator_refuses_nothing(api2026):
    entry = {"channel": "LINE", "line_credentials": {"token": "t", "secret": "s", "is_default": True}}
    other = {**entry, "credential_ordinal_number": 255}
    assert api2026.create(api2026.body(channel_credentials=[entry, other])).status == 200


def test_concurrent_updates_never_mix(api):
    made = api.made()
    names = [f"name {number}" for number in range(16)]
    api.together(*(lambda name=name: api.update(made["id"], api.body(display_name=name)) for name in names))
    assert api.get(made["id"]).json["display_name"] in names


def test_concurrent_creates_are_all_there(api):
    made = api.together(*([api.made] * 24))
    ids = [app["id"] for app in made]
    assert len(set(ids)) == 24
    assert sorted(app["id"] for app in api.apps()) == sorted(ids)
