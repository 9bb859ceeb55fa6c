"""What changed between two editions, computed from the schemas, the operations and the levels of the requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.contract.change import REQUEST, RESPONSE, Change, Direction, Kind
from apps_contract.contract.forms import channels, credential_forms
from apps_contract.contract.levels import Level
from apps_contract.contract.library import document
from apps_contract.contract.operations import OPERATIONS
from apps_contract.contract.requirements import requirements
from apps_contract.contract.schema_diff import Fact, schema_facts
from apps_contract.contract.schemas import bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract.change import Breaks
    from apps_contract.contract.editions import Edition


def differences(old: Edition, new: Edition) -> list[Change]:
    """Return every change from one edition to another: requests first, then responses, then levels of requirements."""
    requests = {name: [*_schema_facts(name, old, new), *_form_facts(old, new)] for name in _request_schemas()}
    responses = {name: _response_facts(name, old, new) for name in _response_schemas()}
    return [
        *_changes("request", requests),
        *_parameter_changes(old, new),
        *_changes("response", responses),
        *_level_changes(old, new),
    ]


def _request_schemas() -> list[str]:
    return [known.request_schema for known in OPERATIONS if known.request_schema]


def _response_schemas() -> list[str]:
    names = dict.fromkeys(known.response_schema for known in OPERATIONS if known.response_schema)
    facts = document("operations.json")
    return [*names, facts["error_schema"], facts["token"]["response_schema"]]


def _schema_facts(name: str, old: Edition, new: Edition) -> Iterator[Fact]:
    """Compare a request; which credentials belong to which channel is compared by ``_form_facts``."""
    members = {form.member for edition in (old, new) for form in credential_forms(edition)}
    for fact in schema_facts(bundle(name, old), bundle(name, new)):
        is_entry_member = fact.path.rpartition(".")[0] == "channel_credentials[]" and fact.name in members
        is_default_of_update = fact.kind is Kind.DEFAULT_CHANGED and name == "update"  # absent there means unchanged
        if not is_entry_member and not is_default_of_update:
            yield fact


def _form_facts(old: Edition, new: Edition) -> Iterator[Fact]:
    """Compare the credentials objects of each channel that both editions know."""
    for channel in channels(old):
        if channel not in channels(new):
            continue
        before, after = _members(channel, old), _members(channel, new)
        path = f"channel_credentials[channel={channel}]"
        if not set(before) & set(after):
            yield Fact(path, Kind.CREDENTIALS_CHANGED, " or ".join(before), " or ".join(after))
            continue
        for member in before:
            if member not in after:
                yield Fact(path, Kind.CREDENTIALS_REMOVED, member, None)
        for member in after:
            if member not in before:
                yield Fact(path, Kind.CREDENTIALS_ADDED, None, member)


def _members(channel: str, edition: Edition) -> list[str]:
    return [form.member for form in credential_forms(edition) if form.channel == channel]


def _response_facts(name: str, old: Edition, new: Edition) -> list[Fact]:
    """Compare a response; the apps of a list are compared once, as ``app``."""
    facts = schema_facts(bundle(name, old), bundle(name, new))
    return [fact for fact in facts if name != "list" or not fact.path.startswith("apps[]")]


def _changes(direction: Direction, facts: dict[str, list[Fact]]) -> list[Change]:
    """Judge the facts of several schemas; one that shows in several of them becomes one change."""
    names: dict[Fact, list[str]] = {}
    for name, found in facts.items():
        for fact in found:
            names.setdefault(fact, []).append(name)
    verdicts = REQUEST if direction == "request" else RESPONSE
    return [
        Change(direction, tuple(where), fact.path, fact.kind, fact.old, fact.new, *verdicts[fact.kind])
        for fact, where in names.items()
    ]


def _parameter_changes(old: Edition, new: Edition) -> Iterator[Change]:
    for known in OPERATIONS:
        before, after = known.masks.get(old), known.masks.get(new)
        if not before or not after:
            continue
        if before["name"] != after["name"]:
            yield _parameter_change(known.name, Kind.PARAMETER_REMOVED, before)
            yield _parameter_change(known.name, Kind.PARAMETER_ADDED, after)
        elif after["documented"] and not before["documented"]:
            yield _parameter_change(known.name, Kind.PARAMETER_DOCUMENTED, after)


def _parameter_change(operation: str, kind: Kind, mask: Any) -> Change:
    is_old = kind is Kind.PARAMETER_REMOVED
    old, new = (mask["style"], None) if is_old else (None, mask["style"])
    return Change("request", (operation,), f"?{mask['name']}", kind, old, new, *REQUEST[kind])


def _level_changes(old: Edition, new: Edition) -> Iterator[Change]:
    for item in requirements():
        for clause in item.clauses:
            before, after = clause.level(old), clause.level(new)
            if before is after:
                continue
            is_raised = _strength(after) > _strength(before)
            kind = Kind.LEVEL_RAISED if is_raised else Kind.LEVEL_LOWERED
            breaks, reason = _level_verdict(item.side, after, is_raised=is_raised)
            yield Change("requirement", (item.id,), clause.text, kind, before, after, breaks, reason)


def _strength(level: Level | None) -> int:
    return 0 if level is None else len(Level) - list(Level).index(level)


def _level_verdict(side: str, level: Level | None, *, is_raised: bool) -> tuple[Breaks, str]:
    if not is_raised:
        return "none", "less is asked than before"
    if level is not Level.MUST:
        return "none", f"{level} is no violation"
    return ("servers" if side == "server" else "clients"), "what was allowed before is a violation now"
