"""Judges requests to the judge that merely passed by: without an adapter nothing is known of what the caller got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps_contract.run.traffic.client_rules import CLIENT_RULES
from apps_contract.run.traffic.look import Look
from apps_contract.run.traffic.memory import Memory

if TYPE_CHECKING:
    from apps_contract.checks.breach import Breach
    from apps_contract.checks.client.record import Insight, Recorded
    from apps_contract.contract import Edition


def breaches_of(seen: Recorded, insight: Insight, edition: Edition) -> list[Breach]:
    """Return what one request breaks, whatever came before it."""
    look = Look(seen, edition, insight, Memory(edition))
    found = (rule.check(look) for rule in CLIENT_RULES if rule.concerns(look))
    return [breach for breach in found if breach is not None]
