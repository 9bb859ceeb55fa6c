"""A large corpus of payloads, valid and not, and the many ways in which each can be written as a line of JSON."""

from __future__ import annotations

import copy
import json
import random

from apps_contract import contract
from apps_contract.payloads import boundaries, invalid, strategies, tolerated
from apps_contract.payloads.sampling import sample

ANSWERS = ("app", "list", "error", "credential_request", "channel_credential")


def mutated(value, source):
    """Return a value with one thing changed somewhere in it."""
    changed = copy.deepcopy(value)
    target = source.choice([place for place in _containers(changed) if place] or [changed])
    if not target:
        return changed
    key = source.choice(list(target) if isinstance(target, dict) else range(len(target)))
    new = source.choice(
        [None, 7, 7.0, -1, 1.5, 10**12, "", "x" * 257, True, [], {}, [{}], "NONE", "LINE", {"error": 1}]
    )
    if source.random() < 0.2:
        del target[key]
    elif isinstance(target, dict) and source.random() < 0.2:
        target[source.choice(["colour", "state", "id", "error"])] = new
    else:
        target[key] = new
    return changed


def _containers(value):
    places = [value]
    for place in places:
        places += [
            item for item in (place.values() if isinstance(place, dict) else place) if isinstance(item, (dict, list))
        ]
    return places


def corpus(edition):
    """Return pairs of a schema and a payload: generated valid and invalid requests, samples, and changed ones."""
    found = []
    for operation, strategy in (("create", strategies.create_request), ("update", strategies.update_request)):
        found += [(operation, body) for body in sample(strategy(edition=edition), 150, seed=3)]
        for cases in (invalid.invalid_bodies, boundaries.valid_boundaries, tolerated.tolerated_bodies):
            found += [(operation, case.body) for case in cases(edition, operation)]
    for name in ANSWERS:
        found += [(name, example) for example in contract.schema(name, edition).get("examples", ())] * 40
    apps = [body | {"id": "x"} for name, body in found[:100] if name == "create"]
    found += [("app", app) for app in apps] + [("list", {"apps": apps[start : start + 3]}) for start in range(0, 90, 3)]
    source = random.Random(11)  # noqa: S311 -- the same changes in every run
    return found + [(name, mutated(body, source)) for name, body in found if isinstance(body, dict)]


def texts_of(value, source):
    """Return lines that say a value, plainly and less plainly, and some that are damaged or have a name twice."""
    try:
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except (UnicodeEncodeError, ValueError):
        return [json.dumps(value).encode()]
    spaced = json.dumps(value, sort_keys=True).encode()
    found = [plain, spaced, _escaped(plain, source), _with_a_name_twice(value, source), _damaged(plain, source)]
    return [text for text in found if b"\n" not in text and len(text) < 20_000]


def _escaped(text, source):
    """Write letters, and colons in strings, as escapes here and there: in names as in values."""
    found, is_string, is_escape = [], False, False
    for char in text.decode():
        is_quote = char == '"' and not is_escape
        if (
            is_string
            and not is_quote
            and not is_escape
            and char.isascii()
            and char.isalnum()
            and source.random() < 0.05
        ):
            found.append(f"\\u{ord(char):04x}")
        elif is_string and char == ":" and source.random() < 0.5:
            found.append("\\u003A")
        else:
            found.append(char)
        is_escape = is_string and char == "\\" and not is_escape
        is_string ^= is_quote
    return "".join(found).encode()


def _with_a_name_twice(value, source):
    """Write a value in which an object says one of its names once more: with the same value, or with another."""
    objects = [place for place in _containers(value) if isinstance(place, dict) and place]
    if not isinstance(value, dict) or not objects:
        return json.dumps(value).encode()
    target = source.choice(objects)
    name = source.choice(list(target))
    twice = f"twice-{source.random()}"
    changed = _replaced(value, target, {twice: None, **target} if source.random() < 0.5 else {**target, twice: None})
    text = json.dumps(changed, ensure_ascii=False, separators=source.choice([(",", ":"), (", ", ": ")]))
    other = source.choice([target[name], target[name], "a:b", "a\\u003ab", 1, {}, [[{}]], None])
    written = json.dumps(other, ensure_ascii=False).replace("\\\\", "\\")
    spelled = source.choice([name, name, f"\\u{ord(name[:1] or 'a'):04x}{name[1:]}"])
    return (
        text.replace(f'"{twice}":null', f'"{spelled}":{written}')
        .replace(f'"{twice}": null', f'"{spelled}": {written}')
        .encode()
    )


def _replaced(value, target, new):
    if value is target:
        return new
    if isinstance(value, dict):
        return {name: _replaced(item, target, new) for name, item in value.items()}
    return [_replaced(item, target, new) for item in value] if isinstance(value, list) else value


def _damaged(text, source):
    """Cut a text, or put a byte into it or out of it, or write its numbers as others."""
    at = source.randrange(len(text))
    match source.randrange(4):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + source.choice([b"\xff", b"\x00", b"\t", b'"', b",", b":", b"}", b"1", b"\\"]) + text[at:]
        case 2:
            return text[:at] + text[at + 1 :]
        case _:
            return text.replace(b"1", source.choice([b"1.0", b"1e0", b"01", b"-1", b"1" * 400]), 1)
