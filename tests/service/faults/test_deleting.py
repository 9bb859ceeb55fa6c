import pytest

from apps_contract.service.faults.deleting import DELETING

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(DELETING, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in DELETING.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


def deleted(api, **members):
    made = api.made(**members)
    assert api.delete(made["id"]).status == 200
    return made


@witness("deleted-app-still-got")
def deleted_app_still_got(api):
    return api.get(deleted(api)["id"]).status == 200


@witness("deleted-app-still-listed")
def deleted_app_still_listed(api):
    return deleted(api) in api.apps()


@witness("second-delete-200")
def second_delete_200(api):
    assert api.delete("no-such-app").status == 404
    return api.delete(deleted(api)["id"]).status == 200


@witness("update-revives")
def update_revives(api):
    made = deleted(api)
    return api.update(made["id"], {"display_name": "New"}).status == 200 and api.get(made["id"]).status == 200


@witness("deleted-app-410")
def deleted_app_410(api):
    assert api.get("no-such-app").status == 404
    return api.get(deleted(api)["id"]).status == 410


@witness("delete-of-got-app-cached")
def delete_of_got_app_cached(api):
    assert api.get(deleted(api)["id"]).status == 404
    made = api.made()
    api.get(made["id"])
    api.delete(made["id"])
    return api.get(made["id"]).status == 200


@witness("delete-takes-apps-with-same-token")
def delete_takes_apps_with_same_token(api):
    other = api.made(channel_credentials=[api.entry("SMS")])
    same = api.made()
    deleted(api)
    assert other in api.apps()
    return api.get(same["id"]).status == 404


@witness("delete-takes-oldest-of-same-name")
def delete_takes_oldest_of_same_name(api):
    oldest, meant = api.made(), api.made()
    api.delete(meant["id"])
    return [api.get(app["id"]).status for app in (oldest, meant)] == [404, 200]


@witness("unknown-get-null")
def unknown_get_null(api):
    response = api.get("no-such-app")
    return (response.status, response.body) == (200, b"null")


@witness("unknown-delete-200")
def unknown_delete_200(api):
    return api.delete("no-such-app").status == 200


@witness("unknown-update-creates")
def unknown_update_creates(api):
    assert api.get("no-such-app").status == 404
    return api.update("no-such-app", {"display_name": "New"}).status == 200 and len(api.apps()) == 1


@witness("malformed-id-400")
def malformed_id_400(api):
    assert api.get(deleted(api)["id"]).status == 404
    return api.get("no-such-app").status == 400


@witness("get-blind-to-project")
def get_blind_to_project(api):
    theirs = api.other().made()
    return api.get(theirs["id"]).status == 200


@witness("delete-blind-to-project")
def delete_blind_to_project(api):
    theirs = api.other().made()
    return api.delete(theirs["id"]).status == 200 and api.other().apps() == []


@witness("unknown-update-500")
def unknown_update_500(api):
    assert api.get("no-such-app").status == 404
    return api.update("no-such-app", {"display_name": "New"}).status == 500


@witness("create-takes-id")
def create_takes_id(api):
    return api.made(id="mine")["id"] == "mine"


@witness("create-takes-rate-limits")
def create_takes_rate_limits(api):
    made = api.made(rate_limits={"inbound": 1000})
    return made["rate_limits"] == {"inbound": 1000, "outbound": 25, "webhooks": 25}


@witness("update-takes-queue-stats")
def update_takes_queue_stats(api):
    made = api.made(queue_stats={"outbound_limit": 1})
    assert made["queue_stats"]["outbound_limit"] == 500_000
    return api.changes(made, queue_stats={"outbound_limit": 1})["queue_stats"]["outbound_limit"] == 1


@witness("credential-state-taken")
def credential_state_taken(api):
    made = api.made(channel_credentials=[api.entry("SMS", state={"status": "ACTIVE"})])
    return made["channel_credentials"][0].get("state") == {"status": "ACTIVE"}


@witness("update-takes-id")
def update_takes_id(api):
    made = api.made(id="mine")
    assert made["id"] != "mine"
    return api.changes(made, id="mine")["id"] == "mine" and api.get(made["id"]).status == 404


@witness("id-trimmed")
def id_trimmed(api):
    return api.get(api.made()["id"] + "%20").status == 200


@witness("id-as-pattern")
def id_as_pattern(api):
    made = api.made()
    return api.get("%25").status == 200 and api.get(made["id"]).json == made


@witness("credential-status-taken")
def credential_status_taken(api):
    sent = {**api.entry("SMS"), "state": {"status": "FAILING", "description": "mine"}}
    made = api.made(channel_credentials=[sent])
    return made["channel_credentials"][0].get("state") == {"status": "FAILING", "description": "as it should be"}
