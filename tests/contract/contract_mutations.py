"""Bodies that were changed at random places, the same ones in every run."""

from __future__ import annotations

import copy
import random

from contract_bodies import CREDENTIALS, app, create, entry, line

VALUES = [
    *(None, True, False, 0, 1, -1, 7.0, 1.5, 30, 180, 255, 256, 3650, 3651, 259200, 2**63, 2**70, -0.0, 1e300),
    *("", "x", "x" * 256, "x" * 257, "\N{GRINNING FACE}" * 256, "\N{GRINNING FACE}" * 257, "e\u0301", "\x00", "\ud800"),
    *("NONE", "MESSENGER", "LINE", "VIBER", "CHANNEL_UNSPECIFIED", "MESSAGE_EXPIRE_POLICY", "DISPATCH", "180"),
    *([], {}, [[]], [{}], ["x"], {"token": "t"}, {"enabled": True}, {"ttl_days": 1}),
    *CREDENTIALS.values(),
]

NAMES = ["colour", "id", "rate_limits", "state", "error", "is_default", "ttl_days", "callback_secret", *CREDENTIALS]


ENTRIES = {
    "2021": [("SMS", "static_bearer"), ("MMS", "mms_credentials")],
    "2023": [("MMS", "mms_credentials"), ("INSTAGRAM", "static_token"), ("TELEGRAM", "telegram_credentials")],
    "2026": [("SMS", "static_bearer"), ("INSTAGRAM", "instagram_credentials"), ("LINE", "line_enterprise_credentials")],
}

SETTINGS = {"retention_policy": {"retention_type": "MESSAGE_EXPIRE_POLICY", "ttl_days": 180}}

SETTINGS_SINCE_2023 = {
    "dispatch_retention_policy": {"ttl_days": 7},
    "processing_mode": "DISPATCH",
    "smart_conversation": {"enabled": True},
}

SETTINGS_OF_2026 = {
    "message_retry_settings": {"retry_duration": 30},
    "delivery_report_based_fallback": {"enabled": False, "delivery_report_waiting_time": 10},
}


def bases(edition):
    """Return pairs of a schema's name and a body that keeps to it."""
    entries = [entry(channel, member, callback_secret="s") for channel, member in ENTRIES[edition]]
    settings = SETTINGS | (SETTINGS_SINCE_2023 if edition != "2021" else {})
    if edition == "2026":
        settings |= SETTINGS_OF_2026
        entries.append(line(credential_ordinal_number=1))
    error = {"code": 400, "message": "m", "status": "s", "details": [{}]}
    return [
        ("create", create(channel_credentials=entries, **settings)),
        ("create", create()),
        ("update", {"display_name": "name", "channel_credentials": entries, **settings}),
        ("app", app(channel_credentials=entries, rate_limits={"inbound": 25}, **settings)),
        ("list", {"apps": [app(), app(**settings)]}),
        ("error", error),
        ("error", {"error": error}),
    ]


def mutated(edition, count, seed=0):
    """Return ``count`` such pairs with one to three changes in each body."""
    source = random.Random(seed)  # noqa: S311 -- the same changes in every run are the point
    starts = bases(edition)
    found = []
    for number in range(count):
        name, body = starts[number % len(starts)]
        changed = copy.deepcopy(body)
        for _ in range(source.randint(1, 3)):
            _mutate(changed, source)
        found.append((name, changed))
    return found


def _containers(node):
    if isinstance(node, (dict, list)):
        yield node
        for item in node.values() if isinstance(node, dict) else node:
            yield from _containers(item)


def _mutate(body, source):
    target = source.choice(list(_containers(body)))
    value = copy.deepcopy(source.choice(VALUES))
    keys = list(target) if isinstance(target, dict) else list(range(len(target)))
    kind = source.choice(["set", "set", "remove", "add"])
    if kind == "add" or not keys:
        if isinstance(target, dict):
            target[source.choice(NAMES)] = value
        else:
            target.append(value)
    elif kind == "set":
        target[source.choice(keys)] = value
    else:
        del target[source.choice(keys)]
