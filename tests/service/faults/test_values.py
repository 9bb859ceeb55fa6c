import pytest

from apps_contract.service.faults.values import VALUES

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(VALUES, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in VALUES.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


@witness("missing-token-as-empty")
def missing_token_as_empty(api):
    return api.takes_entry({"channel": "MESSENGER", "static_token": {}})


@witness("missing-channels-taken")
def missing_channels_taken(api):
    return api.takes(channel_credentials=None)


@witness("required-in-first-entry-only")
def required_in_first_entry_only(api):
    bad = {"channel": "SMS", "static_bearer": {"token": "t"}}
    assert not api.takes_entry(bad)
    return api.takes(channel_credentials=[api.entry("SMS"), bad])


@witness("update-misses-nothing-inside")
def update_misses_nothing_inside(api):
    bad = {"channel": "SMS", "static_bearer": {"token": "t"}}
    assert not api.takes_entry(bad)
    return api.update(api.made()["id"], {"display_name": "x", "channel_credentials": [bad]}).status == 200


@witness("basic-auth-password-optional")
def basic_auth_password_optional(api):
    credentials = {"account_id": "a", "api_key": "k", "basic_auth": {"username": "u"}}
    return api.takes_entry({"channel": "MMS", "mms_credentials": credentials})


@witness("wechat-aes-key-optional")
def wechat_aes_key_optional(api):
    credentials = {"app_id": "i", "app_secret": "s", "token": "t"}
    return api.takes_entry({"channel": "WECHAT", "wechat_credentials": credentials})


@witness("numeric-text-as-number")
def numeric_text_as_number(api):
    return api.takes(retention_policy={"ttl_days": "30"})


@witness("number-as-text")
def number_as_text(api):
    return api.takes(display_name=7)


@witness("true-as-one")
def true_as_one(api):
    return api.takes(retention_policy={"ttl_days": True})


@witness("fraction-cut")
def fraction_cut(api):
    return api.takes(retention_policy={"ttl_days": 7.5})


@witness("object-as-array-of-one")
def object_as_array_of_one(api):
    return api.takes(channel_credentials=api.entry("SMS"))


@witness("empty-array-as-object")
def empty_array_as_object(api):
    assert not api.takes(retention_policy=[7])
    return api.takes(retention_policy=[])


@witness("callback-secret-of-any-type")
def callback_secret_of_any_type(api):
    return api.takes_entry(api.entry("SMS", callback_secret=7))


@witness("wrong-type-422")
def wrong_type_422(api):
    assert api.create(api.body(conversation_metadata_report_view="NOPE")).status == 400
    return api.create(api.body(display_name=7)).status == 422


@witness("unknown-channel-dropped")
def unknown_channel_dropped(api):
    entries = [api.entry("SMS"), {"channel": "PIGEON"}]
    response = api.create(api.body(channel_credentials=entries))
    return response.status == 200 and len(response.json["channel_credentials"]) == 1


@witness("enum-in-any-case")
def enum_in_any_case(api):
    return api.takes(conversation_metadata_report_view="full")


@witness("unknown-retention-type-as-default")
def unknown_retention_type_as_default(api):
    response = api.create(api.body(retention_policy={"retention_type": "NOPE"}))
    return response.status == 200 and response.json["retention_policy"]["retention_type"] == "MESSAGE_EXPIRE_POLICY"


@witness("dispatch-policy-of-any-type")
def dispatch_policy_of_any_type(api):
    assert not api.takes(dispatch_retention_policy={"retention_type": "NOPE"})
    return api.takes(dispatch_retention_policy={"retention_type": "CONVERSATION_EXPIRE_POLICY"})


@witness("placeholder-channel-taken")
def placeholder_channel_taken(api):
    assert not api.takes_entry({"channel": "PIGEON"})
    return api.takes_entry({"channel": "CHANNEL_UNSPECIFIED"})


@witness("viber-still-taken")
def viber_still_taken(api):
    return api.takes_entry({**api.entry("SMS"), "channel": "VIBER"})


@witness("processing-mode-unchecked-on-update")
def processing_mode_unchecked_on_update(api):
    assert not api.takes(processing_mode="NOPE")
    return api.update(api.made()["id"], {"display_name": "x", "processing_mode": "NOPE"}).status == 200


@witness("null-entry-skipped")
def null_entry_skipped(api):
    return api.takes(channel_credentials=[api.entry("SMS"), None])


@witness("null-days-stored-as-zero")
def null_days_stored_as_zero(api):
    response = api.create(api.body(retention_policy={"ttl_days": None}))
    return response.status == 200 and response.json["retention_policy"]["ttl_days"] == 0


@witness("credentials-of-2023-taken")
def credentials_of_2023_taken(api):
    return api.takes_entry({"channel": "INSTAGRAM", "static_token": {"token": "t"}})
