import pytest

from apps_contract.service.faults.creating import CREATING

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(CREATING, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in CREATING.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


@witness("id-from-name")
def id_from_name(api):
    assert api.made(display_name="a")["id"] != api.made(display_name="b")["id"]
    return api.made(display_name="a")["id"] == api.made(display_name="a")["id"]


@witness("id-counter-wraps")
def id_counter_wraps(api):
    ids = [api.made()["id"] for _ in range(65)]
    assert len(set(ids[:64])) == 64
    return ids[0] == ids[64]


@witness("id-reused-after-delete")
def id_reused_after_delete(api):
    first, second = api.made(), api.made()
    assert first["id"] != second["id"]
    api.delete(second["id"])
    return api.made()["id"] == second["id"]


@witness("id-race")
def id_race(api):
    assert api.made()["id"] != api.made()["id"]
    return len({app["id"] for app in api.together(*[api.made] * 6)}) < 6


@witness("equal-create-deduplicated")
def equal_create_deduplicated(api):
    assert api.made(display_name="a")["id"] != api.made(display_name="b")["id"]
    return api.made()["id"] == api.made()["id"]


@witness("entries-sorted")
def entries_sorted(api):
    made = api.made(channel_credentials=[api.entry("SMS"), api.entry("MMS")])
    return [entry["channel"] for entry in made["channel_credentials"]] == ["MMS", "SMS"]


@witness("secret-of-first-entry-only")
def secret_of_first_entry_only(api):
    entries = [api.entry("SMS", callback_secret="one"), api.entry("RCS", callback_secret="two")]
    return ["callback_secret" in entry for entry in api.made(channel_credentials=entries)["channel_credentials"]] == [
        True,
        False,
    ]


@witness("empty-callback-secret-lost")
def empty_callback_secret_lost(api):
    entry = api.entry("SMS", callback_secret="")
    return "callback_secret" not in api.made(channel_credentials=[entry])["channel_credentials"][0]


@witness("mms-basic-auth-lost")
def mms_basic_auth_lost(api):
    sent = {"account_id": "a", "api_key": "k", "basic_auth": {"username": "u", "password": "p"}}
    made = api.made(channel_credentials=[api.entry("MMS", mms_credentials=sent)])
    return "basic_auth" not in made["channel_credentials"][0]["mms_credentials"]


@witness("one-entry-per-channel")
def one_entry_per_channel(api):
    entries = [api.entry("SMS"), api.entry("SMS", callback_secret="s")]
    return len(api.made(channel_credentials=entries)["channel_credentials"]) == 1


@witness("viberbm-stored-as-viber")
def viberbm_stored_as_viber(api):
    return api.made(channel_credentials=[api.entry("VIBERBM")])["channel_credentials"][0]["channel"] == "VIBER"


@witness("kakaotalk-members-swapped")
def kakaotalk_members_swapped(api):
    made = api.made(channel_credentials=[api.entry("KAKAOTALK")])
    return made["channel_credentials"][0]["kakaotalk_credentials"]["kakaotalk_sender_key"] == "friend"


@witness("line-thailand-as-japan")
def line_thailand_as_japan(api):
    entry = {"channel": "LINE", "line_enterprise_credentials": {"line_thailand": {"token": "t", "secret": "s"}}}
    made = api.made(channel_credentials=[entry])
    return "line_japan" in made["channel_credentials"][0]["line_enterprise_credentials"]


@witness("false-lost")
def false_lost(api):
    assert api.made(smart_conversation={"enabled": True})["smart_conversation"] == {"enabled": True}
    return "smart_conversation" not in api.made(smart_conversation={"enabled": False})


@witness("persist-resets-ttl")
def persist_resets_ttl(api):
    policy = {"retention_type": "PERSIST_RETENTION_POLICY", "ttl_days": 7}
    return api.made(retention_policy=policy)["retention_policy"]["ttl_days"] == 180


@witness("eleventh-entry-lost")
def eleventh_entry_lost(api):
    return len(api.made(channel_credentials=[api.entry("SMS")] * 11)["channel_credentials"]) == 10


@witness("create-masks-tokens")
def create_masks_tokens(api):
    made = api.made()
    assert api.get(made["id"]).json["channel_credentials"][0]["static_token"] == {"token": "token-of-messenger"}
    return made["channel_credentials"][0]["static_token"] == {"token": "********"}


@witness("default-ttl-30")
def default_ttl_30(api):
    return api.made()["retention_policy"]["ttl_days"] == 30


@witness("report-view-left-out")
def report_view_left_out(api):
    assert api.made(conversation_metadata_report_view="FULL")["conversation_metadata_report_view"] == "FULL"
    return "conversation_metadata_report_view" not in api.made()


@witness("dispatch-policy-left-out")
def dispatch_policy_left_out(api):
    assert "dispatch_retention_policy" in api.made()
    return "dispatch_retention_policy" not in api.made(retention_policy={"ttl_days": 7})
