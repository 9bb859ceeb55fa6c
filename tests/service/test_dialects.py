from dataclasses import fields

import pytest

from apps_contract.contract import EDITIONS, is_valid
from apps_contract.service.dialect import DEFAULT, Dialect
from apps_contract.service.dialects import DIALECTS, UnknownDialectError, dialect

FREEDOMS = [field.name for field in fields(Dialect) if field.name not in ("name", "description")]


@pytest.mark.parametrize("freedom", FREEDOMS)
def test_every_freedom_is_taken_by_some_dialect(freedom):
    assert {getattr(each, freedom) for each in DIALECTS.values()} > {getattr(DEFAULT, freedom)}


def test_every_dialect_says_what_it_does():
    assert len(DIALECTS) >= 9
    assert all(name == each.name and each.description.endswith(".") for name, each in DIALECTS.items())
    breaking = [each for each in DIALECTS.values() if each.defaults == "absent"]
    assert all("SRV-STATE-3" in each.description for each in breaking)


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(UnknownDialectError, match="did you mean 'wrapped'"):
        dialect("wraped")


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_life_cycle_conforms_in_every_dialect(serve, edition, name):
    api = serve(edition, dialect=DIALECTS[name])
    assert is_valid(api.list().json, "list", edition)
    sent = api.full()
    made = api.create(sent).json
    changed = api.update(made["id"], {"display_name": "New", "retention_policy": {"ttl_days": 9}})
    assert changed.json["retention_policy"]["ttl_days"] == 9
    for answer, schema_name in ((api.get(made["id"]), "app"), (changed, "app"), (api.list(), "list")):
        assert answer.media_type == "application/json"
        assert is_valid(answer.json, schema_name, edition)
    assert api.delete(made["id"]).body in (b"null", b"{}", b"")
    missing, invalid = api.get(made["id"]), api.create({"display_name": 7})
    assert (missing.status, invalid.status) in ((404, 400), (403, 400))
    assert is_valid(missing.json, "error", edition)
    assert is_valid(invalid.json, "error", edition)


def test_errors_come_flat_or_wrapped(serve):
    assert serve().get("x").json["status"] == "NOT_FOUND"
    assert serve(dialect=DIALECTS["wrapped"]).get("x").json["error"]["status"] == "UNAUTHORIZED"


def test_what_may_be_left_out_is_left_out(serve):
    api = serve(dialect=DIALECTS["terse"])
    assert api.list().json == {}
    assert set(api.made()) == {"id", "display_name", "channel_credentials"}


@pytest.mark.parametrize(
    "change",
    [
        {"unknown": 1},
        {"id": "mine"},
        {"display_name": ""},
        {"display_name": "\0"},
        {"display_name": "x" * 257},
        {"channel_credentials": []},
        {"channel_credentials": [{"channel": "MESSENGER", "static_token": {"token": "t", "colour": "red"}}]},
        {"channel_credentials": [{"channel": "MESSENGER", "static_token": {"token": "t"}}] * 2},
    ],
    ids=str,
)
def test_strict_refuses_what_may_be_refused(serve, change):
    api = serve(dialect=DIALECTS["strict"])
    assert api.create(api.body(**change)).status == 400
    assert api.create(api.body()).status == 200
    assert api.create(api.body(display_name="x" * 256)).status == 200


def test_strict_takes_bodies_up_to_64_kib(serve):
    api = serve(dialect=DIALECTS["strict"])
    body = b'{"display_name": "x", "channel_credentials": [{"channel": "MESSENGER", "static_token": {"token": "t"}}]}'
    assert api.create(body.ljust(65_536)).status == 200
    assert api.create(body.ljust(65_537)).status == 413
    assert api.create(body.replace(b"}]", b'}], "retention_policy": {"ttl_days": 7.0}')).status == 400


def test_several_line_entries_are_legal_even_for_strict(serve):
    api = serve("2026", dialect=DIALECTS["strict"])
    entries = [
        {"channel": "LINE", "line_credentials": {"token": "t", "secret": "s"}, "credential_ordinal_number": number}
        for number in range(2)
    ]
    assert api.create(api.body(channel_credentials=entries)).status == 200


def test_lenient_takes_null_for_absent_and_replaces_small_objects(serve):
    api = serve(dialect=DIALECTS["lenient"])
    made = api.made(retention_policy={"retention_type": "CONVERSATION_EXPIRE_POLICY"}, smart_conversation=None)
    changed = api.update(made["id"], {"display_name": "x", "retention_policy": {"ttl_days": 3}}).json
    assert changed["retention_policy"] == {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 3}
    assert api.update("no-such-app", b"{").status == 404
    assert api.create({"display_name": None, "channel_credentials": []}).status == 400


def test_growing_shows_more_than_the_edition_knows(serve):
    api = serve("2026", dialect=DIALECTS["growing"])
    first, second = api.made(), api.made()
    assert [app["id"] for app in api.apps()] == [second["id"], first["id"]]
    assert api.get(first["id"]).json != api.get(first["id"]).json
    states = {api.get(first["id"]).json["channel_credentials"][0]["state"]["status"] for _ in range(9)}
    assert states == {"PENDING", "ACTIVE", "FAILING"}  # a server goes through its own states


def test_observed_and_idle_show_what_was_seen_in_2026(serve):
    made = serve("2026", dialect=DIALECTS["observed"]).made(message_retry_settings={"retry_duration": 30})
    assert made["delivery_report_based_fallback"] is None
    assert made["message_retry_settings"] == {"retry_duration": 30}
    assert made["processing_mode"] == "CONVERSATION"
    api = serve("2026", dialect=DIALECTS["idle-fallback"])
    assert api.made()["delivery_report_based_fallback"] == {"enabled": False, "delivery_report_waiting_time": 0}
    sent = {"enabled": False, "delivery_report_waiting_time": 10}
    assert api.made(delivery_report_based_fallback=sent)["delivery_report_based_fallback"] == sent


def test_null_objects_are_never_shown_for_what_was_sent(serve):
    api = serve("2026", dialect=DIALECTS["observed"])
    made = api.made(delivery_report_based_fallback={"enabled": True})
    assert made["delivery_report_based_fallback"]["enabled"] is True


def test_the_wire_differs_but_not_what_it_says(serve):
    plain, gateway, closing = serve(), serve(dialect=DIALECTS["gateway"]), serve(dialect=DIALECTS["closing"])
    for api in (plain, gateway, closing):
        assert api.made(display_name="ü")["display_name"] == "ü"
    assert gateway.list([("Accept-Encoding", "gzip")]).header("content-encoding") == "gzip"
    assert gateway.list([("Accept-Encoding", "identity")]).header("content-encoding") is None
    assert gateway.list().header("content-length") is None
    assert "cOnTeNt-tYpE" in dict(gateway.list().headers)
    assert closing.list().header("connection") == "close"
    assert b"\\u00fc" in closing.list().body


def test_limited_asks_to_wait_and_then_goes_on(serve):
    now = [0.0]
    api = serve(dialect=DIALECTS["limited"], clock=lambda: now[0])
    assert [api.list().status for _ in range(150)] == [200] * 150
    response = api.list()
    assert (response.status, response.header("retry-after")) == (429, "1")
    assert is_valid(response.json, "error", "2023")
    assert api.other().list().status == 200
    now[0] = 1.0
    assert [api.list().status for _ in range(151)] == [200] * 150 + [429]
