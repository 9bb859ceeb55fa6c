"""The Apps API inside a Python test: it answers, judges, and follows the test's wishes."""

import contextlib

import pytest
import requests

from apps_contract.payloads.valid import full_create
from apps_contract.run.responses_api import apps_api_mock

BASE = "https://us.conversation.api.sinch.com/v1/projects/p1/apps"
AUTH = ("key", "secret-of-the-key")


def test_it_keeps_state_on_the_real_host():
    with apps_api_mock("2026") as api:
        made = requests.post(BASE, json=full_create("2026", "in a test"), auth=AUTH, timeout=1).json()
        assert requests.get(f"{BASE}/{made['id']}", auth=AUTH, timeout=1).json() == made
        assert [app["id"] for app in api.apps("p1")] == [made["id"]]


def test_a_token_is_given_and_taken():
    with apps_api_mock():
        form = {"grant_type": "client_credentials"}
        token = requests.post("https://auth.sinch.com/oauth2/token", data=form, auth=AUTH, timeout=1).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        assert requests.get(BASE, headers=headers, timeout=1).json() == {"apps": []}


def test_a_request_that_breaks_a_must_fails_the_test():
    with (
        pytest.raises(AssertionError, match="CLI-REQ-2"),
        apps_api_mock(),
    ):
        requests.post(BASE, json={"display_name": 7}, auth=AUTH, timeout=1)


def test_a_swallowed_breach_fails_at_the_end():
    def careless():
        with contextlib.suppress(AssertionError):
            requests.get(BASE, timeout=1)

    with pytest.raises(AssertionError, match="CLI-REQ-4"), apps_api_mock():
        careless()


def test_the_test_chooses_what_happens():
    with apps_api_mock() as api:
        api.next(status=503, retry_after=1)
        refused = requests.get(BASE, auth=AUTH, timeout=1)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert requests.get(BASE, auth=AUTH, timeout=1).status_code == 200
        api.seed("p1", {"id": "a1", **full_create("2023", "seeded")})
        api.answers("unknown-members")
        assert requests.get(f"{BASE}/a1", auth=AUTH, timeout=1).json()["x_first"] == 7
