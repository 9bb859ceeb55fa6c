"""Payloads that the tests of files share."""

from __future__ import annotations

import json

TOKEN = "secret-token-7f3a"
ENTRY = {"channel": "WHATSAPP", "static_bearer": {"claimed_identity": "46700000000", "token": TOKEN}}
CREATE = {"display_name": "Demo", "channel_credentials": [ENTRY]}
APP = {"id": "01ABC", "display_name": "Demo", "channel_credentials": []}


def create(**members):
    return {**CREATE, **members}


def lines(*payloads):
    return "".join(json.dumps(payload) + "\n" for payload in payloads)
