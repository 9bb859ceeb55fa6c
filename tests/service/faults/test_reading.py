import pytest

from apps_contract.service.faults.reading import READING

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(READING, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in READING.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


@witness("get-cached-over-updates")
def get_cached_over_updates(api):
    made = api.made()
    api.get(made["id"])
    changed = api.changes(made, display_name="New")
    return api.get(made["id"]).json == made != changed


@witness("first-get-after-update-old")
def first_get_after_update_old(api):
    made = api.made()
    changed = api.changes(made, display_name="New")
    first, second = api.get(made["id"]).json, api.get(made["id"]).json
    return (first, second) == (made, changed)


@witness("every-other-get-reversed")
def every_other_get_reversed(api):
    made = api.made(channel_credentials=[api.entry("SMS"), api.entry("RCS")])
    first, second = api.get(made["id"]).json, api.get(made["id"]).json
    return first["channel_credentials"] == second["channel_credentials"][::-1]


@witness("get-hides-callback-secret")
def get_hides_callback_secret(api):
    made = api.made(channel_credentials=[api.entry("SMS", callback_secret="s")])
    assert made["channel_credentials"][0]["callback_secret"] == "s"
    return "callback_secret" not in api.get(made["id"]).json["channel_credentials"][0]


@witness("dispatch-policy-not-stored")
def dispatch_policy_not_stored(api):
    made = api.made(dispatch_retention_policy={"ttl_days": 5})
    assert made["dispatch_retention_policy"]["ttl_days"] == 5
    return api.get(made["id"]).json["dispatch_retention_policy"]["ttl_days"] == 0


@witness("get-caps-ttl")
def get_caps_ttl(api):
    made = api.made(retention_policy={"ttl_days": 400})
    assert made["retention_policy"]["ttl_days"] == 400
    return api.get(made["id"]).json["retention_policy"]["ttl_days"] == 365


@witness("update-hits-apps-of-same-name")
def update_hits_apps_of_same_name(api):
    one, same, other = api.made(), api.made(), api.made(display_name="Other")
    api.changes(one, display_name="New")
    assert api.get(other["id"]).json == other
    return api.get(same["id"]).json["display_name"] == "New"


@witness("list-first-page-only")
def list_first_page_only(api):
    for _ in range(101):
        api.made()
    return len(api.apps()) == 100


@witness("list-repeats-at-page-border")
def list_repeats_at_page_border(api):
    ids = [api.made()["id"] for _ in range(11)]
    return [app["id"] for app in api.apps()] == [*ids[:10], *ids[9:]]


@witness("list-shows-all-projects")
def list_shows_all_projects(api):
    theirs = api.other().made()
    return theirs in api.apps()


@witness("list-without-channelless-apps")
def list_without_channelless_apps(api):
    made = api.made()
    api.made(channel_credentials=[])
    return api.apps() == [made]


@witness("list-once-per-channel")
def list_once_per_channel(api):
    api.made(channel_credentials=[api.entry("SMS"), api.entry("RCS")])
    return len(api.apps()) == 2


@witness("list-distinct-names")
def list_distinct_names(api):
    api.made()
    api.made()
    return len(api.apps()) == 1


@witness("list-cached-until-create")
def list_cached_until_create(api):
    made = api.made()
    assert api.apps() == [made]
    api.changes(made, display_name="New")
    is_seen = api.apps() == [made]
    api.made()
    assert api.apps()[0]["display_name"] == "New"
    return is_seen


@witness("list-projection-stale-default")
def list_projection_stale_default(api):
    made = api.made(retention_policy={"ttl_days": 7})
    assert api.get(made["id"]).json["retention_policy"]["ttl_days"] == 7
    return api.apps()[0]["retention_policy"]["ttl_days"] == 180


@witness("list-lags-one-update")
def list_lags_one_update(api):
    made = api.made()
    api.changes(made, display_name="New")
    assert api.apps()[0]["display_name"] == "New"
    api.changes(made, ["display_name"], display_name="Newer")
    return api.apps()[0]["display_name"] == "New"


@witness("default-policy-shared")
def default_policy_shared(api):
    one, other = api.made(), api.made()
    api.changes(one, retention_policy={"ttl_days": 9})
    return api.get(other["id"]).json["retention_policy"]["ttl_days"] == 9
