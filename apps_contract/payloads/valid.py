"""Valid bodies, the same ones every time: each form of credentials, each optional member, all of it or the least.

Values differ from the defaults where the schema gives a choice, so that a server which drops a member is caught;
texts are distinctive, so that one which leaks or mixes them is caught.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from apps_contract.contract import CredentialForm, credential_forms
from apps_contract.payloads.shapes import DEFAULT_ENTRY, ENTRIES, ORDINAL, Shape, entry_shape, request_shape

if TYPE_CHECKING:
    from apps_contract.contract import Edition


def credentials_entry(
    edition: Edition, form: CredentialForm, *, optional: bool = True, tag: str = "", alternative: int = 0
) -> dict[str, Any]:
    """Return a valid entry of ``channel_credentials``, with all of its optional members or with none.

    No two texts in entries of different forms or tags are equal. ``alternative`` chooses where a credentials object
    asks for one of several members (0: Japan, 1: Thailand).
    """
    shape = entry_shape(edition, form)
    label = f"{form.channel}/{form.member}/{tag}"
    entry: dict[str, Any] = {"channel": form.channel}
    for name, member in shape.members.items():
        if name == "channel" or not (optional or name in shape.required):
            continue
        # Only LINE has other ordinal numbers than the default (contract section 4.3); one is given where it matters.
        entry[name] = member.default if name == ORDINAL else example(member, label, name, optional, alternative)
    return entry


def setting(edition: Edition, operation: str, name: str, tag: str = "") -> Any:
    """Return a full valid value for one optional top-level member such as ``retention_policy``."""
    return example(request_shape(operation, edition).members[name], tag, name, optional=True)


def settings(edition: Edition, operation: str) -> tuple[str, ...]:
    """Return the names of the top-level members besides the name and the entries."""
    return tuple(name for name in request_shape(operation, edition).members if name not in {"display_name", ENTRIES})


def minimal_create(edition: Edition, display_name: str) -> dict[str, Any]:
    """Return the smallest create with a name that every server must take: one entry of the edition's first form."""
    return create_for(edition, credential_forms(edition)[0], display_name, optional=False)


def create_for(
    edition: Edition,
    form: CredentialForm,
    display_name: str,
    *,
    optional: bool = True,
    tag: str = "",
    alternative: int = 0,
) -> dict[str, Any]:
    """Return a create with one entry of the form, and nothing else that could be left out."""
    entry = credentials_entry(edition, form, optional=optional, tag=tag, alternative=alternative)
    return {"display_name": display_name, ENTRIES: [entry]}


def full_create(edition: Edition, display_name: str) -> dict[str, Any]:
    """Return a create with one entry of every form and every optional member."""
    return {"display_name": display_name, **_full(edition, "create")}


def full_update(edition: Edition, display_name: str, tag: str = "update") -> dict[str, Any]:
    """Return an update of everything; a ``tag`` makes its credentials differ from those of another update."""
    return {"display_name": display_name, **_full(edition, "update", tag)}


def _full(edition: Edition, operation: str, tag: str = "") -> dict[str, Any]:
    return {
        ENTRIES: all_entries(edition, tag=tag),
        **{name: setting(edition, operation, name, tag) for name in settings(edition, operation)},
    }


def all_entries(edition: Edition, *, optional: bool = True, tag: str = "") -> list[dict[str, Any]]:
    """Return one entry of every form; entries of one channel are numbered, and only the first is its default one."""
    entries: list[dict[str, Any]] = []
    used: dict[str, int] = {}
    for form in credential_forms(edition):
        entry = credentials_entry(edition, form, optional=optional, tag=tag)
        number = used.setdefault(form.channel, 0)
        used[form.channel] += 1
        if number:
            entry[ORDINAL] = number
            if DEFAULT_ENTRY in entry[form.member]:
                entry[form.member][DEFAULT_ENTRY] = False
        entries.append(entry)
    return entries


def example(shape: Shape, label: str, name: str, optional: bool, alternative: int = 0) -> Any:  # noqa: FBT001 -- recursive
    """Return a valid value of the shape, other than its default. ``label`` and ``name`` make its texts its own."""
    match shape.kind:
        case "object":
            chosen = shape.alternatives[alternative : alternative + 1]
            wanted = {*shape.required, *chosen, *(shape.optional if optional else ())}
            return {
                member: example(inner, f"{label}/{name}", member, optional)
                for member, inner in shape.members.items()
                if member in wanted
            }
        case "string":
            if shape.enum:
                others = [value for value in shape.enum if value != shape.default]
                return others[0] if others else shape.enum[0]
            return distinctive(f"{label}/{name}", name)
        case "integer":
            low, high = shape.minimum or 0, shape.maximum or 1000
            middle = low + (high - low) // 3
            return middle if middle != shape.default else middle + 1
        case "boolean":
            return True
        case _:
            raise ValueError(f"no example for a {shape.kind}")


def distinctive(path: str, name: str) -> str:
    """Return a text that names its member and that nothing else contains, such as ``token-7f3a91bc``."""
    return f"{name}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"
