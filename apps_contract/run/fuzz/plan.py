"""Decides what is sent, and in which order: the same seed gives the same trials, whatever the target answers.

Pairs of (schema location, operator) that were not sent yet come first; when all were, bodies are drawn without end.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Any, TypeVar

from apps_contract.contract import OPERATIONS, operation
from apps_contract.http.exchange import NotJsonError, parse_json
from apps_contract.payloads import odd, stream
from apps_contract.payloads.boundaries import valid_boundaries
from apps_contract.payloads.cases import Case, RawCase
from apps_contract.payloads.coverage import Coverage
from apps_contract.payloads.credentials import WRONG_CREDENTIALS
from apps_contract.payloads.invalid import invalid_bodies
from apps_contract.payloads.packed import packed_bodies
from apps_contract.payloads.positions import in_second_entry
from apps_contract.payloads.raw import hostile, not_json, not_objects, odd_spellings
from apps_contract.payloads.tolerated import tolerated_bodies
from apps_contract.payloads.valid import full_create
from apps_contract.run.api import encoded
from apps_contract.run.fuzz.attempts.odd_calls import MALFORMED, METHODS, UNKNOWN_MASKS
from apps_contract.run.fuzz.attempts.odd_requests import SPELLING
from apps_contract.run.fuzz.living import lives
from apps_contract.run.fuzz.trials import BodyTrial, LifeTrial, OddTrial, PackedTrial, RawTrial

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from apps_contract.run.fuzz.options import Kind, Options
    from apps_contract.run.fuzz.trials import Work

Thing = TypeVar("Thing")

# Works of each kind in one round: at first what covers most (bodies that show much at once, and defects, one request
# each, where a life costs twenty), then a little of everything while a table waits, and afterwards more of what is
# drawn.
_FIRST: dict[Kind, int] = {"invalid": 960, "valid": 28, "raw": 4, "stateful": 1}
_MIDDLE: dict[Kind, int] = {"invalid": 60, "valid": 60, "raw": 40, "stateful": 3}
_LAST: dict[Kind, int] = {"invalid": 10, "valid": 10, "raw": 6, "stateful": 2}
_CHANNEL = re.compile(r"\[\w+\]")
_LOOKS_BACK = 8  # every so many rejected updates, the app is looked at
_READ_BACK = 0.5  # of the table's valid bodies, this part is read back by a get
_WITHOUT_MASK = 0.6  # of drawn updates, this part
_UNDER_A_MASK = 4  # every so many defects of the table's rest, where there is one
_MUTATIONS = ("cut", "bytes-flipped", "bytes-inserted", "bytes-repeated", "bytes-deleted")
_TOKENS = (b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\x00", b"\xff", b"\\u0000", b"\\ud800", b"1e999", b"-")


@dataclass(frozen=True)
class _Lane:
    """What there is of one kind: all that is known beforehand, each once, and then what goes on without end."""

    table: list[Work]
    rest: Iterator[Work]


def plan(options: Options) -> Iterator[Work]:
    """Yield what to send, without end."""
    makers = {"invalid": _invalid, "valid": _valid, "raw": _raw, "stateful": _stateful}
    lanes = {kind: makers[kind](options) for kind in options.wanted_kinds}
    works = {kind: chain(lane.table, lane.rest) for kind, lane in lanes.items()}
    waiting = {kind: len(lane.table) for kind, lane in lanes.items()}
    for turn in count():
        share = _FIRST if turn == 0 else _MIDDLE if max(waiting.values()) > 0 else _LAST
        for kind in sorted(lanes, key=share.__getitem__):  # so that a short campaign sees all kinds
            yield from islice(works[kind], share[kind])
            waiting[kind] -= share[kind]


def _stateful(options: Options) -> _Lane:
    steps = lives(options.settings.edition, options.share.seed(options.settings.seed), options.operations)
    return _Lane([], ((LifeTrial(one),) for one in steps))


def _invalid(options: Options) -> _Lane:
    """Return each pair of the table once; then the other cases of the table, then defects in bodies that are drawn."""
    edition, seed, share = options.settings.edition, options.settings.seed, options.share
    chance = _chance("invalid", seed)
    first: list[Case] = []
    others: list[Case] = []
    for name in options.body_operations:
        cases = list(invalid_bodies(edition, name))
        chance.shuffle(cases)
        ordered = Coverage(edition, name).unsent_first(cases)
        pairs = len({case.pair for case in cases})
        first += ordered[:pairs]
        others += ordered[pairs:]
        others += [moved for case in cases if (moved := in_second_entry(case, edition)) is not case]
    chance.shuffle(first)
    chance.shuffle(others)
    table: list[Work] = [(BodyTrial(case, reads_back=False),) for case in share.of(_varied(first))]
    return _Lane(table, chain(_looking_back(share.of(_varied(others))), _drawn_invalid(options)))


def _looking_back(cases: list[Case]) -> Iterator[Work]:
    """Yield cases of the table that are not the first of their pair, with a mask of what they spoil now and then."""
    for turn, case in enumerate(cases):
        mask = _mask_of_defect(case) if turn % _UNDER_A_MASK == 0 else None
        yield (BodyTrial(case, mask, reads_back=turn % _LOOKS_BACK == 0),)


def _mask_of_defect(case: Case) -> tuple[str, ...] | None:
    """Return a mask that names the member which the defect lies in, None where no mask could."""
    member = re.split(r"[.\[]", case.path)[0]
    return (member,) if case.operation == "update" and member in case.twin and member in case.body else None


def _drawn_invalid(options: Options) -> Iterator[Work]:
    chance = _chance("drawn invalid", options.share.seed(options.settings.seed))
    edition, names = options.settings.edition, options.body_operations
    drawn = {name: stream.invalid_cases(edition, name, chance.getrandbits(62)) for name in names}
    for turn in count():
        for name in names:
            case = next(drawn[name])
            # The twin goes first, judged as what it is: a valid body.
            twin = Case(f"{name} of a drawn body", name, case.twin)
            yield BodyTrial(twin, reads_back=False), BodyTrial(case, reads_back=turn % _LOOKS_BACK == 0)


def _valid(options: Options) -> _Lane:
    """Return bodies that show much at once, and each of what they show by itself; then bodies that are drawn.

    The table is: both ends of everything, and what may be taken or not.
    """
    edition, share, names = options.settings.edition, options.share, options.body_operations
    packed = [PackedTrial.of(one) for name in names for one in packed_bodies(edition, name)]
    chance = _chance("valid", options.settings.seed)
    single: list[Case] = []
    for name in names:
        cases = [*valid_boundaries(edition, name), *tolerated_bodies(edition, name)]
        chance.shuffle(cases)
        single += Coverage(edition, name).unsent_first(cases)
    chance.shuffle(single)
    chance = _chance("drawn valid", share.seed(options.settings.seed))
    table: list[Work] = [(one,) for one in share.of(packed)]
    table += [(BodyTrial(case, reads_back=chance.random() < _READ_BACK),) for case in share.of(_varied(single))]
    return _Lane(table, _drawn_valid(options, chance))


def _drawn_valid(options: Options, chance: random.Random) -> Iterator[Work]:
    edition, names = options.settings.edition, options.body_operations
    drawn = {name: stream.valid_bodies(edition, name, chance.getrandbits(62)) for name in names}
    while True:
        for name in names:
            body = next(drawn[name])
            yield (BodyTrial(Case(f"{name} of a drawn body", name, body), _mask(chance, name, body)),)


def _varied(cases: list[Case]) -> list[Case]:
    """Put one case of each operator and member first, whatever its channel, then a second one, and so on."""
    return _in_turns(cases, lambda case: (case.operator, _CHANNEL.sub("", case.location)))


def _in_turns(things: list[Thing], kind_of: Callable[[Thing], Hashable]) -> list[Thing]:
    """Put the first one of each kind first, then the second ones, and so on."""
    met: Counter[Hashable] = Counter()
    turns = []
    for thing in things:
        kind = kind_of(thing)
        turns.append(met[kind])
        met[kind] += 1
    return [things[place] for place in sorted(range(len(things)), key=turns.__getitem__)]


def _chance(lane: str, seed: int | str) -> random.Random:
    return random.Random(f"{lane} {seed}")  # noqa: S311 - reproducible, not secret


def _mask(chance: random.Random, name: str, body: dict[str, Any]) -> tuple[str, ...] | None:
    if name != "update" or not body or chance.random() < _WITHOUT_MASK:
        return None
    return tuple(chance.sample(list(body), chance.randint(1, len(body))))


def _raw(options: Options) -> _Lane:
    """Return every known oddity; then texts of valid bodies with bytes changed at random."""
    edition, names = options.settings.edition, options.body_operations
    table: list[RawTrial | OddTrial] = []
    for name in names:
        plain = full_create(edition, "spelled oddly \u20ac \U0001f600")
        spellings = [RawCase(case.label, SPELLING, case.body, case.content_type) for case in odd_spellings(plain)]
        table += [RawTrial(name, case) for case in (*not_json(), *not_objects(), *hostile(), *spellings)]
        table += [OddTrial("credentials-before-body", f"{name} {body}") for body in MALFORMED]
        table += [OddTrial("media-type", f"{name} {media_type}") for media_type in odd.MEDIA_TYPES]
    callers = options.operations or tuple(one.name for one in OPERATIONS)
    table += [OddTrial("credentials", f"{name} with {wrong}") for name in callers for wrong in WRONG_CREDENTIALS]
    table += [OddTrial("nearly-an-id", manner) for manner in odd.NEARLY_AN_ID]
    table += [OddTrial("path", path) for path in odd.PATHS]
    table += [OddTrial("query", query) for query in odd.QUERIES]
    table += [OddTrial("header", header=header) for header in odd.HEADERS]
    if "update" in names:
        parameter = operation("update").mask_parameter(edition)
        table += [OddTrial("mask", f"?{parameter}={mask}") for mask in odd.MASKS]
        table += [OddTrial("unknown-mask", mask) for mask in UNKNOWN_MASKS]
        table += [OddTrial("malformed-for-unknown", body) for body in MALFORMED]
        table += [OddTrial("empty-mask"), *(OddTrial("method", method) for method in METHODS)]
    _chance("raw", options.settings.seed).shuffle(table)
    table = _in_turns(table, lambda trial: trial.manner)
    table.sort(key=lambda trial: "no credentials" not in trial.label)  # the worst of all, on every operation
    return _Lane([(trial,) for trial in options.share.of(table)], _drawn_raw(options))


def _drawn_raw(options: Options) -> Iterator[Work]:
    chance = _chance("drawn raw", options.share.seed(options.settings.seed))
    edition, names = options.settings.edition, options.body_operations
    drawn = {name: stream.valid_bodies(edition, name, chance.getrandbits(62)) for name in names}
    while True:
        for name in names:
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
