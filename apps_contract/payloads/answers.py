"""Answers that a client has to read (CLI-ANS-1), made from the schemas of an edition: one change at a time.

A change leaves an answer conforming as far as a tolerant reader is asked: unknown members at every object, each
optional member absent, each optional object null, each enum with a value that nobody knows, both ends of each range,
and texts that a careless reader takes for something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from apps_contract.contract import UNDOCUMENTED_MEMBERS, credential_forms, is_valid, path_text, read_only_members
from apps_contract.payloads.places import at, replaced, without
from apps_contract.payloads.shapes import (
    CHANNEL,
    ENTRIES,
    ORDINAL,
    Shape,
    answer_shape,
    credentials_shape,
    is_numbered,
)
from apps_contract.payloads.texts import NONCHARACTERS, TEXTS
from apps_contract.payloads.valid import credentials_entry, example, full_create

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import CredentialForm, Edition
    from apps_contract.payloads.places import Steps

UNKNOWN_VALUE = "X_NEW_VALUE"
_UNKNOWN_MEMBERS: tuple[tuple[str, Any], ...] = (
    ("x_object", {"deep": [None, True]}),
    ("x_null", None),
    ("x_text", "2020-01-01T00:00:00Z"),
    ("x_number", 1.5),
    ("x_array", [{"a": 1}, []]),
)
# Every number up to here is the same in all languages; beyond it, those that know floating point alone are excused.
_LARGEST_INTEGER = 2**53 - 1
_LARGEST_OF_32_BITS = 2**31
ODD_IDS = ("01E9DQJFPWGZN9XQHPJ2DTSKDN", "123E4567-e89b-12d3-a456-426614174000", "007", "1e5", "id_-.~", "i" * 128)


@dataclass(frozen=True)
class Change:
    """One change to an answer: what is put at a place; ``gone`` takes away what stands there."""

    label: str
    steps: Steps
    value: Any = None
    gone: bool = False

    def applied(self, app: dict[str, Any]) -> dict[str, Any]:
        """Return a changed copy; raise LookupError or TypeError where the place is not there."""
        if self.gone:
            at(app, self.steps)
            return without(app, self.steps)  # type: ignore[no-any-return]  # an app stays one
        at(app, self.steps[:-1])
        return replaced(app, self.steps, self.value)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class AnsweredApp:
    """An App as a server may answer it, with what is special about it.

    ``goes_back``: what is special is something that a caller who sends the app back must not lose.
    """

    label: str
    app: dict[str, Any]
    goes_back: bool = False


def full_app(edition: Edition, app_id: str = "app-1", form: CredentialForm | None = None) -> dict[str, Any]:
    """Return an App with every documented member, and one entry of every form or of one."""
    shape = answer_shape(edition)
    made = full_create(edition, "an app")
    if form is not None:
        made[ENTRIES] = [credentials_entry(edition, form)]
    read_only = {
        name: example(member, "answer", name, optional=True)
        for name, member in shape.members.items()
        if name not in {"id", *made}
    }
    entry_shape = shape.members[ENTRIES].items
    assert entry_shape
    own = {name for name, member in entry_shape.members.items() if name in {"state", "channel_known_id"}}
    entries = [
        {**entry, **{name: example(entry_shape.members[name], str(n), name, optional=True) for name in sorted(own)}}
        for n, entry in enumerate(made[ENTRIES])
    ]
    return {"id": app_id, **made, **read_only, ENTRIES: entries}


def is_readable(app: Any, edition: Edition) -> bool:
    """Tell whether a tolerant reader has to read an App: it is valid but for nulls of objects and unknown values."""
    return is_valid(_plain(app, answer_shape(edition)), "app", edition)


def changes(app: dict[str, Any], edition: Edition) -> Iterator[Change]:
    """Walk every change to an App that leaves it readable, outer places before inner ones."""
    members = {form.member for form in credential_forms(edition)}
    for steps, shape, value in _nodes(app, answer_shape(edition)):
        for change in _changes_at(steps, shape, value, members):
            is_number = steps[-1:] == (ORDINAL,)
            if not is_number or is_numbered(edition, at(app, steps[:-1])[CHANNEL]):
                yield change


@cache
def systematic(edition: Edition) -> tuple[AnsweredApp, ...]:
    """Return small Apps with one change each, together at every place of the schema; then odd lists of entries.

    They are shared by all callers, who must not change them.
    """
    forms = credential_forms(edition)
    found = [
        AnsweredApp(
            change.label.replace(f"{ENTRIES}[0]", f"{ENTRIES}[{form.channel} {form.member}]"),
            changed,
            _goes_back(change, edition) and is_valid(changed, "app", edition),
        )
        for form in forms
        for base in [full_app(edition, form=form)]
        for change in changes(base, edition)
        if (form is forms[0] or change.steps[0] == ENTRIES)
        for changed in [change.applied(base)]
        if is_readable(changed, edition)
    ]
    found += _odd_entries(edition)
    found += [
        AnsweredApp(f"the id {app_id[:12]}", {**full_app(edition, form=forms[0]), "id": app_id}) for app_id in ODD_IDS
    ]
    return tuple(found)


@cache
def with_texts(edition: Edition, *, sent_back: bool = False) -> tuple[AnsweredApp, ...]:
    """Return Apps that together hold every text, each at several places: names, secrets, credentials.

    With ``sent_back`` only texts that a server must take in a request.
    """
    texts = [text for text in TEXTS if NONCHARACTERS.isdisjoint(text.text) and not (sent_back and text.may_be_refused)]
    base = full_app(edition)
    places = [
        (steps, shape)
        for steps, shape, _ in _nodes(base, answer_shape(edition))
        if shape.kind == "string" and not shape.enum and steps != ("id",)
    ]
    found = []
    for start in range(0, len(texts), 12):
        app = base
        for place, (steps, _) in enumerate(places):
            # A stride of 5 brings each text to places of many kinds, and every place to all of these twelve.
            app = replaced(app, steps, texts[(start + 5 * place) % len(texts)].text)
        found.append(AnsweredApp(f"texts from {texts[start].label!r} on", app))
    return tuple(found)


def _goes_back(change: Change, edition: Edition) -> bool:
    """Tell whether a change is to something that a caller sends back; texts that a server may refuse are not."""
    made_by_server = {*read_only_members("app", edition), *read_only_members("channel_credential", edition)}
    is_known = change.gone or change.value not in (None, "", UNKNOWN_VALUE)
    is_documented = not any(str(step).startswith("x_") or step in UNDOCUMENTED_MEMBERS for step in change.steps)
    return is_known and is_documented and made_by_server.isdisjoint(change.steps)


def _odd_entries(edition: Edition) -> Iterator[AnsweredApp]:
    forms = credential_forms(edition)
    base = full_app(edition, form=forms[0])
    entries = full_app(edition)[ENTRIES]
    least = {"id": base["id"], "display_name": "least", ENTRIES: []}
    first, second = entries[0], credentials_entry(edition, forms[0], tag="again")
    # The published sample shows an entry with the credentials objects of all channels (contract section 4.3).
    foreign = {form.member: credentials_entry(edition, form)[form.member] for form in forms}
    yield AnsweredApp("the least", least)
    for label, chosen in (
        ("two entries of one channel", [first, second]),
        ("two entries of one channel, apart", [second, *entries[1:], first]),
        ("the same entry twice", [first, first]),
        ("entries in another order", entries[::-1]),
    ):
        yield AnsweredApp(label, {**base, ENTRIES: chosen}, goes_back=True)
    yield AnsweredApp("all credentials objects in one entry", {**base, ENTRIES: [{**foreign, **first}, entries[1]]})
    yield AnsweredApp("nulls for all other credentials", {**base, ENTRIES: [{**dict.fromkeys(foreign), **first}]})
    for form in forms:
        entry = credentials_entry(edition, form, optional=False)
        yield AnsweredApp(f"the least of {form.channel} {form.member}", {**least, ENTRIES: [entry]}, goes_back=True)
        if credentials_shape(edition, form).alternatives:
            other = credentials_entry(edition, form, alternative=1)
            yield AnsweredApp(
                f"{form.channel} {form.member}, the other way", {**least, ENTRIES: [other]}, goes_back=True
            )


def _nodes(value: Any, shape: Shape, steps: Steps = ()) -> Iterator[tuple[Steps, Shape, Any]]:
    """Walk the documented places of an App that are there and not null."""
    if value is None:
        return
    yield steps, shape, value
    if isinstance(value, dict):
        for name, member in value.items():
            if name in shape.members:
                yield from _nodes(member, shape.members[name], (*steps, name))
    elif isinstance(value, list) and shape.items:
        for index, item in enumerate(value):
            yield from _nodes(item, shape.items, (*steps, index))


def _changes_at(steps: Steps, shape: Shape, value: Any, credentials: set[str]) -> Iterator[Change]:
    where = path_text(steps) or "the app"
    match shape.kind:
        case "object":
            name, unknown = _UNKNOWN_MEMBERS[len(where) % len(_UNKNOWN_MEMBERS)]
            yield Change(f"{where}: unknown member", (*steps, name), unknown)
            # An entry without its credentials is nothing that a server answers.
            optional = [name for name in value if name in shape.optional and name not in credentials]
            yield from (Change(f"{path_text((*steps, name))}: absent", (*steps, name), gone=True) for name in optional)
            nulls = [name for name in optional if shape.members[name].kind == "object"]
            yield from (Change(f"{path_text((*steps, name))}: null", (*steps, name)) for name in nulls)
            if steps and optional and not shape.required and not shape.alternatives:
                yield Change(f"{where}: empty object", steps, {})
        case "string" if shape.enum:
            # Another known channel would not fit the credentials beside it.
            others = () if steps[-1] == CHANNEL else (word for word in shape.enum if word != value)
            yield from (Change(f"{where}: {word}", steps, word) for word in others)
            yield Change(f"{where}: unknown value", steps, UNKNOWN_VALUE)
        case "integer":
            ends = (shape.minimum, shape.maximum)
            wanted = ends if shape.maximum is not None else (shape.minimum, _LARGEST_OF_32_BITS, _LARGEST_INTEGER)
            yield from (Change(f"{where}: {number}", steps, number) for number in wanted if number != value)
        case "boolean":
            yield Change(f"{where}: {str(not value).lower()}", steps, not value)
        case "string":
            yield Change(f"{where}: empty text", steps, "")


def _plain(value: Any, shape: Shape) -> Any:
    """Return an answer without nulls of optional objects, and with known values for unknown ones."""
    if isinstance(value, dict):
        return {
            name: _plain(member, shape.members[name]) if name in shape.members else member
            for name, member in value.items()
            if not (member is None and name in shape.optional and shape.members[name].kind == "object")
        }
    if isinstance(value, list) and shape.items:
        return [_plain(item, shape.items) for item in value]
    return shape.enum[0] if shape.enum and value == UNKNOWN_VALUE else value
