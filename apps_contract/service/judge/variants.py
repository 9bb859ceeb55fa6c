"""Conforming variants of answers: what a tolerant reader has to read (CLI-ANS-1)."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from apps_contract.contract import unknown_name_message

if TYPE_CHECKING:
    from collections.abc import Callable

_OPTIONAL_OBJECTS = (
    "rate_limits",
    "retention_policy",
    "dispatch_retention_policy",
    "smart_conversation",
    "queue_stats",
    "callback_settings",
    "message_retry_settings",
    "delivery_report_based_fallback",
)
_REQUIRED = ("id", "display_name", "channel_credentials")
_NULLABLE = ("message_retry_settings", "delivery_report_based_fallback")


class UnknownVariantError(LookupError):
    """No variant of that name; the message names the nearest one."""


def changed(payload: Any, variant: str) -> Any:
    """Return an answer's payload in a variant; raise UnknownVariantError."""
    if variant not in VARIANTS:
        raise UnknownVariantError(unknown_name_message("answer variant", variant, VARIANTS))
    return VARIANTS[variant](deepcopy(payload))


def _each_app(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], Any]:
    def variant(payload: Any) -> Any:
        if isinstance(payload, dict) and isinstance(payload.get("apps"), list):
            return {**payload, "apps": [change(app) for app in payload["apps"]]}
        return change(payload) if isinstance(payload, dict) and "channel_credentials" in payload else payload

    return variant


def _each_entry(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], Any]:
    def app(payload: dict[str, Any]) -> dict[str, Any]:
        return {**payload, "channel_credentials": [change(entry) for entry in payload["channel_credentials"]]}

    return _each_app(app)


def _unknown_members(app: dict[str, Any]) -> dict[str, Any]:
    entries = [
        {name: {**value, "x_new": [1]} if isinstance(value, dict) else value for name, value in entry.items()}
        | {"x_label": {"a": 1}}
        for entry in app["channel_credentials"]
    ]
    small = {name: {**app[name], "x_unit": "days"} for name in _OPTIONAL_OBJECTS if isinstance(app.get(name), dict)}
    return {
        "x_first": 7,
        **app,
        **small,
        "channel_credentials": entries,
        "x_object": {"deep": [None, True]},
        "x_null": None,
    }


def _unknown_enums(app: dict[str, Any]) -> dict[str, Any]:
    for name in ("processing_mode", "conversation_metadata_report_view"):
        app[name] = "X_SOMETHING_NEW"
    for name in ("retention_policy", "dispatch_retention_policy"):
        if isinstance(app.get(name), dict):
            app[name]["retention_type"] = "X_OTHER_POLICY"
    return app


def _unknown_channel(app: dict[str, Any]) -> dict[str, Any]:
    entry = {
        "channel": "X_NEW_CHANNEL",
        "callback_secret": "secret-of-a-new-channel",
        "x_credentials": {"token": "t-9c1"},
    }
    return {**app, "channel_credentials": [*app["channel_credentials"], entry]}


def _only_required(app: dict[str, Any]) -> dict[str, Any]:
    return {**{name: app[name] for name in _REQUIRED}, "channel_credentials": _least_entries(app)}


def _least_entries(app: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entries without what may be left out: an ordinal number other than the default may not."""
    return [
        {
            name: value
            for name, value in entry.items()
            if name == "channel"
            or (isinstance(value, dict) and name != "state")
            or (name == "credential_ordinal_number" and value)
        }
        for entry in app["channel_credentials"]
    ]


def _nulls(app: dict[str, Any]) -> dict[str, Any]:
    return {**app, **dict.fromkeys((name for name in _OPTIONAL_OBJECTS if name in app or name in _NULLABLE), None)}


def _several_of_one_channel(app: dict[str, Any]) -> dict[str, Any]:
    first = app["channel_credentials"][:1]
    twins = [{**entry, "callback_secret": f"second-{index}"} for index, entry in enumerate(deepcopy(first * 2))]
    return {**app, "channel_credentials": [*twins, *app["channel_credentials"]]}


def _without_secret(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in entry if name != "callback_secret"}


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(list(value))}
    return [_reversed(inner) for inner in value] if isinstance(value, list) else value


def _without_apps(payload: Any) -> Any:
    return {} if isinstance(payload, dict) and "apps" in payload else payload


def _null_apps(payload: Any) -> Any:
    return {**payload, "apps": None} if isinstance(payload, dict) and "apps" in payload else payload


VARIANTS: dict[str, Callable[[Any], Any]] = {
    "unknown-members": _each_app(_unknown_members),
    "unknown-enums": _each_app(_unknown_enums),
    "unknown-channel": _each_app(_unknown_channel),
    "only-required": _each_app(_only_required),
    "null-objects": _each_app(_nulls),
    "several-of-one-channel": _each_app(_several_of_one_channel),
    "members-reversed": _reversed,
    "no-apps": _without_apps,
    "null-apps": _null_apps,
    "no-callback-secrets": _each_entry(
        lambda entry: {name: entry[name] for name in entry if name != "callback_secret"}
    ),
}
