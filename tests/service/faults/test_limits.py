import pytest

from apps_contract.service.faults.limits import LIMITS

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(LIMITS, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in LIMITS.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


@witness("any-media-type-taken")
def any_media_type_taken(api):
    return api.create(api.body(), [("Content-Type", "application/xml")]).status == 200


@witness("text-taken-on-update")
def text_taken_on_update(api):
    header = [("Content-Type", "text/plain")]
    assert api.create(api.body(), header).status == 415
    return api.update(api.made()["id"], api.body(), headers=header).status == 200


@witness("put-updates")
def put_updates(api):
    return api.send("PUT", f"{api.path}/{api.made()['id']}", api.body()).status == 200


@witness("post-on-app-updates")
def post_on_app_updates(api):
    return api.send("POST", f"{api.path}/{api.made()['id']}", api.body()).status == 200


@witness("any-method-lists")
def any_method_lists(api):
    return [api.send(method, api.path).status for method in ("PUT", "PATCH", "DELETE")] == [200] * 3


@witness("wrong-method-400")
def wrong_method_400(api):
    return api.send("PUT", api.path).status == 400


@witness("wrong-method-403")
def wrong_method_403(api):
    return api.send("PUT", api.path).status == 403


def masked(api, *mask):
    made = api.made()
    return api.update(made["id"], {"display_name": "New", "conversation_metadata_report_view": "FULL"}, mask)


@witness("unknown-mask-field-ignored", "unknown-mask-field-ignored-2023")
def unknown_mask_field_ignored(api):
    return masked(api, "nope").status == 200


@witness("unknown-mask-field-beside-known-ignored")
def unknown_mask_field_beside_known_ignored(api):
    assert masked(api, "nope").status == 400
    return masked(api, "nope", "display_name").status == 200


@witness("camel-case-mask-taken")
def camel_case_mask_taken(api):
    assert masked(api, "nope").status == 400
    return masked(api, "displayName").status == 200


@witness("empty-mask-changes-nothing")
def empty_mask_changes_nothing(api):
    return masked(api, "").json["display_name"] != "New"


@witness("empty-mask-400")
def empty_mask_400(api):
    return masked(api, "").status == 400


@witness("ttl-3650-refused")
def ttl_3650_refused(api):
    assert api.takes(retention_policy={"ttl_days": 3649})
    return not api.takes(retention_policy={"ttl_days": 3650})


@witness("rcs-refused")
def rcs_refused(api):
    assert api.takes_entry(api.entry("SMS"))
    return not api.takes_entry(api.entry("RCS"))


@witness("callback-secret-counted-in-bytes")
def callback_secret_counted_in_bytes(api):
    assert api.takes_entry(api.entry("SMS", callback_secret="x" * 256))
    return not api.takes_entry(api.entry("SMS", callback_secret="ü" * 256))


@witness("name-counted-in-utf16")
def name_counted_in_utf16(api):
    assert api.takes(display_name="ü" * 256)
    return not api.takes(display_name="\U0001f600" * 256)


@witness("body-over-32-kib-refused")
def body_over_32_kib_refused(api):
    body = b'{"display_name": "x", "channel_credentials": []}'
    assert api.create(body.ljust(1 << 15)).status == 200
    return api.create(body.ljust((1 << 15) + 1)).status == 413


@witness("policy-without-type-refused")
def policy_without_type_refused(api):
    assert api.takes(retention_policy={"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 7})
    return not api.takes(retention_policy={"ttl_days": 7})


@witness("mms-without-basic-auth-refused")
def mms_without_basic_auth_refused(api):
    return not api.takes_entry(api.entry("MMS"))


@witness("both-policies-refused")
def both_policies_refused(api):
    assert api.takes(retention_policy={"ttl_days": 7})
    assert api.takes(dispatch_retention_policy={"ttl_days": 7})
    return not api.takes(retention_policy={"ttl_days": 7}, dispatch_retention_policy={"ttl_days": 7})


@witness("second-line-entry-refused")
def second_line_entry_refused(api):
    assert api.takes_entry(api.entry("LINE"))
    return not api.takes(channel_credentials=[api.entry("LINE"), api.entry("LINE", credential_ordinal_number=1)])


@witness("longest-waiting-time-refused")
def longest_waiting_time_refused(api):
    assert api.takes(delivery_report_based_fallback={"delivery_report_waiting_time": 259_199})
    return not api.takes(delivery_report_based_fallback={"delivery_report_waiting_time": 259_200})


@witness("mask-in-any-case")
def mask_in_any_case(api):
    return api.update(api.made()["id"], {"display_name": "x"}, ["DISPLAY_NAME"]).status == 200
