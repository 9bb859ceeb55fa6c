"""Which credentials object belongs to which channel (the table of contract section 4.3), read from the schemas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract.schemas import bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract.editions import Edition


@dataclass(frozen=True)
class CredentialForm:
    """One way to write an entry of a channel: the credentials member it carries, and its schema in a request."""

    channel: str
    member: str
    schema_name: str


@cache
def channels(edition: Edition) -> tuple[str, ...]:
    """Return the channels that a request may name, in the order of the contract's table."""
    return tuple(bundle("channel", edition)["enum"])


@cache
def credential_forms(edition: Edition) -> tuple[CredentialForm, ...]:
    """Return the forms of every channel, in the order of the contract's table; LINE has two in edition 2026."""
    properties = bundle("credential_request", edition)["properties"]
    members = dict(_members_by_channel(edition))
    return tuple(
        CredentialForm(channel, member, properties[member]["$ref"].rpartition("/")[2])
        for channel in channels(edition)
        for member in members[channel]
    )


def _members_by_channel(edition: Edition) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Read the conditions of the request entry: channels in ``if``, the member that they ask for in ``then``."""
    for condition in bundle("credential_request", edition)["allOf"]:
        then: dict[str, Any] = condition["then"]
        members = tuple(name for choice in then.get("oneOf", [then]) for name in choice["required"])
        for channel in condition["if"]["properties"]["channel"]["enum"]:
            yield channel, members
