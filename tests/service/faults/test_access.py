import pytest

from apps_contract.http.authentication import KeyPair, basic_header
from apps_contract.service.app import DEMO_KEYS
from apps_contract.service.faults.access import ACCESS

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(ACCESS, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in ACCESS.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


KEY, OTHER = DEMO_KEYS


def with_secret(api, secret):
    return api.authorized(basic_header(KeyPair(KEY.project_id, KEY.key_id, secret)))


def there(api):
    """The project of the other key, as seen with one's own key."""
    return api.on_project(OTHER.project_id)


@witness("list-open")
def list_open(api):
    assert api.nobody().get(api.made()["id"]).status == 401
    return api.nobody().list().status == 200


@witness("delete-open")
def delete_open(api):
    assert api.nobody().list().status == 401
    return api.nobody().delete(api.made()["id"]).status == 200


@witness("query-opens-update")
def query_opens_update(api):
    made = api.made()
    assert api.nobody().update(made["id"], {"display_name": "x"}).status == 401
    return api.nobody().update(made["id"], {"display_name": "x"}, ["display_name"]).status == 200


@witness("secret-prefix-taken")
def secret_prefix_taken(api):
    assert with_secret(api, KEY.key_secret + "x").list().status == 401
    return with_secret(api, KEY.key_secret[:-1]).list().status == 200


@witness("empty-secret-taken")
def empty_secret_taken(api):
    assert with_secret(api, "x").list().status == 401
    return with_secret(api, "").list().status == 200


@witness("any-known-secret-taken")
def any_known_secret_taken(api):
    assert with_secret(api, "x").list().status == 401
    return with_secret(api, OTHER.key_secret).list().status == 200


@witness("any-token-taken")
def any_token_taken(api):
    return api.authorized("Bearer bogus").list().status == 200


@witness("unknown-key-403")
def unknown_key_403(api):
    assert with_secret(api, "x").list().status == 401
    return api.authorized(basic_header(KeyPair("", "unknown", "x"))).list().status == 403


@witness("malformed-header-400")
def malformed_header_400(api):
    return api.authorized("Basic !!!").list().status == 400


@witness("any-key-reads-any-project")
def any_key_reads_any_project(api):
    theirs = api.other().made()
    assert there(api).delete(theirs["id"]).status == 403
    return (there(api).list().status, there(api).get(theirs["id"]).status) == (200, 200)


@witness("any-key-creates-anywhere")
def any_key_creates_anywhere(api):
    return there(api).create(api.body()).status == 200 and len(api.other().apps()) == 1


@witness("foreign-update-done")
def foreign_update_done(api):
    theirs = api.other().made()
    assert there(api).update(theirs["id"], {"display_name": "Taken"}).status == 403
    return api.other().get(theirs["id"]).json["display_name"] == "Taken"


@witness("foreign-project-401")
def foreign_project_401(api):
    return there(api).list().status == 401


@witness("foreign-list-empty")
def foreign_list_empty(api):
    theirs = api.other().made()
    assert there(api).get(theirs["id"]).status == 403
    is_seen = there(api).list().status == 200
    assert api.other().apps() == [theirs]
    return is_seen


@witness("foreign-delete-200")
def foreign_delete_200(api):
    theirs = api.other().made()
    assert there(api).get(theirs["id"]).status == 403
    return there(api).delete(theirs["id"]).status == 200 and api.other().apps() == []


@witness("body-read-before-auth")
def body_read_before_auth(api):
    assert api.nobody().create(api.body(display_name=7)).status == 401
    return api.nobody().create(b"{").status == 400


@witness("schema-checked-before-auth")
def schema_checked_before_auth(api):
    assert api.nobody().create(b"{").status == 401
    return api.nobody().update("no-such-app", {"display_name": 7}).status == 400


@witness("bearer-reads-only")
def bearer_reads_only(api):
    bearer = api.bearer()
    assert bearer.list().status == 200
    return bearer.create(api.body()).status == 403


@witness("bearer-delete-401")
def bearer_delete_401(api):
    bearer = api.bearer()
    assert bearer.create(api.body()).status == 200
    return bearer.delete(api.made()["id"]).status == 401


@witness("token-used-once")
def token_used_once(api):
    bearer = api.bearer()
    return (bearer.list().status, bearer.list().status) == (200, 401)


@witness("bearer-lists-own-only")
def bearer_lists_own_only(api):
    bearer = api.bearer()
    ours, theirs = api.made(), bearer.made()
    assert api.apps() == [ours, theirs]
    return bearer.apps() == [theirs]


@witness("bearer-hides-callback-secret")
def bearer_hides_callback_secret(api):
    made = api.made(channel_credentials=[api.entry("SMS", callback_secret="s")])
    assert api.get(made["id"]).json == made
    return "callback_secret" not in api.bearer().get(made["id"]).json["channel_credentials"][0]


@witness("401-without-challenge")
def no_challenge(api):
    response = api.nobody().list()
    return response.status == 401 and response.header("www-authenticate") is None


@witness("bad-token-without-challenge")
def bad_token_without_challenge(api):
    assert api.nobody().list().header("www-authenticate")
    return api.authorized("Bearer bogus").list().header("www-authenticate") is None


@witness("existence-told-by-status")
def existence_told_by_status(api):
    theirs = api.other().made()
    return (there(api).get(theirs["id"]).status, there(api).get("no-such-app").status) == (403, 404)


@witness("existence-told-on-delete")
def existence_told_on_delete(api):
    theirs = api.other().made()
    assert there(api).get(theirs["id"]).body == there(api).get("no-such-app").body
    return there(api).delete(theirs["id"]).body != there(api).delete("no-such-app").body


@witness("secret-cut-at-colon")
def secret_cut_at_colon(api):
    return with_secret(api, KEY.key_secret + ":x").list().status == 200


@witness("key-id-as-token")
def key_id_as_token(api):
    return api.authorized(f"Bearer {KEY.key_id}").list().status == 200


@witness("app-looked-up-before-the-key")
def app_looked_up_before_the_key(api):
    return api.nobody().delete("no-such-app").status == 404


@witness("bearer-mask-401")
def bearer_mask_401(api):
    app = api.made()
    return api.bearer().update(app["id"], {"display_name": "x"}, ["display_name"]).status == 401
