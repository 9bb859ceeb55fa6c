"""A program that uses the vendor's Python SDK, tested against the contract in this process: no network, no server.

Install: pip install apps-contract 'sinch>=2,<3'
Run:     pytest test_with_the_vendors_sdk.py
"""

import pytest

sinch = pytest.importorskip("sinch", reason="the vendor's SDK is not installed: pip install 'sinch>=2,<3'")

PROJECT = "my-project"
SMS = {"claimed_identity": "my-sender", "token": "my-token"}


@pytest.fixture
def apps():
    """Return the SDK's methods for apps, as a program would make them."""
    client = sinch.SinchClient(
        project_id=PROJECT, key_id="my-key", key_secret="my-key-secret", conversation_region="us"
    )
    return client.conversation.apps


def test_an_app_lives_and_ends(apps_api, apps):
    made = apps.create(display_name="my app", channel_credentials={"SMS": SMS})
    assert apps.get(app_id=made.id).display_name == "my app"
    apps.update(app_id=made.id, display_name="renamed")
    assert [app["display_name"] for app in apps_api.apps(PROJECT)] == ["renamed"]
    apps.delete(app_id=made.id)
    assert apps_api.apps(PROJECT) == []


def test_a_rate_limit_is_waited_for(apps_api, apps):
    apps_api.next(status=429, operation="list")
    assert list(apps.list().iterator()) == []
    assert [seen.exchange.status for seen in apps_api.records if seen.operation == "list"] == [429, 200]


def test_members_that_nobody_knows_are_read(apps_api, apps):
    apps_api.seed(PROJECT, {"id": "a1", "display_name": "x", "channel_credentials": []})
    apps_api.answers("unknown-members")
    assert apps.get(app_id="a1").display_name == "x"


def test_an_id_that_is_no_segment_is_found_out(apps_api, apps):
    # The SDK puts ids into the path as they are: whoever takes ids from elsewhere has to look at them first.
    with pytest.raises(AssertionError, match="CLI-REQ-1"):
        apps.get(app_id="a/b")
    apps_api.breaches.clear()  # told and understood: the test passes
