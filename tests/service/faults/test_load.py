import pytest

from apps_contract.service.faults.load import LOAD

WITNESSES = {}


def witness(*names):
    def register(function):
        WITNESSES.update(dict.fromkeys(names, function))
        return function

    return register


def test_each_fault_has_a_witness(complete):
    complete(LOAD, WITNESSES)


@pytest.mark.parametrize("name", [fault.name for fault in LOAD.faults])
def test_only_the_faulty_server_shows_it(show, name):
    show(name, WITNESSES[name])


BURST = 6


@witness("creates-overwrite-each-other")
def creates_overwrite_each_other(api):
    api.made()
    api.made()
    assert len(api.apps()) == 2
    api.together(*[api.made] * BURST)
    return len(api.apps()) < 2 + BURST


@witness("busy-create-doubled")
def busy_create_doubled(api):
    api.made()
    assert len(api.apps()) == 1
    api.together(*[api.made] * BURST)
    return len(api.apps()) > 1 + BURST


@witness("pool-of-two-creates")
def pool_of_two_creates(api):
    answers = api.together(*[lambda: api.create(api.body())] * BURST)
    return {answer.status for answer in answers} == {200, 503}


@witness("concurrent-creates-share-answer")
def concurrent_creates_share_answer(api):
    assert api.made()["id"] != api.made()["id"]
    made = api.together(*[api.made] * BURST)
    return len({app["id"] for app in made}) < BURST == len(api.apps()) - 2


@witness("concurrent-creates-unlisted")
def concurrent_creates_unlisted(api):
    made = api.together(*[api.made] * BURST)
    assert all(api.get(app["id"]).status == 200 for app in made)
    return len(api.apps()) < BURST


def state_after_burst(api, *bodies):
    """What an app holds after these updates at the same time; each of them alone works as it should."""
    made = api.made(channel_credentials=[api.entry("SMS")], retention_policy={"ttl_days": 9})
    for body in bodies[:2]:
        changed = api.changes(made, **body)
        assert all(changed[name] == value for name, value in expected(changed, body).items())
    api.changes(made, channel_credentials=[api.entry("SMS")], retention_policy={"ttl_days": 9})
    api.together(*[lambda body=body: api.changes(made, **body) for body in bodies])
    return api.get(made["id"]).json


def expected(answered, body):
    """The members of an update, with what the server adds to entries."""
    entries = zip(answered["channel_credentials"], body["channel_credentials"], strict=False)
    return {**body, "channel_credentials": [{**shown, **sent} for shown, sent in entries]}


def update_number(api, number):
    entries = [api.entry("SMS", callback_secret=f"{number}"), api.entry("RCS", callback_secret=f"{number}")]
    types = ("MESSAGE_EXPIRE_POLICY", "CONVERSATION_EXPIRE_POLICY", "PERSIST_RETENTION_POLICY")
    policy = {"retention_type": types[number % 3], "ttl_days": 10 + number}
    return {"channel_credentials": entries, "retention_policy": policy}


def secrets(app):
    return {entry.get("callback_secret") for entry in app["channel_credentials"]}


@witness("channels-written-one-by-one")
def channels_written_one_by_one(api):
    state = state_after_burst(api, *[update_number(api, number) for number in range(BURST)])
    return len(secrets(state)) == 2


@witness("policy-written-by-column")
def policy_written_by_column(api):
    bodies = [update_number(api, number) for number in range(BURST)]
    return state_after_burst(api, *bodies)["retention_policy"] not in [body["retention_policy"] for body in bodies]


@witness("concurrent-channels-united")
def concurrent_channels_united(api):
    state = state_after_burst(api, *[update_number(api, number) for number in range(BURST)])
    return len(state["channel_credentials"]) > 2


@witness("concurrent-updates-rolled-back")
def concurrent_updates_rolled_back(api):
    state = state_after_burst(api, *[update_number(api, number) for number in range(BURST)])
    return state["retention_policy"]["ttl_days"] == 9
