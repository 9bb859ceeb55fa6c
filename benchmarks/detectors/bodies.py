"""Apps that peers are told about beforehand, since they do not find ids out by themselves."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

from apps_contract.http.authentication import basic_header

if TYPE_CHECKING:
    from detectors.detector import Target

# One plain entry, and a value that is no default for whatever may be sent beside it.
BODY: dict[str, Any] = {
    "display_name": "An app for peers",
    "channel_credentials": [
        {"channel": "MESSENGER", "static_token": {"token": "token-4c1fa2"}, "callback_secret": "callback-77d0"}
    ],
    "conversation_metadata_report_view": "FULL",
    "retention_policy": {"retention_type": "CONVERSATION_EXPIRE_POLICY", "ttl_days": 30},
}


def make_app(target: Target) -> dict[str, Any]:
    """Create an app by hand and return it; whatever the server answers stands for it when that is no app."""
    headers = {"Authorization": basic_header(target.own), "Content-Type": "application/json"}
    url = f"{target.base_url}/v1/projects/{target.own.project_id}/apps"
    request = urllib.request.Request(url, json.dumps(BODY).encode(), headers)  # noqa: S310 - a URL of loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        app = json.load(answer)
    return app if isinstance(app, dict) and "id" in app else {"id": "no-app-was-made", **BODY}
