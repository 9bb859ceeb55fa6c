"""Which members only the server makes: those that a response schema marks ``readOnly``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract.schemas import bundle

if TYPE_CHECKING:
    from apps_contract.contract.editions import Edition

# Seen in answers of edition 2026, and in no document (contract section 4.1): no request carries them.
UNDOCUMENTED_MEMBERS = ("persist_message_status", "message_search")
_RESPONSE_OF = {"AppCreateRequest": "app", "AppUpdateRequest": "app", "ChannelCredentialRequest": "channel_credential"}


@cache
def read_only_members(schema_name: str, edition: Edition) -> tuple[str, ...]:
    """Return the read-only members of a response object (``app``, ``channel_credential``), in the schema's order."""
    document = bundle(schema_name, edition)

    def marked(member: dict[str, Any]) -> bool:
        target = document["definitions"][member["$ref"].rpartition("/")[2]] if "$ref" in member else member
        return bool(target.get("readOnly"))

    return tuple(name for name, member in document["properties"].items() if marked(member))


def is_read_only(name: str, request_title: str, edition: Edition) -> bool:
    """Tell whether a member that a request schema (by its title) does not have is a read-only one of its response."""
    response = _RESPONSE_OF.get(request_title)
    return response is not None and name in read_only_members(response, edition)
