import pytest

from apps_contract.service.faults.shape import SHAPE

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(SHAPE, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in SHAPE.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


@witness("list-bare-array")
def list_bare_array(api):
    api.made()
    return isinstance(api.list().json, list)


@witness("long-integers-as-text")
def long_integers_as_text(api):
    return api.made()["queue_stats"]["outbound_limit"] == "500000"


@witness("get-labelled-text")
def get_labelled_text(api):
    return api.get(api.made()["id"]).media_type == "text/plain"


@witness("absent-basic-auth-as-null")
def absent_basic_auth_as_null(api):
    made = api.made(channel_credentials=[api.entry("MMS")])
    return "basic_auth" in made["channel_credentials"][0]["mms_credentials"]


@witness("update-wrapped-in-app")
def update_wrapped_in_app(api):
    return set(api.changes(api.made())) == {"app"}


@witness("no-channels-as-null")
def no_channels_as_null(api):
    return api.made(channel_credentials=[])["channel_credentials"] is None


@witness("large-ttl-as-text")
def large_ttl_as_text(api):
    assert api.made(retention_policy={"ttl_days": 999})["retention_policy"]["ttl_days"] == 999
    return api.made(retention_policy={"ttl_days": 3650})["retention_policy"]["ttl_days"] == "3,650"


@witness("delete-answers-the-app")
def delete_answers_the_app(api):
    made = api.made()
    return api.delete(made["id"]).json == made


@witness("delete-202")
def delete_202(api):
    return api.delete(api.made()["id"]).status == 202


@witness("delete-quoted-null")
def delete_quoted_null(api):
    return api.delete(api.made()["id"]).body == b'"null"'


@witness("delete-warns-about-channels")
def delete_warns_about_channels(api):
    assert api.delete(api.made()["id"]).body == b"null"
    made = api.made(channel_credentials=[api.entry("SMS"), api.entry("RCS")])
    return "warnings" in (api.delete(made["id"]).json or {})


@witness("create-201")
def create_201(api):
    return api.create(api.body()).status == 201


@witness("delete-204")
def delete_204(api):
    return api.delete(api.made()["id"]).status == 204


@witness("empty-list-204")
def empty_list_204(api):
    is_seen = api.list().status == 204
    api.made()
    assert api.list().status == 200
    return is_seen


@witness("channel-change-202")
def channel_change_202(api):
    made = api.made()
    assert api.update(made["id"], {"display_name": "New"}).status == 200
    body = {"display_name": "New", "channel_credentials": [api.entry("SMS")]}
    return api.update(made["id"], body).status == 202


@witness("missing-app-redirect")
def missing_app_redirect(api):
    response = api.get("no-such-app")
    return response.status == 302 and response.header("location") == api.path


@witness("no-change-304")
def no_change_304(api):
    made = api.made()
    assert api.update(made["id"], {"display_name": "New"}).status == 200
    return api.update(made["id"], {"display_name": "New"}).status == 304


@witness("any-etag-matches")
def any_etag_matches(api):
    return api.get(api.made()["id"], headers=[("If-None-Match", '"x"')]).status == 304
