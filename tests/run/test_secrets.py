"""No secret of the user's leaves a run: looked for by value in all that is written, also when a server echoes it."""

from __future__ import annotations

import base64
import json

from apps_contract.http.authentication import KeyPair, basic_header
from apps_contract.service.app import create_app

from .conftest import Wrapped

OWN = KeyPair("p-own", "key-own", 'S3cret/"own"+é=')
OTHER = KeyPair("p-other", "key-other", "S3cret-of-the-other")


class Echo(Wrapped):
    """Repeats the Authorization header of a request in every error, in several forms; remembers the tokens it gave."""

    def __init__(self):
        super().__init__(app=create_app(keys=(OWN, OTHER)))
        self.tokens = set()

    async def __call__(self, scope, receive, send):
        given = dict(scope.get("headers", ())).get(b"authorization", b"")
        failed = False

        async def altered(message):
            nonlocal failed
            if message["type"] == "http.response.start":
                failed = message["status"] >= 400
                if failed:
                    kept = [(name, value) for name, value in message["headers"] if name.lower() != b"content-length"]
                    message = {**message, "headers": [*kept, (b"x-debug", given)]}
            elif failed and not message.get("more_body"):
                plain = base64.b64decode(given.partition(b" ")[2] + b"==") if given.startswith(b"Basic ") else given
                body = b'{"code": 400, "message": "bad", "status": "X", "details": [{"echo": "'
                body += given + b'"}], "raw": ' + _json_text(plain) + b"}"
                message = {**message, "body": body}
            elif scope.get("path") == "/oauth2/token" and message.get("body"):
                self.tokens.add(json.loads(message["body"])["access_token"])
            await send(message)

        await super().__call__(scope, receive, altered)


def _json_text(data):
    return json.dumps(data.decode("utf-8", "replace")).encode()


def forms(key):
    secret = key.key_secret
    return [secret, basic_header(key).partition(" ")[2], secret.encode("utf-8").decode("latin-1")]


def test_no_secret_in_any_output(command, serve, tmp_path, monkeypatch):
    server = Echo()
    url = serve(server)
    for name, value in {
        "PROJECT": OWN.project_id, "KEY_ID": OWN.key_id, "KEY_SECRET": OWN.key_secret, "TOKEN_URL": "/oauth2/token",
        "OTHER_PROJECT": OTHER.project_id, "OTHER_KEY_ID": OTHER.key_id, "OTHER_KEY_SECRET": OTHER.key_secret,
    }.items():  # fmt: skip
        monkeypatch.setenv(f"APPS_{name}", value)
    ledgers = []

    def before(_scope):
        if len(server.seen) % 50 == 0:
            ledgers.append((tmp_path / "ledger.jsonl").read_bytes())

    server.before = before
    selected = [part for name in ("SRV-SHAPE", "SRV-AUTH", "SRV-INPUT-2") for part in ("--requirement", name)]
    code, out, err = command("check", url, *selected, "--report-dir", tmp_path, "--examples", "1")
    assert code in (0, 1)
    assert "SRV-SHAPE-5" in out, "the echo was found"
    assert server.tokens, "tokens were used"
    assert ledgers
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    written = b"\n".join([out.encode(), err.encode(), *ledgers, *files]).decode("utf-8", "replace")
    assert len(files) >= 2
    for secret in [*forms(OWN), *forms(OTHER), *server.tokens]:
        assert secret not in written
        assert _json_text(secret.encode())[1:-1].decode() not in written
