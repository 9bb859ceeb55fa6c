"""The proxy as a whole: conforming sides raise nothing, faults of either side are found, and it ends with a report."""

import signal
import socket
import ssl
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from apps_contract.clients.faults import requests as requests_faults
from apps_contract.clients.faults import variants
from apps_contract.clients.protocol import Configuration
from apps_contract.clients.reference.client import AppsClient
from apps_contract.clients.reference.errors import AppsError, HttpError
from apps_contract.http.authentication import basic_header
from apps_contract.http.failures import TransportError
from apps_contract.payloads.texts import TEXTS
from apps_contract.payloads.valid import full_create, full_update
from apps_contract.service.app import DEMO_KEYS
from apps_contract.service.dialects import DIALECTS, dialect
from apps_contract.service.embedded import EmbeddedServer
from apps_contract.service.faults import fault
from apps_contract.service.proxy.proxy import Proxy
from apps_contract.service.runner import listen

from .commands import outcomes, report, run, running
from .conftest import APP, JSON, RawServer, answer

KEY = DEMO_KEYS[0]
CERTIFICATE = Path(__file__).parents[1] / "http" / "loopback.pem"


def client(proxy, auth, edition):
    return AppsClient(Configuration(proxy.base_url, proxy.token_url, KEY, auth, edition, 20.0))


def a_life(proxy, edition):
    """Use every operation by both kinds of authentication, with what came back going back."""
    for auth in ("basic", "oauth2"):
        caller = client(proxy, auth, edition)
        made = caller.create(full_create(edition, "one"))
        caller.list()
        read = caller.get(made["id"])
        caller.update(made["id"], {**read, "display_name": "two"})
        caller.update(made["id"], full_update(edition, "three"), ["display_name"])
        caller.delete(made["id"])
        with pytest.raises(HttpError):
            caller.get(made["id"])


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("edition", ["2023", "2026"])
def test_a_conforming_client_and_server_raise_nothing(between, edition, name):
    with EmbeddedServer(edition=edition, dialect=dialect(name)) as server:
        proxy = between(server.base_url, edition)
        a_life(proxy.proxy, edition)
        ended = proxy.ended()
    assert [finding.breach for finding in ended.findings] == []
    told = {outcome.requirement.id: outcome.outcome for outcome in ended.outcomes}
    judged = [f"SRV-SHAPE-{number}" for number in range(1, 8)] + [f"CLI-REQ-{number}" for number in range(1, 7)]
    assert {told[name] for name in judged} == {"passed"}


@pytest.mark.parametrize(
    "name",
    [
        "list-bare-array",
        "get-labelled-text",
        "update-wrapped-in-app",
        "delete-answers-the-app",
        "create-201",
        "delete-204",
        "html-404",
        "code-as-text",
        "grpc-code",
        "sql-in-404",
        "entries-sorted",
        "create-masks-tokens",
        "default-ttl-30",
    ],
)
def test_a_servers_fault_is_found_in_passing(between, name):
    seeded = fault(name)
    with EmbeddedServer(edition="2023", fault=seeded) as server:
        proxy = between(server.base_url, "2023")
        caller = client(proxy.proxy, "basic", "2023")
        for call in (
            lambda: caller.create(full_create("2023", "one")),
            lambda: caller.create({"display_name": "small", "channel_credentials": []}),
            caller.list,
            lambda: caller.get(_first(server)),
            lambda: caller.update(_first(server), full_update("2023", "two")),
            lambda: caller.delete(_first(server)),
            lambda: caller.get("missing"),
        ):
            with suppress(Exception):
                call()
        assert seeded.requirement in proxy.broken()


SEEN_IN_PASSING = {
    "trailing-slash",
    "sends-read-only",
    "sends-id",
    "extra-member",
    "days-as-text",
    "null-secrets",
    "json-as-text",
    "latin-body",
    "body-everywhere",
    "body-on-delete",
    "get-unauthenticated",
    "delete-unauthenticated",
    "secret-in-url",
    "accepts-html",
    "accepts-no-json",
    "token-by-form",
    "token-by-json",
    "mask-repeated",
    "mask-of-2021",
}


@pytest.fixture(scope="module")
def modern():
    with EmbeddedServer(edition="2026") as running_server:
        yield running_server


def use(caller):
    """Use every operation, whatever goes wrong."""
    body = {**full_create("2026", "ünlike ☃"), "retention_policy": {"ttl_days": 7}}
    del body["channel_credentials"][0]["callback_secret"]
    app_id = ""
    with suppress(AppsError):
        app_id = caller.create(body)["id"]
    for call in (
        caller.list,
        lambda: caller.update(app_id, {**caller.get(app_id), "display_name": "two"}),
        lambda: caller.update(app_id, full_update("2026", "ünlike"), ["display_name", "retention_policy"]),
        lambda: caller.delete(app_id),
    ):
        with suppress(AppsError):
            call()
    caller.close()


@pytest.mark.parametrize("one", [*requests_faults.FAULTS, *variants.VARIANTS], ids=lambda one: one.name)
def test_a_faulty_client_is_blamed_for_its_fault_or_for_nothing(between, modern, one):
    proxy = between(modern.base_url, "2026")
    for auth in ("basic", "oauth2"):
        configuration = Configuration(proxy.proxy.base_url, proxy.proxy.token_url, KEY, auth, "2026", 5.0)
        use(one.client(configuration))
    broken = proxy.broken()
    assert set(broken) <= {one.requirement}
    assert bool(broken) or one.name not in SEEN_IN_PASSING


def _first(server):
    """The id of an app, asked for without the proxy."""
    apps = requests.get(
        f"{server.base_url}/v1/projects/{KEY.project_id}/apps", auth=(KEY.key_id, KEY.key_secret), timeout=9
    )
    found = apps.json()
    return (found if isinstance(found, list) else found["apps"])[0]["id"]


def test_every_text_survives(between):
    with EmbeddedServer(edition="2023") as server:
        proxy = between(server.base_url, "2023")
        caller = client(proxy.proxy, "basic", "2023")
        for text in [each.text for each in TEXTS if not each.may_be_refused]:
            assert caller.create({"display_name": text, "channel_credentials": []})["display_name"] == text
        assert proxy.broken() == []


def test_many_clients_raise_nothing(between):
    with EmbeddedServer(edition="2023") as server:
        proxy = between(server.base_url, "2023")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: a_life(proxy.proxy, "2023"), range(8)))
        assert proxy.broken() == []


CALL = """
import os, requests
answer = requests.{method}(os.environ["APPS_BASE_URL"] + "/v1/projects/demo-project/apps", timeout=9,
    auth=("demo-key", "demo-secret-5d0c9f61"), headers={{"Accept": "{accept}"}})
raise SystemExit({status})
"""


def program(method="get", accept="application/json", status=0):
    return ["--", sys.executable, "-c", CALL.format(method=method, accept=accept, status=status)]


@pytest.fixture(scope="module")
def server():
    with EmbeddedServer(edition="2023") as running_server:
        yield running_server


@pytest.mark.parametrize(
    ("options", "command", "code"),
    [
        ([], program(), 0),
        ([], program(method="put"), 1),
        ([], program(accept="text/html"), 0),
        (["--level", "should"], program(accept="text/html"), 1),
        (["--level", "should", "--requirement", "SRV"], program(accept="text/html"), 0),
        ([], program(status=7), 3),
        ([], program(method="put", status=7), 1),
        ([], ["--", sys.executable, "-c", "pass"], 3),
        ([], ["--", "/nowhere/at-all"], 2),
        (["--requirement", "SRV-NO"], program(), 2),
    ],
    ids=[
        "conforms",
        "violation",
        "warning",
        "should",
        "other side",
        "fails",
        "fails and breaks",
        "silent",
        "nowhere",
        "id",
    ],
)
def test_a_command_between_and_its_exit_code(server, tmp_path, options, command, code):
    ended = run("proxy", "--target", server.base_url, *options, *command, cwd=tmp_path)
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    if code != 2:
        assert report(tmp_path)["exit_code"] == code
        assert {"report.html", "junit.xml", "report.sarif", "exchanges.har"} <= {
            path.name for path in (tmp_path / "reports" / "latest").iterdir()
        }


def test_a_secret_in_the_commands_own_words_stays_out_of_the_report(server, tmp_path):
    assert run("proxy", "--target", server.base_url, *program(), KEY.key_secret, cwd=tmp_path).returncode == 0
    assert KEY.key_secret not in report(tmp_path)["target"]


def test_a_failing_command_is_told(server, tmp_path):
    ended = run("proxy", "--target", server.base_url, *program(status=7), cwd=tmp_path)
    assert "status 7" in ended.stdout
    assert "status 7" in report(tmp_path)["ended_early"]


def test_nobody_at_the_target_is_one_line(tmp_path):
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    ended = run("proxy", "--target", f"http://127.0.0.1:{port}", cwd=tmp_path)
    assert ended.returncode == 3
    assert len(ended.stderr.splitlines()) == 1
    assert "cannot connect" in ended.stderr


@pytest.mark.parametrize("target", ["ftp://x", "http://u:p@127.0.0.1", "nothing"])
def test_a_target_that_is_no_url_is_wrong_use(tmp_path, target):
    ended = run("proxy", "--target", target, cwd=tmp_path)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)


def test_a_port_of_ones_own_choice_is_taken_and_refused_when_in_use(server, tmp_path):
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    listener.close()
    with running("proxy", "--target", server.base_url, "--port", port, cwd=tmp_path) as (_, exported):
        assert exported["APPS_BASE_URL"] == f"http://127.0.0.1:{port}"
        ended = run("proxy", "--target", server.base_url, "--port", port, cwd=tmp_path)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "already in use" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_the_verdict(server, tmp_path, number):
    with running("proxy", "--target", server.base_url, cwd=tmp_path) as (process, exported):
        url = f"{exported['APPS_BASE_URL']}/v1/projects/demo-project/apps"
        auth = (KEY.key_id, KEY.key_secret)
        assert requests.get(url, auth=auth, headers={"Accept": "text/html"}, timeout=9).status_code == 200
        form = {"grant_type": "client_credentials"}
        token = requests.post(exported["APPS_TOKEN_URL"], auth=auth, data=form, timeout=9).json()["access_token"]
        assert requests.get(url, headers={"Authorization": f"Bearer {token}"}, params={"t": token}, timeout=9).ok
        process.send_signal(number)
        told, live = process.communicate(timeout=20)
    assert process.returncode == 1
    assert outcomes(tmp_path)["CLI-REQ-4"] == "failed"
    assert outcomes(tmp_path)["CLI-REQ-5"] == "warned"
    assert "CLI-REQ-5 SHOULD list does not accept JSON" in live
    files = b"".join(path.read_bytes() for path in (tmp_path / "reports" / "latest").iterdir())
    for secret in (token, KEY.key_secret, basic_header(KEY).split()[1]):
        assert secret not in told + live
        assert secret.encode() not in files


def test_a_target_behind_tls_is_trusted_by_the_systems_certificates(monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            with suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as connection:
                if connection.recv(65536):
                    connection.sendall(answer(APP, JSON))

    threading.Thread(target=serve, daemon=True).start()
    url = f"https://localhost:{listener.getsockname()[1]}"
    with pytest.raises(TransportError, match="certificate"), Proxy(url, print):
        pass
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with Proxy(url, print) as proxy:
        assert requests.get(f"{proxy.base_url}/v1/projects/p/apps/a1", timeout=9).content == APP


def test_what_passed_by_is_not_replayed(server, tmp_path):
    assert run("proxy", "--target", server.base_url, *program(method="put"), cwd=tmp_path).returncode == 1
    (finding,) = report(tmp_path)["findings"]
    assert finding["replay"].startswith("curl ")
    ended = run("replay", finding["id"], cwd=tmp_path)
    assert (ended.returncode, ended.stderr, len(ended.stdout.splitlines())) == (3, "", 1)
    assert f"passed by in traffic; let it pass again: {finding['replay']}" in ended.stdout


def test_credentials_of_apps_stay_out_of_the_report(tmp_path):
    body = b'{"id":"a1","display_name":7,"channel_credentials":[{"channel":"SMS","static_bearer":{}}]}'
    body = b'{"apps":[' + body.replace(b"{}", b'{"token":"a-real-token"}') + b"]}"
    raw = RawServer(answer(body, JSON))
    ended = run("proxy", "--target", raw.url, *program(), cwd=tmp_path)
    assert ended.returncode == 1
    assert b"a-real-token" not in b"".join(path.read_bytes() for path in (tmp_path / "reports" / "latest").iterdir())


def test_our_own_fault_does_not_touch_the_traffic():
    def broken(_):
        raise RuntimeError("ours")

    raw = RawServer(answer(APP, JSON))
    with Proxy(raw.url, broken) as proxy:
        assert requests.get(f"{proxy.base_url}/v1/projects/p/apps/a1", timeout=9).content == APP
    assert str(proxy.error) == "ours"
