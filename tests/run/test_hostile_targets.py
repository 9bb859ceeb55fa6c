"""A target may do what it likes: each is told in one clear line or as a finding, and none hangs or fools a run."""

from __future__ import annotations

import gzip
import threading
import time

import pytest

from apps_contract.run import wire
from apps_contract.run.errors import CannotTestError
from apps_contract.run.outcomes import ExitCode
from apps_contract.service.embedded import EmbeddedServer

from .conftest import OWN, Wrapped, answer, broken, outcomes

UPDATE_AND_SHAPE = ["server/test_update.py", "server/test_shape.py"]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """Ask a silent target again at once."""
    monkeypatch.setattr(wire, "_PROBE_PAUSES", (0.0, 0.0))


def why_not(check, url, **settings):
    """The one line that says why a target cannot be tested."""
    with pytest.raises(CannotTestError) as error:
        check(url, "SRV-SHAPE-1", **{"timeout": 20.0, **settings})
    line = str(error.value)
    assert "\n" not in line
    return line


def reads(talk):
    """Let a raw server read a request before it talks."""

    def serve(connection):
        connection.recv(65536)
        talk(connection)

    return serve


# -- not testable at all: one line, exit 3 -----------------------------------------------------------------------------


def test_a_closed_port(check):
    assert why_not(check, "http://127.0.0.1:9").startswith("cannot reach http://127.0.0.1:9: ")


def test_a_name_that_does_not_exist(check):
    assert why_not(check, "http://no-such-host.invalid").startswith("cannot reach http://no-such-host.invalid: ")


def test_a_socket_that_says_nothing(check, say):
    url = say(lambda connection: connection.recv(65536) and connection.recv(1))
    assert "does not answer within 0.5 s" in why_not(check, url, timeout=0.5)


def test_an_ssh_server(check, say):
    url = say(reads(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")))
    assert "does not speak HTTP as expected" in why_not(check, url)


def test_garbage(check, say):
    url = say(reads(lambda connection: connection.sendall(bytes(range(256)) * 40)))
    assert "does not speak HTTP as expected" in why_not(check, url)


def test_broken_headers(check, say):
    url = say(reads(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n: nameless\r\n\x00bad\r\n\r\n{}")))
    assert "does not speak HTTP as expected" in why_not(check, url)


def test_endless_headers(check, say):
    def talk(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            connection.sendall(b"X-%d: y\r\n" % number)

    assert "does not speak HTTP as expected" in why_not(check, say(reads(talk)))


def test_an_endless_body(check, say):
    def talk(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")
        while True:
            connection.sendall(b" " * 65536)

    assert "does not speak HTTP as expected" in why_not(check, say(reads(talk)))


def test_a_drip(check, say):
    def talk(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        gone = threading.Event()
        while not gone.wait(0.02):
            connection.sendall(b" ")

    assert "does not answer within 0.5 s" in why_not(check, say(reads(talk)), timeout=0.5)


def test_a_gzip_bomb(check, serve):
    bomb = gzip.compress(b" " * (64 << 20))
    url = serve(answer(200, bomb, ("content-encoding", "gzip")))
    assert "does not speak HTTP as expected" in why_not(check, url)


def test_a_redirect_elsewhere(check, serve):
    url = serve(answer(302, b"", ("location", "https://login.example/")))
    assert "redirects to https://login.example/" in why_not(check, url)


def test_a_web_site(check, serve):
    url = serve(answer(200, b"<!doctype html><title>Shop</title>", media_type="text/html"))
    assert "is no Apps API" in why_not(check, url)


def test_404_to_everything(check, serve):
    assert "is no Apps API" in why_not(check, serve(answer(404, {"error": "not found"})))


def test_wrong_credentials(check, serve):
    line = why_not(check, serve(), key=type(OWN)(OWN.project_id, OWN.key_id, "a-wrong-secret-77"))
    assert "refuses the credentials of project 'demo-project' with 401" in line
    assert "a-wrong-secret-77" not in line


def test_wrong_project(check, serve):
    line = why_not(check, serve(), key=type(OWN)("somebody-elses", OWN.key_id, OWN.key_secret))
    assert "refuses the credentials of project 'somebody-elses' with 403" in line


def test_no_token(check, serve):
    url = serve()
    line = why_not(check, url, token_url=f"{url}/no-such-endpoint")
    assert line.startswith(f"no token from {url}/no-such-endpoint: ")


def test_the_command_ends_with_one_line_and_exit_3(command, keys, tmp_path):
    code, out, err = command("check", "http://127.0.0.1:9", *keys, "--report-dir", tmp_path)
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert err.startswith("apps-contract: cannot reach ")


# -- hostile in the middle: findings, and the rest goes on -------------------------------------------------------------


def test_a_target_that_dies_keeps_its_findings_and_the_rest_is_not_tested(check):
    server, masked = None, []

    def before(scope):
        if b"update_mask" in scope["query_string"]:
            masked.append(scope)
            time.sleep(0.05)  # the server looks ten times a second whether it is to end: most are still to come then
        if len(masked) == 1:
            threading.Thread(target=server.stop).start()
        return answer(204) if scope["method"] == "DELETE" else None

    app = Wrapped(before)
    server = EmbeddedServer(app)
    with server:
        ended = check(server.base_url, "SRV-STATE-9", "SRV-STATE-7")
    assert ended.exit_code is ExitCode.COULD_NOT_TEST
    assert ended.ended_early.startswith("the target stopped answering")
    assert broken(ended) == {("SRV-STATE-9", "MUST")}
    assert outcomes(ended)["SRV-STATE-7"] == "not_tested"
    assert ended.left_overs


def test_a_target_that_hangs_for_one_kind_of_request(check, serve):
    async def hang(_scope, receive, _send):
        while (await receive())["type"] != "http.disconnect":
            pass

    app = Wrapped(lambda scope: hang if scope["method"] == "PATCH" else None)
    ended = check(serve(app), "SRV-STATE-6", "SRV-STATE-4", "SRV-INPUT-8", tests=UPDATE_AND_SHAPE, timeout=1.5)
    assert broken(ended) == {("SRV-INPUT-8", "MUST")}
    assert outcomes(ended)["SRV-STATE-6"] == "not_tested"
    assert not ended.ended_early
    assert 8 <= sum(method == "PATCH" for method, _ in app.seen) < 30, "it was given up before every test was tried"


@pytest.mark.parametrize("body", [b"<html>", b"{", b"\xff\xfe", b"[]", b"null", b'"text"', b"NaN", b"[" * 100_000])
def test_nonsense_in_place_of_an_app(check, serve, body):
    app = Wrapped(lambda scope: answer(200, body) if scope["method"] == "POST" else None)
    ended = check(serve(app), "SRV-SHAPE-1", "SRV-STATE-1", "SRV-STATE-4")
    assert ("SRV-SHAPE-1", "MUST") in broken(ended)
    assert outcomes(ended)["SRV-STATE-4"] == "not_tested"
    assert ended.exit_code is ExitCode.VIOLATION


def test_a_gzip_bomb_in_place_of_one_answer(check, serve):
    bomb = gzip.compress(b" " * (64 << 20))
    app = Wrapped(lambda scope: answer(200, bomb, ("content-encoding", "gzip")) if scope["method"] == "PATCH" else None)
    ended = check(serve(app), "SRV-INPUT-8", tests=["server/test_shape.py"])
    assert broken(ended) == {("SRV-INPUT-8", "MUST")}


def test_500_to_every_create_is_told_once_and_nothing_else_is_claimed(check, serve):
    error = answer(500, {"code": 500, "message": "no", "status": "INTERNAL"})
    app = Wrapped(lambda scope: error if scope["method"] == "POST" else None)
    dependent = [f"SRV-STATE-{number}" for number in range(1, 11)]
    ended = check(serve(app), *dependent, "SRV-INPUT-2", "SRV-INPUT-8", "SRV-AUTH-2")
    assert broken(ended) == {("SRV-INPUT-8", "MUST")}
    assert {outcomes(ended)[name] for name in [*dependent, "SRV-INPUT-2", "SRV-AUTH-2"]} == {"not_tested"}


def test_html_errors_of_a_gateway_are_findings(check, serve):
    page = answer(404, b"<html>nginx</html>", media_type="text/html")
    app = Wrapped(lambda scope: page if scope["method"] == "GET" and scope["path"].count("/") > 4 else None)
    ended = check(serve(app), "SRV-SHAPE-3", "SRV-STATE-4")
    assert broken(ended) == {("SRV-SHAPE-3", "MUST"), ("SRV-STATE-4", "MUST")}  # what create answered is not there


# -- 429 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [[("retry-after", "0")], []])
def test_429_is_waited_out_and_reported(check, serve, monkeypatch, headers):
    monkeypatch.setattr("apps_contract.run.pace._FIRST_PAUSE", 0.01)
    monkeypatch.setattr("apps_contract.run.pace._SLOWEST_RATE", 500.0)
    turns = iter(range(10_000))
    limited = answer(429, {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED"}, *headers)
    app = Wrapped(lambda _scope: limited if next(turns) % 4 == 3 else None)
    ended = check(serve(app), "SRV-STATE-4", "SRV-LOAD-3", tests=["server/test_read.py", "server/test_load.py"])
    assert ended.exit_code is ExitCode.CONFORMS
    assert outcomes(ended) == {"SRV-STATE-4": "passed", "SRV-LOAD-3": "passed"}
    assert ended.pace.limited > 3
    assert ended.pace.with_retry_after == (ended.pace.limited if headers else 0)
    note = next(outcome.reason for outcome in ended.outcomes if outcome.requirement.id == "SRV-LOAD-3")
    assert note.startswith("429 came ")


def test_429_for_ever_ends_the_run(check, serve, monkeypatch):
    monkeypatch.setattr("apps_contract.run.pace._FIRST_PAUSE", 0.001)
    monkeypatch.setattr("apps_contract.run.pace._SLOWEST_RATE", 500.0)
    limited = answer(429, {"code": 429, "message": "no", "status": "RESOURCE_EXHAUSTED"})
    app = Wrapped(lambda scope: limited if scope["method"] == "POST" else None)
    ended = check(serve(app), "SRV-STATE-4")
    assert ended.exit_code is ExitCode.COULD_NOT_TEST
    assert "429" in ended.ended_early
