"""What of a body counts when a caller sends back what get gave it (contract section 7, after the requests)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks.documented import app_members
from apps_contract.contract import UNDOCUMENTED_MEMBERS, credential_forms, read_only_members

if TYPE_CHECKING:
    from apps_contract.contract import Edition


def sendable(app: dict[str, Any], edition: Edition) -> dict[str, Any]:
    """Return an app without read-only, unknown and undocumented members, nulls and foreign credentials objects."""
    kept = _known(app, app_members(edition))
    for name in (*read_only_members("app", edition), *UNDOCUMENTED_MEMBERS):
        kept.pop(name, None)
    entries = kept.get("channel_credentials")
    if isinstance(entries, list):
        kept["channel_credentials"] = [_entry(entry, edition) for entry in entries]
    return dict(kept)


def _entry(entry: Any, edition: Edition) -> Any:
    if not isinstance(entry, dict):
        return entry
    forms = credential_forms(edition)
    own = {form.member for form in forms if form.channel == entry.get("channel")}
    foreign = {form.member for form in forms} - own if own & set(entry) else set()
    gone = {*read_only_members("channel_credential", edition), *foreign}
    return {name: value for name, value in entry.items() if name not in gone}


def _known(value: Any, tree: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {
            name: _known(inner, tree.get(name, {}))
            for name, inner in value.items()
            if inner is not None and (not tree or name in tree)
        }
    return [_known(inner, tree) for inner in value] if isinstance(value, list) else value
