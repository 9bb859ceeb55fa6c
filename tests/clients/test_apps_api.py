"""The Apps API inside a Python test, for ``requests`` and ``httpx``: it answers, judges, and follows wishes."""

import asyncio
import contextlib
import io
import json
import subprocess
import sys

import httpx
import pytest
import requests

from apps_contract import apps_api_mock
from apps_contract.payloads.valid import full_create
from apps_contract.service.judge.variants import UnknownVariantError

HOST = "https://us.conversation.api.sinch.com"
BASE = f"{HOST}/v1/projects/p1/apps"
AUTH = ("key", "secret-of-the-key")
JSON = {"Content-Type": "application/json"}


def by_requests(method, url, **options):
    return requests.request(method, url, timeout=1, **options)


def by_httpx(method, url, **options):
    with httpx.Client() as client:
        return client.request(method, url, **options)


def by_async_httpx(method, url, **options):
    async def call():
        async with httpx.AsyncClient() as client:
            return await client.request(method, url, **options)

    return asyncio.run(call())


@pytest.fixture(params=[by_requests, by_httpx, by_async_httpx])
def call(request):
    return request.param


def test_it_keeps_state_on_the_real_host(call):
    with apps_api_mock("2026") as api:
        made = call("POST", BASE, json=full_create("2026", "in a test"), auth=AUTH).json()
        assert call("GET", f"{BASE}/{made['id']}", auth=AUTH).json() == made
        assert [app["id"] for app in api.apps("p1")] == [made["id"]]


def test_a_token_is_given_and_taken(call):
    with apps_api_mock():
        form = {"grant_type": "client_credentials"}
        token = call("POST", "https://auth.sinch.com/oauth2/token", data=form, auth=AUTH).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        assert call("GET", BASE, headers=headers).json() == {"apps": []}


def test_a_request_that_breaks_a_must_fails_the_test(call):
    with (
        pytest.raises(AssertionError, match=r"POST /v1/projects/p1/apps\n\nRule broken:\n - CLI-REQ-2"),
        apps_api_mock(),
    ):
        call("POST", BASE, json={"display_name": 7}, auth=AUTH)


def test_a_swallowed_breach_fails_at_the_end(call):
    def careless():
        with contextlib.suppress(AssertionError):
            call("GET", BASE)

    with pytest.raises(AssertionError, match="CLI-REQ-4"), apps_api_mock():
        careless()


def test_a_swallowed_breach_is_told_beside_what_came_of_it():
    def careless():
        with contextlib.suppress(AssertionError):
            by_requests("GET", BASE)
        raise LookupError("no apps")

    with pytest.raises(LookupError) as caught, apps_api_mock():
        careless()
    assert "CLI-REQ-4" in caught.value.__notes__[0]


def test_a_short_secret_is_not_found_in_a_path_by_chance(call):
    with apps_api_mock():
        assert call("GET", BASE, auth=("k", "apps")).status_code == 200


def test_an_id_is_seen_as_the_client_encoded_it(call):
    with apps_api_mock() as api:
        api.seed("p1", {"id": "a/b c", **full_create("2023", "odd")})
        assert call("GET", f"{BASE}/a%2Fb%20c", auth=AUTH).json()["id"] == "a/b c"
        assert api.records[-1].exchange.request.target == "/v1/projects/p1/apps/a%2Fb%20c"


def test_wishes_queue_up_and_each_waits_for_its_operation(call):
    with apps_api_mock() as api:
        api.next(status=503, retry_after=1)
        api.next(status=429, operation="create")
        api.next(status=500, message="later", envelope="wrapped")
        first, second, third = (call("GET", BASE, auth=AUTH) for _ in range(3))
        assert (first.status_code, first.headers["Retry-After"]) == (503, "1")
        assert second.json()["error"]["message"] == "later"
        assert third.status_code == 200
        assert call("POST", BASE, json=full_create("2023", "one"), auth=AUTH).status_code == 429


def test_a_variant_stands_beside_what_comes_next(call):
    with apps_api_mock() as api:
        api.seed("p1", {"id": "a1", **full_create("2023", "seeded")})
        api.answers("unknown-members", "get")
        api.answers("null-apps", "list")
        api.next(status=500)
        assert call("GET", f"{BASE}/a1", auth=AUTH).status_code == 500
        assert call("GET", f"{BASE}/a1", auth=AUTH).json()["x_first"] == 7
        assert call("GET", BASE, auth=AUTH).json() == {"apps": None}


def test_an_unknown_variant_is_told_where_it_is_asked_for():
    with apps_api_mock() as api, pytest.raises(UnknownVariantError, match="null-objects"):
        api.answers("null-object")


@pytest.mark.parametrize("made", [io.BytesIO, lambda raw: iter([raw[:5], raw[5:]]), lambda raw: raw.decode()])
def test_a_body_of_requests_may_be_a_stream(made):
    raw = json.dumps(full_create("2023", "streamed")).encode()
    with apps_api_mock() as api:
        assert by_requests("POST", BASE, data=made(raw), headers=JSON, auth=AUTH).status_code == 200
        assert api.records[-1].exchange.request.body == raw


def test_a_body_of_httpx_may_be_a_stream():
    raw = json.dumps(full_create("2023", "streamed")).encode()

    async def pieces():
        yield raw[:5]
        yield raw[5:]

    with apps_api_mock() as api:
        assert by_httpx("POST", BASE, content=iter([raw[:5], raw[5:]]), headers=JSON, auth=AUTH).status_code == 200
        assert by_async_httpx("POST", BASE, content=pieces(), headers=JSON, auth=AUTH).status_code == 200
        assert [seen.exchange.request.body for seen in api.records] == [raw, raw]


@pytest.mark.parametrize("error", [(by_requests, requests.ConnectionError), (by_httpx, httpx.ConnectError)])
def test_another_place_is_refused(error):
    call, kind = error
    with apps_api_mock(), pytest.raises(kind, match="Connection refused by"):
        call("GET", "https://example.invalid/other")


def test_what_is_let_through_meets_the_network(call):
    with apps_api_mock() as api:
        api.pass_through("http://127.0.0.1:9/")
        with pytest.raises((requests.ConnectionError, httpx.ConnectError)) as caught:
            call("GET", "http://127.0.0.1:9/other")
    assert "refused by apps_api" not in str(caught.value)
    assert "refused by Responses" not in str(caught.value)


def test_afterwards_httpx_is_as_it_was():
    before = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request
    with apps_api_mock():
        assert httpx.HTTPTransport.handle_request is not before[0]
    assert (httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request) == before


OF_A_USER = """
import requests

APPS = "https://us.conversation.api.sinch.com/v1/projects/p/apps"

def test_swallows(apps_api):
    try:
        requests.get(APPS, timeout=1)
    except AssertionError:
        pass

def test_keeps_the_contract(apps_api):
    assert requests.get(APPS, auth=("k", "s"), timeout=1).json() == {"apps": []}
"""


def test_the_fixture_fails_the_test_itself(tmp_path):
    (tmp_path / "test_user.py").write_text(OF_A_USER)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    ran = subprocess.run(  # noqa: S603 -- pytest itself
        command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False
    )
    assert "1 failed, 1 passed" in ran.stdout
    assert "AssertionError: Request breaks the contract of the Apps endpoints." in ran.stdout
