"""Answers that clients have to read: they cover the schema, conform, and keep what they came from."""

import pytest

from apps_contract.contract import EDITIONS, credential_forms, is_valid, schema
from apps_contract.payloads.answers import changes, full_app, is_readable, systematic, with_texts
from apps_contract.payloads.drawn_answers import drawn_app
from apps_contract.payloads.sampling import sample
from apps_contract.payloads.shapes import answer_shape
from apps_contract.service.judge.variants import VARIANTS, changed


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_full_app_is_valid_and_holds_every_documented_member(edition):
    app = full_app(edition)
    assert is_valid(app, "app", edition)
    assert set(app) == set(schema("app", edition)["properties"])
    written = {name for entry in app["channel_credentials"] for name in entry}
    assert written >= {form.member for form in credential_forms(edition)}


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_answer_is_readable_and_each_is_another(edition):
    answered = [*systematic(edition), *with_texts(edition), *sample(drawn_app(edition), 6, 1)]
    assert [each.label for each in answered if not is_readable(each.app, edition)] == []
    labels = [each.label for each in systematic(edition)]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_optional_member_of_the_app_is_absent_once_and_every_object_is_null_once(edition):
    labels = {each.label for each in systematic(edition)}
    shape = answer_shape(edition)
    assert {f"{name}: absent" for name in shape.optional} <= labels
    assert {f"{name}: null" for name in shape.optional if shape.members[name].kind == "object"} <= labels


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_every_named_variant_is_readable(edition, variant):
    answered = changed({"apps": [full_app(edition)]}, variant, edition)
    known = [
        {**app, "channel_credentials": [e for e in app["channel_credentials"] if e["channel"] != "X_NEW_CHANNEL"]}
        for app in answered.get("apps") or []
    ]
    assert all(is_readable(app, edition) for app in known)


def test_what_a_tolerant_reader_need_not_read_is_not_readable():
    app = full_app("2026")
    assert not is_readable({**app, "display_name": None}, "2026")
    assert not is_readable({**app, "retention_policy": {"ttl_days": "30"}}, "2026")
    assert not is_readable({name: value for name, value in app.items() if name != "channel_credentials"}, "2026")


def test_a_change_leaves_the_app_alone():
    app = full_app("2023")
    before = repr(app)
    for change in changes(app, "2023"):
        assert change.applied(app) != app
    assert repr(app) == before


def test_drawn_answers_are_the_same_for_the_same_seed():
    drawn = sample(drawn_app("2023"), 4, 7)
    assert drawn == sample(drawn_app("2023"), 4, 7)
    assert drawn != sample(drawn_app("2023"), 4, 8)
