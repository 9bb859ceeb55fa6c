"""Whatever is sent, there is an answer of the contract's form, and never a 5xx (SRV-INPUT-8)."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps_contract.contract import is_valid
from apps_contract.http.transport import AsgiTransport
from apps_contract.service.app import create_app

ANY = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["display_name", "channel_credentials", "channel", "static_token", "token", "retention_policy", "ttl_days", "id"]
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["Accept", "Content-Type", "Content-Encoding", "Authorization", "Host", "X", "Cookie"]),
        st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"])),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def transport():
    transport = AsgiTransport(create_app("2026"))
    yield transport
    transport.close()


@pytest.fixture
def endless(transport, serve):
    """An Api on one server for all examples."""
    api = serve("2026")
    api.transport = transport
    return api


def conforms(response):
    assert response.status < 500
    if response.status >= 400 and response.body:
        assert is_valid(response.json, "error", "2026") or "error_description" in response.json


@ANY
@given(body=st.binary(max_size=200))
def test_any_bytes(endless, body):
    conforms(endless.create(body))


@ANY
@given(body=VALUES | st.dictionaries(NAMES, VALUES | st.lists(st.dictionaries(NAMES, VALUES))))
def test_any_json(endless, body):
    text = json.dumps(body).encode()
    made = endless.create(text)
    conforms(made)
    if made.status == 200:
        assert is_valid(made.json, "app", "2026")
        assert endless.get(made.json["id"]).json == made.json
        conforms(endless.update(made.json["id"], text))
        endless.delete(made.json["id"])


@ANY
@given(
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "get", "X"]),
    path=st.sampled_from(["/", "/v1/projects/", "/v1/projects/demo-project/apps", "/oauth2/token"]),
    rest=st.text(st.characters(min_codepoint=33, max_codepoint=126)),
    headers=HEADERS,
)
def test_any_path_query_and_header(endless, method, path, rest, headers):
    conforms(endless.send(method, path + rest, b"{}", headers))


@ANY
@given(mask=st.text(st.characters(min_codepoint=33, max_codepoint=126)))
def test_any_mask(endless, mask):
    made = endless.made()
    response = endless.update(made["id"], {"display_name": "New"}, [mask.replace("#", "")])
    conforms(response)
    assert endless.delete(made["id"]).status == 200
