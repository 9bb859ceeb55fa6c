"""The client suite's own score for a person, and as a JSON value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from apps_contract.clients.faults import client_fault, client_faults, client_variants
from apps_contract.contract import Level, requirements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apps_contract.run.client_score import ClientScore


def is_good(scores: Sequence[ClientScore]) -> bool:
    """Tell whether every MUST fault was found for the right reason, and no conforming client was blamed."""
    return all(score.is_right for score in scores if score.level in {None, Level.MUST})


def client_score_table(scores: Sequence[ClientScore]) -> Table:
    """Return the score by requirement."""
    table = Table(box=None, pad_edge=False)
    for name in ("requirement", "faults", "right name", "requests", "seconds"):
        table.add_column(name, justify="left" if name == "requirement" else "right")
    for requirement in requirements("client"):
        of_it = [score for score in scores if score.requirement == requirement.id]
        if of_it:
            right = sum(score.is_right for score in of_it)
            mean_requests = round(sum(score.requests for score in of_it) / len(of_it))
            mean_seconds = f"{sum(score.duration_s for score in of_it) / len(of_it):.1f}"
            style = "" if right == len(of_it) else "red"
            table.add_row(requirement.id, str(len(of_it)), str(right), str(mean_requests), mean_seconds, style=style)
    return table


def client_score_lines(scores: Sequence[ClientScore], duration_s: float) -> list[str]:
    """Say what was missed, who was wrongly blamed, and what it adds up to."""
    lines = []
    for score in scores:
        if score.is_right:
            continue
        said = ", ".join(score.named) or "nothing"
        what = "missed" if score.requirement else "false alarm on"
        lines.append(f"{what}: {score.name} [{score.requirement or 'conforms'}] {_sentence(score.name)} (said: {said})")
    for level in (Level.MUST, Level.SHOULD):
        of_level = [score for score in scores if score.level is level]
        if of_level:
            right = sum(score.is_right for score in of_level)
            lines.append(f"{level.value:<7}{right} of {len(of_level)} faulty clients found under the right requirement")
    variants = [score for score in scores if not score.requirement]
    if variants:
        alarms = sum(not score.is_right for score in variants)
        lines.append(f"{len(variants)} conforming clients, {alarms} with a false alarm")
    lines.append(f"{sum(score.requests for score in scores):,} requests in {duration_s:.0f} s")
    return lines


def client_score_document(scores: Sequence[ClientScore], duration_s: float) -> dict[str, Any]:
    """Return all scores as a JSON value."""
    return {
        "duration_s": round(duration_s, 1),
        "clients": [
            {
                "name": score.name,
                "requirement": score.requirement or None,
                "right": score.is_right,
                "named": list(score.named),
                "requests": score.requests,
                "duration_s": round(score.duration_s, 2),
            }
            for score in scores
        ],
    }


def client_catalogue_lines() -> list[str]:
    """Name every faulty client with the requirement that it breaks, and every conforming one, for a person."""
    every = (*client_faults(), *client_variants())
    width = max(len(one.name) for one in every)
    return [f"{one.name:<{width}}  {one.requirement or 'conforms':<10}  {one.sentence}" for one in every]


def _sentence(name: str) -> str:
    return client_fault(name).sentence
