"""Makes lives: steps over all operations and two projects, drawn from plain random numbers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from apps_contract.payloads import stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps_contract.contract import Edition
    from apps_contract.run.fuzz.trials import Step

_MOST_STEPS = 12
_AT_ONCE = 4
_HOW = ("get", "update", "delete")

# What a step is, and how often it comes beside the others.
_WEIGHTS = {"get": 3, "update": 5, "delete": 2, "list": 2, "reject": 1, "stray": 2, "creates": 1, "updates": 1}
_OPERATIONS = {
    "get": {"get"},
    "update": {"update"},
    "delete": {"delete"},
    "list": {"list"},
    "reject": {"update"},
    "stray": {"get", "update", "delete"},
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
        self._operations = operations
        wanted = [do for do in _WEIGHTS if not operations or _OPERATIONS[do] & set(operations)] or ["get"]
        self._kinds = wanted
        self._weights = [_WEIGHTS[do] for do in wanted]

    def life(self) -> tuple[Step, ...]:
        steps: list[Step] = [self._create("a")]
        names = ["a"]
        for _ in range(self._random.randint(2, _MOST_STEPS)):
            if len(names) < 3 and self._random.random() < 0.15:  # noqa: PLR2004 - a second and a third app, at times
                names.append("abc"[len(names)])
                steps.append(self._create(names[-1]))
            else:
                (do,) = self._random.choices(self._kinds, self._weights)
                steps.append(self._step(do, self._random.choice(names)))
        return tuple(steps)

    def _create(self, name: str) -> Step:
        project = int(self._random.random() < 0.25)  # noqa: PLR2004 - a quarter of the apps
        return {"do": "create", "name": name, "project": project, "body": next(self._creates)}

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
            case "stray":
                how = self._random.choice([how for how in _HOW if not self._operations or how in self._operations])
                step |= {"how": how, "intrudes": self._random.random() < 0.5}  # noqa: PLR2004 - one way or the other
                if how == "update":
                    step["body"] = next(self._updates)
            case "creates":
                bodies = [next(self._creates) for _ in range(_AT_ONCE)]
                step = {"do": do, "name": f"{name}-", "project": self._random.randint(0, 1), "bodies": bodies}
            case "updates":
                step["bodies"] = [next(self._updates) for _ in range(_AT_ONCE)]
        return step

    def _mask(self, body: dict[str, Any]) -> list[str] | None:
        if not body or self._random.random() < 0.6:  # noqa: PLR2004 - most updates have none
            return None
        return self._random.sample(list(body), self._random.randint(1, len(body)))
