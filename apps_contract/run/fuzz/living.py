"""Makes lives: steps over all operations and two projects, drawn from plain random numbers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from apps_contract.contract import Level
from apps_contract.payloads import stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apps_contract.contract import Edition
    from apps_contract.run.fuzz.trials import Step

_MOST_STEPS = 12
_AT_ONCE = 4
_HOW = ("get", "update", "delete")
_TO_INTRUDE = (*_HOW, "list", "create")
_UNKNOWN_IDS = ("", "", "no-such-app", "0", "00000000-0000-0000-0000-000000000000", "app%20id", "\u00fc")
_CROWDS = (12, 101)
_POLICIES = ("MESSAGE_EXPIRE_POLICY", "CONVERSATION_EXPIRE_POLICY")

# What a step is, and how often it comes beside the others.
_WEIGHTS = {
    "get": 6,
    "update": 10,
    "delete": 4,
    "list": 4,
    "reject": 2,
    "refuse": 1,
    "stray": 4,
    "unknown": 2,
    "creates": 2,
    "updates": 2,
}
_OPERATIONS = {
    "get": {"get"},
    "update": {"update"},
    "delete": {"delete"},
    "list": {"list"},
    "reject": {"update"},
    "stray": {"get", "update", "delete"},
    "refuse": {"create"},
    "unknown": {"get", "update", "delete"},
    "creates": {"create", "list"},
    "updates": {"update"},
}


def lives(edition: Edition, seed: int | str, operations: tuple[str, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield lives without end; the same seed gives the same ones. ``operations`` restricts what is tried."""
    maker = _Maker(edition, seed, operations)
    while True:
        yield maker.life()


class _Maker:
    def __init__(self, edition: Edition, seed: int | str, operations: tuple[str, ...]) -> None:
        self._random = random.Random(f"lives {seed}")  # noqa: S311 - reproducible, not secret
        self._creates = stream.valid_bodies(edition, "create", self._random.getrandbits(62))
        self._updates = stream.valid_bodies(edition, "update", self._random.getrandbits(62))
        self._defects = stream.invalid_cases(edition, "update", self._random.getrandbits(62))
        self._bad_creates = stream.invalid_cases(edition, "create", self._random.getrandbits(62))
        self._operations = operations
        wanted = [do for do in _WEIGHTS if not operations or _OPERATIONS[do] & set(operations)] or ["get"]
        self._kinds = wanted
        self._weights = [_WEIGHTS[do] for do in wanted]

    def life(self) -> tuple[Step, ...]:
        steps: list[Step] = [self._create("a")]
        names = ["a"]
        if self._chance(0.04) and (not self._operations or "list" in self._operations):
            body = {**steps[0]["body"], "display_name": "one of many"}
            steps.append({"do": "crowd", "name": "crowd ", "project": 0, "count": self._pick(_CROWDS), "body": body})
        for _ in range(self._random.randint(2, _MOST_STEPS)):
            if len(names) < 3 and self._chance(0.15):  # noqa: PLR2004 - a second and a third app, at times
                names.append("abc"[len(names)])
                steps.append(self._create(names[-1], like=steps[0]))
            else:
                (do,) = self._random.choices(self._kinds, self._weights)
                steps.append(self._step(do, self._pick(names)))
        if "list" in self._kinds and self._chance(0.5):
            steps.append({"do": "list", "project": int(self._chance(0.25))})
        return tuple(steps)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _pick(self, things: Sequence[Any]) -> Any:
        return self._random.choice(things)

    def _create(self, name: str, like: Step | None = None) -> Step:
        """Make a create: at times of the same app once more, or of one without channels."""
        if like and self._chance(0.4):
            return {**like, "name": name}
        body = next(self._creates)
        if self._chance(0.1):
            body = {**body, "channel_credentials": []}
        return {"do": "create", "name": name, "project": int(self._chance(0.25)), "body": body}

    def _step(self, do: str, name: str) -> Step:
        step: Step = {"do": do, "name": name}
        match do:
            case "update":
                body = next(self._updates)
                step |= {"body": body, "mask": self._mask(body)}
            case "list":
                step = {"do": "list", "project": self._random.randint(0, 1)}
            case "reject":
                step["body"] = next(self._defects).body
            case "refuse":
                step = {"do": do, "project": self._random.randint(0, 1), "body": self._bad_create()}
            case "stray":
                intrudes = self._chance(0.5)
                how = self._how(_TO_INTRUDE if intrudes else _HOW)
                step |= {"how": how, "intrudes": intrudes, "body": self._body_for(how)}
            case "unknown":
                how, is_valid = self._how(_HOW), self._chance(0.7)
                step |= {"how": how, "id": self._pick(_UNKNOWN_IDS), "body": self._body_for(how), "is_valid": True}
                if how == "update" and not is_valid:
                    step |= {"body": next(self._defects).body, "is_valid": False}
            case "creates":
                bodies = [next(self._creates) for _ in range(_AT_ONCE)]
                step = {"do": do, "name": f"{name}-", "project": self._random.randint(0, 1), "bodies": bodies}
            case "updates":
                step["bodies"] = [self._rival(number) for number in range(_AT_ONCE)]
        return step

    def _how(self, known: Sequence[str]) -> str:
        wanted = [how for how in known if not self._operations or how in self._operations]
        return str(self._pick(wanted or ["get"]))

    def _body_for(self, how: str) -> dict[str, Any] | None:
        makers = {"update": self._updates, "create": self._creates}
        return next(makers[how]) if how in makers else None

    def _bad_create(self) -> dict[str, Any]:
        """Return a create whose only defect is not its name, under a name that nobody else gives."""
        for case in self._bad_creates:
            if case.level is Level.MUST and isinstance(case.body, dict) and not case.path.startswith("display_name"):
                return {**case.body, "display_name": f"refused {self._random.getrandbits(40):010x}"}
        raise AssertionError("the stream of cases has no end")

    def _rival(self, number: int) -> dict[str, Any]:
        """Return an update whose members are all different from those of its rivals, so that each shows who won."""
        if self._chance(0.4):
            return next(self._updates)
        policy = {
            "retention_type": _POLICIES[number % len(_POLICIES)],
            "ttl_days": self._random.randint(1, 900) * 4 + number,
        }
        entries = next(self._creates)["channel_credentials"]
        return {"display_name": f"rival {number}", "channel_credentials": entries, "retention_policy": policy}

    def _mask(self, body: dict[str, Any]) -> list[str] | None:
        if not body or self._chance(0.6):
            return None
        return self._random.sample(list(body), self._random.randint(1, len(body)))
