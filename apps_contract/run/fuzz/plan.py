"""Decides what is sent, and in which order: the same seed gives the same trials, whatever the target answers.

Pairs of (schema location, operator) that were not sent yet come first; when all were, bodies are drawn without end.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING, Any

from apps_contract.contract import operation
from apps_contract.http.exchange import NotJsonError, parse_json
from apps_contract.payloads import odd, stream
from apps_contract.payloads.boundaries import valid_boundaries
from apps_contract.payloads.cases import Case, RawCase
from apps_contract.payloads.coverage import Coverage
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.payloads.packed import packed_bodies
from apps_contract.payloads.positions import in_second_entry
from apps_contract.payloads.raw import hostile, not_json, not_objects, odd_spellings
from apps_contract.payloads.tolerated import tolerated_bodies
from apps_contract.payloads.valid import full_create
from apps_contract.run.api import encoded
from apps_contract.run.fuzz.attempts.odd_requests import METHODS, SPELLING, UNKNOWN_MASKS
from apps_contract.run.fuzz.living import lives
from apps_contract.run.fuzz.trials import BodyTrial, LifeTrial, OddTrial, PackedTrial, RawTrial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition
    from apps_contract.run.fuzz.options import Kind, Options
    from apps_contract.run.fuzz.share import Share
    from apps_contract.run.fuzz.trials import Work

# Works of each kind in one round: at first what covers most (bodies that show much at once, and defects, one request
# each, where a life costs twenty), then a little of everything while pairs wait, and afterwards more of what is drawn.
_FIRST: dict[Kind, int] = {"invalid": 960, "valid": 28, "raw": 4, "stateful": 1}
_MIDDLE: dict[Kind, int] = {"invalid": 60, "valid": 24, "raw": 16, "stateful": 3}
_LAST: dict[Kind, int] = {"invalid": 10, "valid": 10, "raw": 6, "stateful": 2}
_CHANNEL = re.compile(r"\[\w+\]")
_LOOKS_BACK = 8  # every so many rejected updates, the app is looked at
_MUTATIONS = ("cut", "bytes-flipped", "bytes-inserted", "bytes-repeated", "bytes-deleted")
_TOKENS = (b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\x00", b"\xff", b"\\u0000", b"\\ud800", b"1e999", b"-")


def plan(options: Options) -> Iterator[Work]:
    """Yield what to send, without end."""
    edition, seed, share = options.settings.edition, options.settings.seed, options.share
    lanes: dict[Kind, Iterator[Work]] = {
        "invalid": _invalid(edition, seed, options.body_operations, share),
        "valid": _valid(edition, seed, options.body_operations, share),
        "raw": _raw(edition, seed, options.body_operations, share),
        "stateful": ((LifeTrial(steps),) for steps in lives(edition, share.seed(seed), options.operations)),
    }
    pairs = sum(len({case.pair for case in invalid_bodies(edition, name)}) for name in options.body_operations)
    table = pairs / share.count
    waiting = float(table)
    for turn in count():
        works = _FIRST if turn == 0 else _MIDDLE if waiting > 0 else _LAST
        waiting -= works["invalid"]
        for kind in sorted(options.wanted_kinds, key=works.__getitem__):  # so that a short campaign sees all kinds
            for _ in range(works[kind]):
                yield next(lanes[kind])


def _invalid(edition: Edition, seed: int, operations: tuple[str, ...], share: Share) -> Iterator[Work]:
    """Yield each pair of the table once, then the other cases of the table, then defects in bodies that are drawn."""
    chance = _chance("invalid", seed)
    first: list[Case] = []
    rest: list[Case] = []
    for name in operations:
        cases = list(invalid_bodies(edition, name))
        chance.shuffle(cases)
        ordered = Coverage(edition, name).unsent_first(cases)
        pairs = len({case.pair for case in cases})
        first += ordered[:pairs]
        rest += ordered[pairs:]
        rest += [moved for case in cases if (moved := in_second_entry(case, edition)) is not case]
    chance.shuffle(first)
    chance.shuffle(rest)
    for case in share.of(_varied(first)):
        yield (BodyTrial(case, reads_back=False),)
    for turn, case in enumerate(share.of(_varied(rest))):
        yield (BodyTrial(case, reads_back=turn % _LOOKS_BACK == 0),)
    chance = _chance("drawn invalid", share.seed(seed))
    drawn = {name: stream.invalid_cases(edition, name, chance.getrandbits(62)) for name in operations}
    for turn in count():
        for name in operations:
            case = next(drawn[name])
            # The twin goes first, judged as what it is: a valid body.
            twin = Case(f"{name} of a drawn body", name, case.twin)
            yield BodyTrial(twin, reads_back=False), BodyTrial(case, reads_back=turn % _LOOKS_BACK == 0)


def _valid(edition: Edition, seed: int, operations: tuple[str, ...], share: Share) -> Iterator[Work]:
    """Yield bodies that show much at once, then each of what they show by itself, then bodies that are drawn.

    The table is: both ends of everything, and what may be taken or not.
    """
    chance = _chance("valid", seed)
    packed = [PackedTrial.of(one) for name in operations for one in packed_bodies(edition, name)]
    for work in share.of(packed):
        yield (work,)
    table: list[Case] = []
    for name in operations:
        cases = [*valid_boundaries(edition, name), *tolerated_bodies(edition, name)]
        chance.shuffle(cases)
        table += Coverage(edition, name).unsent_first(cases)
    chance.shuffle(table)
    chance = _chance("drawn valid", share.seed(seed))
    for case in share.of(_varied(table)):
        yield (BodyTrial(case, reads_back=chance.random() < 0.5),)  # noqa: PLR2004 - every other one
    drawn = {
        name: stream.valid_bodies(edition, name, chance.getrandbits(62), repeated_channels=False) for name in operations
    }
    while True:
        for name in operations:
            body = next(drawn[name])
            yield (BodyTrial(Case(f"{name} of a drawn body", name, body), _mask(chance, name, body)),)


def _varied(cases: list[Case]) -> list[Case]:
    """Put one case of each operator and member first, whatever its channel, then a second one, and so on."""
    met: Counter[tuple[str, str]] = Counter()
    turns = []
    for case in cases:
        kind = (case.operator, _CHANNEL.sub("", case.location))
        turns.append(met[kind])
        met[kind] += 1
    return [cases[place] for place in sorted(range(len(cases)), key=turns.__getitem__)]


def _chance(lane: str, seed: int | str) -> random.Random:
    return random.Random(f"{lane} {seed}")  # noqa: S311 - reproducible, not secret


def _mask(chance: random.Random, name: str, body: dict[str, Any]) -> tuple[str, ...] | None:
    if name != "update" or not body or chance.random() < 0.6:  # noqa: PLR2004 - most updates have none
        return None
    return tuple(chance.sample(list(body), chance.randint(1, len(body))))


def _raw(edition: Edition, seed: int, operations: tuple[str, ...], share: Share) -> Iterator[Work]:
    """Yield every known oddity, then texts of valid bodies with bytes changed at random."""
    chance = _chance("raw", seed)
    table: list[RawTrial | OddTrial] = []
    for name in operations:
        plain = full_create(edition, "spelled oddly \u20ac \U0001f600")
        spellings = [RawCase(case.label, SPELLING, case.body, case.content_type) for case in odd_spellings(plain)]
        table += [RawTrial(name, case) for case in (*not_json(), *not_objects(), *hostile(), *spellings)]
    table += [OddTrial("path", path) for path in odd.PATHS]
    table += [OddTrial("query", query) for query in odd.QUERIES]
    table += [OddTrial("header", header=header) for header in odd.HEADERS]
    if "update" in operations:
        parameter = operation("update").mask_parameter(edition)
        table += [OddTrial("mask", f"?{parameter}={mask}") for mask in odd.MASKS]
        table += [OddTrial("unknown-mask", mask) for mask in UNKNOWN_MASKS]
        table += [OddTrial("empty-mask"), *(OddTrial("method", method) for method in METHODS)]
    chance.shuffle(table)
    for trial in share.of(table):
        yield (trial,)
    chance = _chance("drawn raw", share.seed(seed))
    drawn = {name: stream.valid_bodies(edition, name, chance.getrandbits(62)) for name in operations}
    while True:
        for name in operations:
            yield (RawTrial(name, _mutated(chance, encoded(next(drawn[name])))),)


def _mutated(chance: random.Random, text: bytes) -> RawCase:
    """Change some bytes of a text; what a strict reader says of the result is what a server has to say."""
    operator = chance.choice(_MUTATIONS)
    start = chance.randrange(len(text))
    end = min(len(text), start + chance.randint(1, 8))
    match operator:
        case "cut":
            changed = text[:start]
        case "bytes-flipped":
            changed = text[:start] + bytes([text[start] ^ (1 << chance.randrange(8))]) + text[start + 1 :]
        case "bytes-inserted":
            changed = text[:start] + chance.choice(_TOKENS) + text[start:]
        case "bytes-repeated":
            changed = text[:end] + text[start:end] * chance.choice((1, 2, 200)) + text[end:]
        case _:
            changed = text[:start] + text[end:]
    return RawCase(f"{operator} at byte {start}", operator, changed, verdict=verdict(changed))


def verdict(body: bytes) -> Any:
    """Return what a strict reader of RFC 8259 says of a body."""
    try:
        value = parse_json(body)
    except NotJsonError:
        return "not-json"
    return "json" if isinstance(value, dict) else "not-object"
