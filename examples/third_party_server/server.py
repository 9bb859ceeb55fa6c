"""Somebody else's Apps server: eighty lines with the usual mistakes, to see what a first run of the suite finds.

Start it, then judge it:

    python examples/third_party_server/server.py
    apps-contract check http://127.0.0.1:8090 --project demo --key-id key --key-secret third-party-secret
"""

from __future__ import annotations

import base64
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8090
AUTHORIZATION = "Basic " + base64.b64encode(b"key:third-party-secret").decode()
apps: dict[str, dict[str, Any]] = {}


class Handler(BaseHTTPRequestHandler):
    """Answers the five operations from a dictionary."""

    protocol_version = "HTTP/1.1"

    def answer(self, status: int, body: object) -> None:
        """Send a JSON answer."""
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def fail(self, status: int, message: str) -> None:
        """Send an error."""
        self.answer(status, {"code": status, "message": message, "status": "ERROR"})

    def handle_call(self) -> None:
        """Find the operation and do it."""
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        if self.headers.get("Authorization") != AUTHORIZATION:
            self.fail(401, "who are you?")
            return
        parts = urlsplit(self.path).path.strip("/").split("/")
        if parts[:4] != ["v1", "projects", "demo", "apps"] or len(parts) > 5:
            self.fail(404, "nothing here")
            return
        app_id = parts[4] if len(parts) == 5 else None
        if app_id is None:
            self.on_all_apps(content)
        elif app_id not in apps:
            self.fail(404, "no such app")
        else:
            self.on_one_app(app_id, content)

    def on_all_apps(self, content: bytes) -> None:
        """List or create."""
        if self.command == "GET":
            self.answer(200, {"apps": list(apps.values())})
        elif self.command == "POST":
            body = json.loads(content)  # mistake: a body that is no JSON ends the connection
            app = {**body, "id": str(len(apps) + 1)}  # mistake: after a delete, an id comes again
            apps[app["id"]] = app  # mistake: nothing is checked, and read-only members are taken over
            self.answer(201, app)  # mistake: the contract says 200
        else:
            self.fail(405, "no such method")

    def on_one_app(self, app_id: str, content: bytes) -> None:
        """Get, update or delete."""
        if self.command == "GET":
            self.answer(200, apps[app_id])
        elif self.command == "PATCH":
            apps[app_id] |= json.loads(content)  # mistake: the update mask is ignored
            self.answer(200, apps[app_id])
        elif self.command == "DELETE":
            del apps[app_id]
            self.answer(200, {})
        else:
            self.fail(405, "no such method")

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = handle_call  # noqa: N815 - names that http.server looks for

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201
    server.serve_forever()
