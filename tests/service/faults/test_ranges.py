import pytest

from apps_contract.service.faults.ranges import RANGES

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(RANGES, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in RANGES.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


@witness("ttl-3651-taken")
def ttl_3651_taken(api):
    assert not api.takes(retention_policy={"ttl_days": 3652})
    return api.takes(retention_policy={"ttl_days": 3651})


@witness("ttl-zero-taken")
def ttl_zero_taken(api):
    assert not api.takes(retention_policy={"ttl_days": -1})
    return api.takes(retention_policy={"ttl_days": 0})


@witness("ttl-clamped")
def ttl_clamped(api):
    response = api.create(api.body(retention_policy={"ttl_days": 9999}))
    return response.status == 200 and response.json["retention_policy"]["ttl_days"] == 3650


@witness("ttl-unchecked-on-update")
def ttl_unchecked_on_update(api):
    assert not api.takes(retention_policy={"ttl_days": 9999})
    return api.update(api.made()["id"], {"display_name": "x", "retention_policy": {"ttl_days": 9999}}).status == 200


@witness("ttl-unchecked-under-persist")
def ttl_unchecked_under_persist(api):
    assert not api.takes(retention_policy={"ttl_days": 9999})
    return api.takes(retention_policy={"retention_type": "PERSIST_RETENTION_POLICY", "ttl_days": 9999})


@witness("callback-secret-of-257-taken")
def callback_secret_of_257_taken(api):
    assert not api.takes_entry(api.entry("SMS", callback_secret="x" * 258))
    return api.takes_entry(api.entry("SMS", callback_secret="x" * 257))


@witness("callback-secret-checked-in-first-entry")
def callback_secret_checked_in_first_entry(api):
    entry = api.entry("SMS", callback_secret="x" * 300)
    assert not api.takes_entry(entry)
    return api.takes(channel_credentials=[api.entry("RCS"), entry])


@witness("dispatch-ttl-8-taken")
def dispatch_ttl_8_taken(api):
    assert not api.takes(dispatch_retention_policy={"ttl_days": 9})
    return api.takes(dispatch_retention_policy={"ttl_days": 8})


@witness("ordinal-wraps")
def ordinal_wraps(api):
    entry = api.entry("LINE", credential_ordinal_number=256)
    response = api.create(api.body(channel_credentials=[entry]))
    return response.status == 200 and response.json["channel_credentials"][0]["credential_ordinal_number"] == 0


@witness("retry-duration-zero-taken")
def retry_duration_zero_taken(api):
    assert not api.takes(message_retry_settings={"retry_duration": 29})
    return api.takes(message_retry_settings={"retry_duration": 0})


@witness("waiting-time-unchecked-while-disabled")
def waiting_time_unchecked_while_disabled(api):
    assert not api.takes(delivery_report_based_fallback={"enabled": True, "delivery_report_waiting_time": 9})
    return api.takes(delivery_report_based_fallback={"enabled": False, "delivery_report_waiting_time": 9})


@witness("bare-entry-taken", "bare-entry-taken-2026")
def bare_entry_taken(api):
    return api.takes_entry({"channel": "SMS"})


@witness("bare-applebc-entry-taken")
def bare_applebc_entry_taken(api):
    assert not api.takes_entry({"channel": "SMS"})
    return api.takes_entry({"channel": "APPLEBC"})


@witness("bare-entry-with-secret-taken")
def bare_entry_with_secret_taken(api):
    entry = {"channel": "SMS", "callback_secret": "s"}
    assert not api.takes_entry(entry)
    return api.update(api.made()["id"], {"channel_credentials": [entry]}).status == 200


@witness("foreign-credentials-taken")
def foreign_credentials_taken(api):
    return api.takes_entry({**api.entry("SMS"), "static_token": {"token": "t"}})


@witness("equal-ordinals-taken")
def equal_ordinals_taken(api):
    given = api.entry("LINE", credential_ordinal_number=0)
    assert not api.takes(channel_credentials=[given, given])
    return api.takes(channel_credentials=[api.entry("LINE"), api.entry("LINE")])


@witness("range-unchecked-under-mask")
def range_unchecked_under_mask(api):
    wrong = {"display_name": "x", "retention_policy": {"ttl_days": 3651}}
    return api.update(api.made()["id"], wrong, ["retention_policy"]).status == 200
