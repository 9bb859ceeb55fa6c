"""SRV-STATE: what a service keeps of what it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps_contract.checks.breach import Breach, shown
from apps_contract.checks.comparison import ABSENT, Difference, first_difference, join, same_scalar
from apps_contract.checks.documented import VOLATILE_MEMBERS, default_of, stable
from apps_contract.contract import Level

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from apps_contract.contract import Edition

App = dict[str, Any]

# Members with a documented default that an answer should show. 2026's retry and fallback settings are left out:
# the contract records that servers answer null for them (section 4.1).
_SHOWN_DEFAULTS = {
    "conversation_metadata_report_view": (None,),
    "processing_mode": (None,),
    "retention_policy": ("retention_type", "ttl_days"),
    "dispatch_retention_policy": ("retention_type", "ttl_days"),
}

# Section 4.1: 2026 documents DISPATCH, though servers were seen to answer CONVERSATION.
_OTHER_DEFAULTS = {("2026", "processing_mode"): "CONVERSATION"}

_NO_TTL = "PERSIST_RETENTION_POLICY"


def echoes(sent: App, answered: App, what: str, requirement: str = "SRV-STATE-2") -> Breach | None:
    """Judge that every member sent stands in the answer: same values, same order of entries, same texts."""
    for name, value in sent.items():
        if value is None or name == "id" or name in VOLATILE_MEMBERS:
            continue  # null may count as absent; what read-only members become is SRV-STATE-11's question
        if name == "channel_credentials":
            found = _entries_difference(value, answered.get(name, ABSENT))
        else:
            found = _member_difference(name, value, answered)
        if found:
            return _breach(requirement, f"{what} did not keep {found.path}", found)
    return None


def same_app(expected: App, actual: App, edition: Edition, requirement: str, what: str) -> Breach | None:
    """Judge that two answers show the same app, but for what may change by itself."""
    found = first_difference(stable(expected, edition), stable(actual, edition))
    return _breach(requirement, f"{what} differ in {found.path}", found) if found else None


def shows_defaults(sent: App, answered: App, edition: Edition) -> Breach | None:
    """SRV-STATE-3: members not sent on create appear with their defaults."""
    for name, inners in _SHOWN_DEFAULTS.items():
        for inner in inners:
            default = default_of(name, inner, edition)
            if default is None or _was_sent(sent, name, inner) or _is_void(sent, name, inner):
                continue
            path = join(name, inner) if inner else name
            actual = _value_at(answered, name, inner)
            if actual is ABSENT or actual not in (default, _OTHER_DEFAULTS.get((edition, name), default)):
                found = Difference(path, default, actual)
                return _breach("SRV-STATE-3", f"{path} was not sent and shows no default", found, Level.SHOULD)
    return None


def id_is_new(answered: App, known: Collection[str]) -> Breach | None:
    """SRV-STATE-1: create answers with a non-empty id that the project never used before."""
    new = answered.get("id")
    expected = "a new, non-empty id"
    if not isinstance(new, str) or not new:
        return Breach("SRV-STATE-1", "create answered without an id", expected, shown(new), "body.id")
    if new in known:
        return Breach("SRV-STATE-1", "create gave an id that was used before", expected, shown(new), "body.id")
    return None


def updated(old: App, sent: App, mask: Sequence[str] | None, new: App, edition: Edition) -> Breach | None:
    """SRV-STATE-6 and 7: judge the state ``new`` that an update of ``old`` by ``sent`` under ``mask`` left behind.

    Without a mask the members sent change and the rest stays; with one, only the members that it names. A small object
    sent in part may be merged or replaced, so its other members may be as they were, default or absent.
    """
    requirement = "SRV-STATE-7" if mask else "SRV-STATE-6"
    changing = {name: sent[name] for name in sent if not mask or name in mask}
    before, after = stable(old, edition), stable(new, edition)
    if breach := echoes(changing, new, "update", requirement):
        return breach
    for name in dict.fromkeys([*before, *after]):
        if name not in changing:
            found = first_difference({name: before.get(name)}, {name: after.get(name)})
            unasked = " that its mask does not name" if mask and name in sent else ""
            title = f"update changed {name}{unasked or ', which was not sent'}"
        elif changing[name] is None:
            continue  # a null may count as absent
        elif name == "channel_credentials":
            found = _left_over(before.get(name), changing[name], after.get(name))
            title = "update did not replace channel_credentials whole"
        elif isinstance(changing[name], dict):
            found = _partly_foreign(name, before.get(name), changing[name], after.get(name), edition)
            title = f"update left {name} in a state that is neither old, new nor default"
        else:
            continue
        if found:
            return _breach(requirement, title, found)
    return None


def _entries_difference(sent: Any, answered: Any) -> Difference | None:
    """Compare entries one by one: an answer may say more about an entry, but nothing else."""
    path = "channel_credentials"
    if not isinstance(answered, list) or not isinstance(sent, list):
        return Difference(path, sent, answered)
    for index, (entry, other) in enumerate(zip(sent, answered, strict=False)):
        if not isinstance(other, dict):
            return Difference(f"{path}[{index}]", entry, other)
        kept = {name: value for name, value in entry.items() if value is not None}
        if found := first_difference(kept, other, f"{path}[{index}]", subset=True):
            return found
    if len(sent) != len(answered):
        return Difference(path, f"{len(sent)} entries", f"{len(answered)} entries")
    return None


def _member_difference(name: str, value: Any, answered: App) -> Difference | None:
    if name == "delivery_report_based_fallback" and isinstance(value, dict) and not value.get("enabled"):
        # Section 4.4: a response may say a waiting time of 0 while the fallback is disabled.
        value = {key: inner for key, inner in value.items() if key != "delivery_report_waiting_time"}
        if not value or answered.get(name, ABSENT) is None:
            return None
    if name not in answered:
        return Difference(name, value, ABSENT)
    return first_difference(value, answered[name], name, subset=True)


def _left_over(before: Any, sent: Any, after: Any) -> Difference | None:
    """Find a text of the replaced entries that still stands in the new ones, though it was not sent again."""
    old = dict(_texts(before, "channel_credentials"))
    fresh = set(dict(_texts(sent, "")).values())
    # A serializer that shows empty texts for members that are not there keeps nothing by it.
    gone = set(old.values()) - fresh - {""}
    for path, text in _texts(after, "channel_credentials"):
        if text in gone and not path.endswith(".channel"):
            return Difference(path, "nothing of the replaced entries", text)
    return None


def _partly_foreign(name: str, before: Any, sent: App, after: Any, edition: Edition) -> Difference | None:
    """Find a member of a small object, not sent, that is neither as it was, nor default, nor absent."""
    if not isinstance(after, dict):
        return None
    for inner, value in after.items():
        if inner in sent or value is None:
            continue
        old = before.get(inner, ABSENT) if isinstance(before, dict) else ABSENT
        default = default_of(name, inner, edition)
        if not (same_scalar(value, old) or default is None or same_scalar(value, default)):
            return Difference(join(name, inner), default if old is ABSENT else old, value)
    return None


def _texts(value: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, dict):
        return [pair for name, inner in value.items() for pair in _texts(inner, join(path, name))]
    if isinstance(value, list):
        return [pair for index, inner in enumerate(value) for pair in _texts(inner, f"{path}[{index}]")]
    return []


def _was_sent(sent: App, name: str, inner: str | None) -> bool:
    return _value_at(sent, name, inner) is not ABSENT


def _is_void(sent: App, name: str, inner: str | None) -> bool:
    """Tell whether a member has no effect beside what was sent: section 4.4, no time to live under PERSIST."""
    policy = sent.get(name)
    return inner == "ttl_days" and isinstance(policy, dict) and policy.get("retention_type") == _NO_TTL


def _value_at(app: App, name: str, inner: str | None) -> Any:
    value = app.get(name, ABSENT)
    if inner is None or value is ABSENT:
        return value
    return value.get(inner, ABSENT) if isinstance(value, dict) else ABSENT


def _breach(requirement: str, title: str, found: Difference, level: Level | None = None) -> Breach:
    return Breach(requirement, title, found.expected_text, found.actual_text, f"body.{found.path}", level)
