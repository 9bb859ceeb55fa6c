import base64

import pytest

from apps_contract.contract import is_valid
from apps_contract.http.authentication import KeyPair, TokenSource, basic_header
from apps_contract.service.app import DEMO_KEYS

KEY, OTHER = DEMO_KEYS


def basic(text):
    return "Basic " + base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def every_operation(api, app_id):
    body = api.body()
    return api.list(), api.create(body), api.get(app_id), api.update(app_id, body), api.delete(app_id)


WRONG = [
    None,
    "",
    "Basic",
    "Basic ",
    "Basic !!!",
    "Bearer",
    "Bearer ",
    "Bearer x",
    "Digest x",
    basic_header(KEY).removeprefix("Basic "),
    basic_header(KEY) + "=",
    basic_header(KEY)[:-4],
    basic(KEY.key_id),
    basic(f"{KEY.key_id}:"),
    basic(f":{KEY.key_secret}"),
    basic(f"{KEY.key_id}:{KEY.key_secret} "),
    basic(f"{KEY.key_id.upper()}:{KEY.key_secret}"),
    basic(f"{KEY.key_id}:{KEY.key_secret[:-1]}"),
    basic(f"{KEY.key_id}:{OTHER.key_secret}"),
    basic(f"{KEY.key_secret}:{KEY.key_id}"),
    basic(b"\xff\xfe:\xff"),
    basic("\0:\0"),
    basic_header(KEY) + ", " + basic_header(KEY),
    "Bearer " + base64.b64encode(f"{KEY.key_id}:{KEY.key_secret}".encode()).decode(),
    "\xff\xfe",
]


@pytest.mark.parametrize("authorization", WRONG, ids=repr)
def test_wrong_credentials_are_refused_on_every_operation(api2023, authorization):
    made = api2023.made()
    for response in every_operation(api2023.authorized(authorization), made["id"]):
        assert response.status == 401
        assert is_valid(response.json, "error", "2023")
        assert response.header("www-authenticate")
    assert api2023.apps() == [made]


def test_two_authorization_headers_are_refused(api2023):
    headers = [("Authorization", basic_header(KEY)), ("Authorization", basic_header(KEY))]
    assert api2023.list(headers).status == 401


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "bAsIc"])
def test_the_scheme_is_read_in_any_case(api2023, scheme):
    assert api2023.authorized(basic_header(KEY).replace("Basic", scheme)).list().status == 200


def test_a_secret_may_hold_colons_and_any_character(serve):
    key = KeyPair("p/ö", "k", "a:b:ü\U0001f600")
    api = serve(keys=[key])
    api.authorization, api.project_id = basic_header(key), key.project_id
    assert api.made()["id"]


def test_a_key_of_another_project_is_refused_on_every_operation(api2023):
    theirs = api2023.other().made()
    for app_id in (theirs["id"], "no-such-app"):
        answers = every_operation(api2023.on_project(OTHER.project_id), app_id)
        assert [response.status for response in answers] == [403] * 5
        assert len({response.body for response in answers}) == 1
    assert [response.status for response in every_operation(api2023.on_project("no-such-project"), "x")] == [403] * 5
    assert api2023.other().apps() == [theirs]


def test_an_app_of_another_project_is_not_found_in_ones_own(api2023):
    theirs = api2023.other().made()
    answers = every_operation(api2023, theirs["id"])
    assert [response.status for response in answers[2:]] == [404] * 3
    assert api2023.other().apps() == [theirs]


def test_authentication_comes_before_the_body(api2023):
    nobody = api2023.authorized(None)
    assert nobody.create(b"{").status == 401
    assert nobody.create(b"x" * (2 << 20)).status == 401
    assert nobody.update("x", b"{", mask=["nope"]).status == 401
    assert nobody.create(b"{}", [("Content-Type", "text/plain")]).status == 401


def test_both_schemes_give_the_same_access(api2023):
    token = TokenSource(api2023.transport, "/oauth2/token", KEY).bearer_header()
    made = api2023.made()
    bearer = api2023.authorized(token)
    assert bearer.get(made["id"]).json == made
    assert bearer.on_project(OTHER.project_id).list().status == 403
    assert [response.status for response in every_operation(bearer, made["id"])] == [200] * 5


def token_call(api, form=b"grant_type=client_credentials", **options):
    media_type = options.get("media_type", "application/x-www-form-urlencoded")
    return api.send(options.get("method", "POST"), "/oauth2/token", form, [("Content-Type", media_type)])


def test_a_token_answer_has_the_members_of_the_contract(api2023):
    response = token_call(api2023)
    assert response.status == 200
    assert is_valid(response.json, "token", "2023")
    assert response.json["expires_in"] == 3600
    assert response.header("cache-control") == "no-store"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (b"", "invalid_request"),
        (b"grant_type=", "unsupported_grant_type"),
        (b"grant_type=password", "unsupported_grant_type"),
        (b"grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        (b"\xff\x00=&&", "invalid_request"),
    ],
)
def test_a_wrong_grant_is_refused_as_oauth_says(api2023, form, error):
    response = token_call(api2023, form)
    assert (response.status, response.json["error"]) == (400, error)


def test_a_token_needs_the_key_by_basic_and_a_form_by_post(api2023):
    response = token_call(api2023.authorized(basic(f"{KEY.key_id}:wrong")))
    assert (response.status, response.json["error"]) == (401, "invalid_client")
    assert response.header("www-authenticate").startswith("Basic")
    assert token_call(api2023.authorized(None)).status == 401
    assert token_call(api2023, media_type="application/json").status == 400
    assert token_call(api2023, method="GET").status == 405


def test_a_token_expires(serve):
    now = [0.0]
    api = serve(token_lifetime_s=60, clock=lambda: now[0])
    bearer = api.authorized("Bearer " + token_call(api).json["access_token"])
    now[0] = 59.9
    assert bearer.list().status == 200
    now[0] = 60.0
    response = bearer.list()
    assert response.status == 401
    assert 'error="invalid_token"' in response.header("www-authenticate")
    assert api.authorized("Bearer " + token_call(api).json["access_token"]).list().status == 200


def test_tokens_are_opaque_and_never_the_same(api2023):
    tokens = {token_call(api2023).json["access_token"] for _ in range(20)}
    assert len(tokens) == 20
    assert not any(part in token for token in tokens for part in (KEY.key_id, KEY.key_secret, KEY.project_id))
