"""The update mask: which members an update changes (contract section 3, SRV-STATE-7, SRV-INPUT-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.service.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Collection


def mask_names(parameters: list[tuple[str, str]], parameter: str) -> list[str]:
    """Return the names in all values of the parameter, whether given comma-separated or one by one."""
    values = [value for name, value in parameters if name == parameter]
    return [stripped for value in values for part in value.split(",") if (stripped := part.strip())]


def masked_members(names: list[str], known: Collection[str], *, nested_refused: bool = False) -> frozenset[str] | None:
    """Return the top-level members that the names mean, or None for an empty mask, which changes all that is sent.

    A nested path counts as the member it starts with. Raises RefusalError for a member that an App does not have.
    """
    if not names:
        return None
    members = set()
    for name in names:
        member, dot, _ = name.partition(".")
        if member not in known:
            raise RefusalError(400, "the update mask names a member that an app does not have")
        if dot and nested_refused:
            raise RefusalError(400, "the update mask names a path below a member; name the member itself")
        members.add(member)
    return frozenset(members)
