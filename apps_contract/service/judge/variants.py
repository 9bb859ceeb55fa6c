"""Conforming variants of answers by name, made from the schemas: what a tolerant reader has to read (CLI-ANS-1)."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from apps_contract.contract import unknown_name_message
from apps_contract.payloads.answers import UNKNOWN_VALUE
from apps_contract.payloads.shapes import CHANNEL, ENTRIES, ORDINAL, answer_shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps_contract.contract import Edition
    from apps_contract.payloads.shapes import Shape

    OfApp = Callable[[dict[str, Any], Shape], dict[str, Any]]
    OfPayload = Callable[[Any, Shape], Any]


class UnknownVariantError(LookupError):
    """No variant of that name; the message names the nearest one."""


def changed(payload: Any, variant: str, edition: Edition) -> Any:
    """Return an answer's payload in a variant; raise UnknownVariantError."""
    require_variant(variant)
    return VARIANTS[variant](deepcopy(payload), answer_shape(edition))


def require_variant(name: str) -> None:
    """Raise UnknownVariantError, which names the nearest one, unless there is a variant of that name."""
    if name not in VARIANTS:
        raise UnknownVariantError(unknown_name_message("answer variant", name, VARIANTS))


def _each_app(change: OfApp) -> OfPayload:
    def variant(payload: Any, shape: Shape) -> Any:
        if isinstance(payload, dict) and isinstance(payload.get("apps"), list):
            return {**payload, "apps": [change(app, shape) for app in payload["apps"]]}
        return change(payload, shape) if isinstance(payload, dict) and ENTRIES in payload else payload

    return variant


def _unknown_members(value: Any, shape: Shape) -> Any:
    """Add members that nobody knows to every object."""
    if isinstance(value, list):
        return [_unknown_members(item, shape.items) for item in value] if shape.items else value
    if not isinstance(value, dict):
        return value
    known = {
        name: _unknown_members(item, shape.members[name]) if name in shape.members else item
        for name, item in value.items()
    }
    return {"x_first": 7, **known, "x_object": {"deep": [None, True]}, "x_null": None, "x_new": [1]}


def _unknown_enums(value: Any, shape: Shape) -> Any:
    """Put a value that nobody knows in place of each enum but the channel, which stands for an entry."""
    if isinstance(value, dict):
        return {
            name: _unknown_enums(item, shape.members[name]) if name in shape.members and name != CHANNEL else item
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_unknown_enums(item, shape.items) for item in value] if shape.items else value
    return UNKNOWN_VALUE if shape.enum else value


def _unknown_channel(app: dict[str, Any], _: Shape) -> dict[str, Any]:
    entry = {
        "channel": "X_NEW_CHANNEL",
        "callback_secret": "secret-of-a-new-channel",
        "x_credentials": {"token": "t-9c1"},
    }
    return {**app, ENTRIES: [*app[ENTRIES], entry]}


def _only_required(app: dict[str, Any], shape: Shape) -> dict[str, Any]:
    kept = {name: app[name] for name in shape.required if name in app}
    return {**kept, ENTRIES: [_least_entry(entry, shape) for entry in app[ENTRIES]]}


def _least_entry(entry: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """Return an entry without what may be left out: its credentials, and an ordinal number of its own, may not."""
    items = shape.members[ENTRIES].items
    assert items
    return {
        name: value
        for name, value in entry.items()
        if name in items.required
        or (isinstance(value, dict) and name != "state")
        or (name == ORDINAL and value != items.members[ORDINAL].default)
    }


def _nulls(app: dict[str, Any], shape: Shape) -> dict[str, Any]:
    objects = [name for name in shape.optional if shape.members[name].kind == "object"]
    return {**app, **{name: None for name in objects if name in app or shape.members[name].nullable}}


def _several_of_one_channel(app: dict[str, Any], _: Shape) -> dict[str, Any]:
    first = app[ENTRIES][:1]
    twins = [{**entry, "callback_secret": f"second-{index}"} for index, entry in enumerate(deepcopy(first * 2))]
    return {**app, ENTRIES: [*twins, *app[ENTRIES]]}


def _no_callback_secrets(app: dict[str, Any], _: Shape) -> dict[str, Any]:
    entries = [{name: entry[name] for name in entry if name != "callback_secret"} for entry in app[ENTRIES]]
    return {**app, ENTRIES: entries}


def _reversed(value: Any, shape: Shape) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name], shape) for name in reversed(list(value))}
    return [_reversed(inner, shape) for inner in value] if isinstance(value, list) else value


def _without_apps(payload: Any, _: Shape) -> Any:
    return {} if isinstance(payload, dict) and "apps" in payload else payload


def _null_apps(payload: Any, _: Shape) -> Any:
    return {**payload, "apps": None} if isinstance(payload, dict) and "apps" in payload else payload


VARIANTS: dict[str, OfPayload] = {
    "unknown-members": _each_app(_unknown_members),
    "unknown-enums": _each_app(_unknown_enums),
    "unknown-channel": _each_app(_unknown_channel),
    "only-required": _each_app(_only_required),
    "null-objects": _each_app(_nulls),
    "several-of-one-channel": _each_app(_several_of_one_channel),
    "members-reversed": _reversed,
    "no-apps": _without_apps,
    "null-apps": _null_apps,
    "no-callback-secrets": _each_app(_no_callback_secrets),
}
